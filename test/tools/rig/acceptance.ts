/** The scenarios of the project, run by the command as a person runs it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ExecutionContext } from 'ava';
import type { RigResult } from '../../../tools/rig/rig.js';

/** As many as the folder ever had: none may be dropped. */
export const SCENARIOS_MIN = 45;

type OnSaid = (said: string, pid: number) => void;

/** Runs scenarios as a person does. `onSaid` is told of all that it printed so far, and of its process at once. */
export const rig = (args: string[], onSaid?: OnSaid) => holdfast(['rig', 'run', ...args], onSaid);

/** Runs the command in this folder. */
export async function holdfast(args: string[], onSaid: OnSaid = () => {}) {
  const child = spawn(process.execPath, ['tools/holdfast.mjs', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, errors] = ['', ''];
  onSaid('', child.pid!);
  child.stdout.on('data', data => (out += data));
  child.stderr.on('data', data => {
    errors += data;
    onSaid(errors, child.pid!);
  });
  const [status] = await once(child, 'close');
  return { errors, out, status };
}

/** At least `least` of them are run, and all pass, but for those for which the target has no ability: `unfit` of them. */
export async function allPass(
  t: ExecutionContext,
  target: string,
  more: string[] = [],
  { least = SCENARIOS_MIN, unfit = 0 } = {},
): Promise<void> {
  t.timeout(20 * 60_000);
  const { errors, out, status } = await rig([
    'test/rig',
    '--target',
    target,
    '--jobs',
    '2',
    ...more,
    '--json',
  ]);
  const wrong = errors.split('\n').filter(line => !line.includes('✓'));
  t.is(status, 0, wrong.join('\n').slice(-4000));
  const { failed, notRun, passed, seconds } = JSON.parse(out) as RigResult;
  t.deepEqual([failed, notRun], [0, unfit]);
  t.true(passed >= least, `${passed}`);
  t.log(`${passed} scenarios on ${target} in ${seconds} s`);
}
