/** The world of `holdfast start` with its page, in this process: a test has its setting in hand, and the page's API. */
import type { ExecutionContext } from 'ava';
import type { Setting } from '../../../tools/demo/setting.js';
import { runStart } from '../../../tools/demo/start.js';
import { showPage } from '../../../tools/page/show.js';
import { Wires } from '../../../tools/rig/bench/wires.js';
import { enterTemporaryDirectory } from '../support.js';

/** Starts it in a folder of its own, in which command lines then run; it ends with the test. */
export async function realWorld(t: ExecutionContext): Promise<{ setting: Setting; url: string }> {
  const directory = enterTemporaryDirectory(t);
  const wires = new Wires();
  const ending = new AbortController();
  const { signal } = ending;
  let running: Promise<void> = Promise.resolve();
  t.teardown(async () => {
    ending.abort();
    await running.catch(() => {});
    await wires.close();
  });
  return new Promise((resolve, reject) => {
    let setting: Setting;
    running = runStart({
      ...{ engine: 'node', level: 4, checkpoints: true, ports: { chain: 0, broker: 0, images: 0 } },
      ...{ directory, signal, print: false },
      between: url => wires.between(url),
      beside: (made, place) => {
        setting = made;
        return showPage(made, place, { port: 0, open: false, wires, signal });
      },
      onReady: ({ page }) => resolve({ setting, url: page! }),
    });
    running.catch(reject);
  });
}
