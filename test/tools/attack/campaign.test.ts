/** The attackers' bench as a person runs it: minutes of it on XS, and a restart that it must find. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { ExecutionContext } from 'ava';
import type { CampaignResult } from '../../../tools/attack/campaign.js';
import { budgets } from '../../budgets.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { xsTest } from '../../host-sim/engine/withXs.js';

/** Times as long as on a quiet machine that an order may take before it is lost. */
const PATIENCE = '5';
/** Kilobytes of heap: the memory of a chip, as it is counted in XS on a desk. */
const HEAP_KIB = '320';
/** Draws the gate's attacks; a person tries others. */
const SEED = '1';

interface Run {
  status: number | null;
  result: CampaignResult;
  errors: string;
}

async function campaign(
  t: ExecutionContext,
  args: readonly string[],
  onLine: (line: string, kill: (signal: NodeJS.Signals) => void) => void = () => {},
): Promise<Run> {
  const child = spawn(process.execPath, ['tools/holdfast.mjs', 'attack', '--json', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, HOLDFAST_PATIENCE: PATIENCE },
  });
  t.teardown(() => child.kill());
  let [out, errors] = ['', ''];
  child.stdout.on('data', data => (out += data));
  createInterface(child.stderr).on('line', line => {
    errors += `${line}\n`;
    onLine(line, signal => child.kill(signal));
  });
  const [status] = await once(child, 'close');
  return { status, result: JSON.parse(out) as CampaignResult, errors };
}

xsTest(
  'minutes of attacks from all sides: nothing runs wrongly, twice or not at all, no restart',
  async t => {
    const { minutes: kept, variable } = budgets.attack;
    const minutes = Number(process.env[variable] ?? kept);
    t.timeout((minutes + 15) * 60_000);
    const given = ['--engine', 'xs', '--heap', HEAP_KIB, '--seed', SEED, '--minutes', `${minutes}`];
    const { errors, result, status } = await campaign(t, given);
    const { acts, attacks, memory, orders, verdicts } = result;
    t.log(`seed ${SEED}: ${JSON.stringify({ orders, acts, memory })}`);
    t.deepEqual(result.findings, [], errors);
    t.is(status, 0);
    t.true(orders.done >= 5 && orders.done === orders.placed);
    t.true(acts.cut >= 1 && acts.pause >= 1);
    for (const place of ['endpoint', 'prover', 'broker'])
      t.true(
        Object.keys(attacks).some(name => name.startsWith(place)),
        place,
      );
    t.true((verdicts['command accepted'] ?? 0) > 0);
    t.true((memory.bytes ?? 0) > 0);
  },
);

testWithChain('a board that somebody else ends is a finding, and the exit status is 1', async t => {
  t.timeout(600_000);
  let directory = '';
  let killed = 0;
  const { result, status } = await campaign(
    t,
    ['--seed', '5', '--minutes', '1', '--only', 'endpoint'],
    line => {
      directory ||= /its flash in (\S+)/.exec(line)?.[1] ?? '';
      if (killed === 0 && /^[12]\d s:/.test(line)) killed = killBoard(directory);
    },
  );
  t.true(killed > 0);
  t.is(status, 1);
  t.false(result.ok);
  t.deepEqual(
    result.findings.map(({ kind }) => kind),
    ['restart'],
  );
  t.is(result.orders.done, result.orders.placed, 'what was under way is done all the same');
});

testWithChain('Ctrl-C ends all of it', async t => {
  let directory = '';
  let stopped = false;
  const { status } = await campaign(t, ['--seed', '5', '--minutes', '60'], (line, kill) => {
    directory ||= /its flash in (\S+)/.exec(line)?.[1] ?? '';
    // Once: whoever says it twice is let go at once, without a result.
    if (!stopped && /^1\d s:/.test(line)) {
      stopped = true;
      kill('SIGINT');
    }
  }).catch(() => ({ status: 0 }));
  t.is(status, 130);
  t.false(existsSync(directory));
});

/** Ends the board whose flash lies there, as its power supply would not; gives its process, 0 when it was off. */
function killBoard(directory: string): number {
  for (const name of readdirSync('/proc').filter(entry => /^\d+$/.test(entry))) {
    try {
      const words = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0');
      if (!words.includes('--directory') || !words.includes(directory)) continue;
      process.kill(Number(name), 'SIGKILL');
      return Number(name);
    } catch {
      // It has ended meanwhile, or is not ours.
    }
  }
  return 0;
}
