/** Scenarios on a board at a serial line: a terminal device, behind it the real firmware in XS. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { XsMissing } from '../../../../host-sim/engine/sources.js';
import type { RigResult } from '../../../../tools/rig/rig.js';
import { openSerial } from '../../../../tools/serial/openSerial.js';
import { built } from '../../../host-sim/engine/withXs.js';
import { playBoard } from '../../serial/deskBoard.js';
import { ptyTest } from '../../serial/pty.js';
import { rig } from '../acceptance.js';

const scenarios = `
- name: an order runs, the same order changed does not, and neither does it twice
  steps:
    - order: { as: first, action: relay.set, params: { on: true } }
    - deny: { order: first, change: { params: { on: false } }, code: not_anchored }
    - deliver: { order: first }
    - deny: { order: first, code: replayed }
- name: the power fails, the board comes back and obeys
  steps:
    - cut: {}
    - boot: {}
    - state: { restarts: 1 }
    - command: { action: relay.toggle, params: {} }
- name: a board of its own
  fresh: true
  steps:
    - command: { action: relay.set, params: { on: true } }
- name: its outputs are wires
  steps:
    - output: { pin: 4, is: true }
`;

const forever = `
name: the power is cut and stays so
steps:
  - cut: {}
  - expect: { line: never, withinSeconds: 600 }
`;

interface Desk {
  folder: string;
  path: string;
  /** The words that run this scenario on the board, with its supply and what makes it new. */
  words(scenario: string): string[];
  starts(): number;
  /** Of the bench. */
  boards: string;
}

/** The board at the exporter of its bench, from its start to the end of the test: the words of a target. */
async function exported(t: ExecutionContext, { boards, folder }: Desk): Promise<string[]> {
  const token = join(folder, 'token');
  writeFileSync(token, 'the-token-of-this-bench-and-no-other');
  const words = ['rig', 'serve', '--boards', boards, '--listen', '127.0.0.1:0', '--token-file', token];
  const child = spawn(process.execPath, ['tools/holdfast.mjs', ...words], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'close');
  t.teardown(async () => {
    child.kill('SIGINT');
    await ended;
  });
  let said = '';
  const at = await new Promise<string>((resolve, reject) => {
    child.stderr.on('data', data => {
      const found = /board:(desk@\S+)/.exec((said += data));
      if (found) resolve(found[1]);
    });
    child.once('close', () => reject(new Error(said)));
  });
  return ['--target', `board:${at}`, '--token-file', token, '--host', '127.0.0.1', '--level', '1', '--json'];
}

function deskTest(title: string, body: (t: ExecutionContext, desk: Desk) => Promise<void>): void {
  ptyTest(title, async (t, pty) => {
    t.timeout(20 * 60_000);
    const xs = await built('release');
    if (xs instanceof XsMissing) {
      t.log(`NOT RUN: ${xs.message}`);
      if (process.env.HOLDFAST_REQUIRE_TOOLS) t.fail(xs.message);
      else t.pass();
      return;
    }
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-desk-'));
    t.teardown(() => rmSync(folder, { recursive: true, force: true }));
    const { off, on, renew, starts, state } = await playBoard(t, pty, folder);
    const boards = join(folder, 'boards.json');
    const desk = {
      port: pty.path,
      host: '127.0.0.1',
      prepare: renew,
      power: { command: { on, off, state } },
    };
    writeFileSync(boards, JSON.stringify({ boards: { desk } }));
    await body(t, {
      ...{ boards, folder, path: pty.path, starts },
      words(scenario) {
        const file = join(folder, 'a.scenario.yaml');
        writeFileSync(file, scenario);
        return [file, '--target', 'board:desk', '--boards', boards, '--level', '1', '--json'];
      },
    });
  });
}

deskTest(
  'orders, refusals and power cuts run on a board of an exporter, which is made new for each world; a used one is refused',
  async (t, desk) => {
    const { folder, path, words } = desk;
    // It goes the way of a board on the desk and the way to it.
    const [own] = words(scenarios);
    const ran = await rig([own, ...(await exported(t, desk))]);
    t.is(ran.status, 0, ran.errors.slice(-2000));
    const { failed, notRun, passed, reports } = JSON.parse(ran.out) as RigResult;
    t.deepEqual([passed, failed, notRun], [3, 0, 1]);
    t.regex(reports[3].reason!, /outputs/);
    t.is(readFileSync(join(folder, 'power'), 'utf8').trim(), 'on');
    // It has an owner now, and nothing is named that makes it new.
    const file = join(folder, 'a.scenario.yaml');
    const again = await rig([
      file,
      '--target',
      `serial:${path}`,
      '--host',
      '127.0.0.1',
      '--level',
      '1',
      '--json',
    ]);
    t.is(again.status, 1);
    t.is(JSON.parse(again.out).error.code, 'board_used', again.out);
  },
);

deskTest(
  'Ctrl-C while the power is cut gives it back, and lets go of the line',
  async (t, { folder, path, words }) => {
    const power = () => readFileSync(join(folder, 'power'), 'utf8').trim();
    let looking: NodeJS.Timeout | undefined;
    const ran = await rig(
      words(forever).filter(word => word !== '--json'),
      (_, pid) => {
        looking ??= setInterval(() => {
          if (power() !== 'off') return;
          clearInterval(looking);
          process.kill(pid, 'SIGINT');
        }, 50);
      },
    );
    t.is(ran.status, 130, ran.errors.slice(-2000));
    t.is(power(), 'on');
    await (await openSerial(path, 115_200)).close();
  },
);
