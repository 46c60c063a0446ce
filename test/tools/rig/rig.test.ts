/** The project's own acceptance: every promise and every attack as a scenario, on each kind of board that there is. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import type { RigResult } from '../../../tools/rig/rig.js';
import { budgets } from '../../budgets.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { xsTest } from '../../host-sim/engine/withXs.js';
import { testOnRv32 } from '../../host-sim/rv32/withBoard.js';

/** As many as the folder ever had: none may be dropped. */
const SCENARIOS_MIN = 42;

/** Runs the command as a person does. `onSaid` is told of all that it printed so far. */
async function rig(args: string[], onSaid: (said: string, pid: number) => void = () => {}) {
  const child = spawn(process.execPath, ['tools/holdfast.mjs', 'rig', 'run', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, errors] = ['', ''];
  child.stdout.on('data', data => (out += data));
  child.stderr.on('data', data => {
    errors += data;
    onSaid(errors, child.pid!);
  });
  const [status] = await once(child, 'close');
  return { errors, out, status };
}

async function allPass(t: ExecutionContext, target: string, more: string[] = []): Promise<void> {
  t.timeout(20 * 60_000);
  const { errors, out, status } = await rig(['test/rig', '--target', target, ...more, '--json']);
  t.is(status, 0, errors.slice(-2000));
  const { failed, notRun, passed, seconds } = JSON.parse(out) as RigResult;
  t.is(failed + notRun, 0);
  t.true(passed >= SCENARIOS_MIN, `${passed}`);
  t.log(`${passed} scenarios on ${target} in ${seconds} s`);
}

/** A person may let the scenarios run for longer on XS. */
const minutes = process.env[budgets.rig.variable];
const soak = minutes === undefined ? [] : ['--for', `${minutes}m`];

testWithChain('every scenario passes on Node', t => allPass(t, 'node'));
xsTest('every scenario passes in XS', t => allPass(t, 'xs', soak));
testOnRv32('every scenario passes on the emulated board', t => allPass(t, 'rv32'));

testWithChain('at level 1 what needs a prover is not run, and says so; the rest passes', async t => {
  const only = ['--only', 'prover', '--only', 'changed byte is refused'];
  const { errors, out, status } = await rig(['test/rig', '--level', '1', ...only, '--json']);
  t.is(status, 0, errors);
  const { notRun, passed, reports } = JSON.parse(out) as RigResult;
  t.is(passed, 1);
  t.is(notRun, reports.length - 1);
  t.true(notRun >= 6);
  t.true(reports.every(({ outcome, reason }) => outcome === 'passed' || /level 4/.test(reason ?? '')));
});

/** Command lines of this machine's processes that name this text. */
const processesWith = (text: string): string[] =>
  readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(pid => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      } catch {
        return '';
      }
    })
    .filter(line => line.includes(text));

testWithChain(
  'a scenario that fails is told with its step and what repeats it; Ctrl-C leaves nothing',
  async t => {
    const folder = mkdtempSync(join(tmpdir(), 'holdfast-rig-'));
    t.teardown(() => rmSync(folder, { recursive: true, force: true }));
    const { writeFileSync } = await import('node:fs');
    const order = '  - command: { action: relay.set, params: { on: true } }\n';
    writeFileSync(
      join(folder, 'a.scenario.yaml'),
      `name: wrong\nsteps:\n${order}  - output: { pin: 4, is: false }\n`,
    );
    writeFileSync(join(folder, 'b.scenario.yaml'), `name: right\nsteps:\n${order}`);
    const report = join(folder, 'rig.xml');
    const { out, status } = await rig([folder, '--json', '--junit', report]);
    t.is(status, 1);
    const { failed, passed, reports } = JSON.parse(out) as RigResult;
    t.deepEqual([failed, passed], [1, 1]);
    t.is(reports[0].failure, 'output { pin: 4, is: false }: pin 4 is true, not false');
    t.is(reports[0].again, `holdfast rig run ${folder} --target node --only "wrong"`);
    t.regex(readFileSync(report, 'utf8'), /failures="1"/);

    const marker = mkdtempSync(join(tmpdir(), 'holdfast-rig-marker-'));
    t.teardown(() => rmSync(marker, { recursive: true, force: true }));
    const again = join(marker, 'b.scenario.yaml');
    writeFileSync(again, `name: right\nsteps:\n${order}`);
    let isStopped = false;
    const stopped = await rig([again, '--for', '1h', '--json'], (said, pid) => {
      if (isStopped || !said.includes('right')) return;
      isStopped = true;
      process.kill(pid, 'SIGINT');
    });
    t.is(stopped.status, 130, stopped.errors);
    for (let i = 0; i < 100 && processesWith(marker).length > 0; i++) await setTimeout(100);
    t.deepEqual(processesWith(marker), []);
  },
);
