/** The main job, from an order to a new image: what a board does when everybody keeps to the rules. */

import { deliver, placeOrder } from './orders.js';
import { approve, buildRelease, install, publish, releaseOf } from './releases.js';
import type { Setting } from './setting.js';
import type { Steps } from './steps.js';

const BLINK = 'relay.blink, which only version 2 knows';

export async function orderChapter(setting: Setting, steps: Steps): Promise<void> {
  steps.chapter(
    'An order',
    'The operator links relay.set {on: true} to the head that the board trusts, and sends the envelope by the broker. ' +
      'The board fetches header and proofs itself, and runs the command only when they lead from a trusted block to that very envelope.',
  );
  let pin = '';
  const onPin = (number: number, on: boolean) => {
    pin = `pin ${number} is ${on ? 'on' : 'off'}`;
  };
  setting.board.on('pin', onPin);
  await steps.run('relay.set {on: true} by the operator', 'accepted', '', async () => {
    const observed = await deliver(setting, await placeOrder(setting, 'relay.set', { on: true }));
    if (observed.verdict !== 'accepted') return observed;
    // A chip drives its pin, and says nothing of it at its console.
    if (setting.engine === 'c3') return { ...observed, evidence: "receipt signed by the board's key" };
    if (pin !== 'pin 4 is on')
      return { ...observed, verdict: 'failed', evidence: `the board says it ran, but ${pin}` };
    return { ...observed, evidence: `${pin}; receipt signed by the board's key` };
  });
  setting.board.off('pin', onPin);
}

export async function updateChapter(setting: Setting, steps: Steps): Promise<void> {
  steps.chapter(
    'A new image',
    'The vendor publishes version 2, built just now from other source; the owner approves it. The board wants both, ' +
      'checks what it downloads against the proven hash and size, restarts into it and hashes the bytes that it executes.',
  );
  await publish(setting, releaseOf(setting, 1, setting.firstImage));
  const second = await buildRelease(setting, 2);
  await publish(setting, second);
  await approve(setting, second);
  await steps.run('version 2, published and approved', 'accepted', '', () => install(setting, second));
  if (setting.engine === 'c3') {
    steps.skip(BLINK, 'version 2 is the same application under a new version: only ESP-IDF links another');
    return;
  }
  await steps.run(BLINK, 'accepted', '', async () => {
    const before = setting.board.pid;
    const observed = await deliver(setting, await placeOrder(setting, 'relay.blink', { times: 3 }));
    return { ...observed, evidence: `process ${before} runs the new code` };
  });
}
