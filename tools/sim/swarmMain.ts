/** `npm run swarm`: random worlds on all cores, each a process of its own. */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { type Hunt, hunt, type MutantName, mutantNames, worldOf } from './mutants.js';
import type { WorldSize } from './shrink.js';
import { swarm } from './swarm.js';
import { linesOf } from './swarmLines.js';
import { COMPLETE_BOARD_HOURS } from './verdicts.js';
import { worldProcess } from './worldProcess.js';

const help = `Usage: npm run swarm -- [--minutes M] [--seed S] [--workers N] [--mutants] [--json]

Simulates worlds of random sizes and mixes of faults until the time is over, each from a seed of its own and in a
process of its own, and sums up: seeds, simulated board-hours, faults by kind, verdicts by code, and which codes and
causes of the verdict table no board came to.

  --minutes M  0.1 to 1440; 3 if left out. A world that is not at its end then does not count
  --seed S     the first seed, the others follow it; 1 if left out
  --workers N  worlds at once, 1 to 64; as many as there are cores if left out
  --mutants    in place of all that: hunts each board that errs on purpose, within five seeds, and names the seed that
               caught it; --minutes does not count
  --json       print one JSON document
  --help       print this

The exit status is 0 when every rule held in every world, 1 when one did not or when boards did not come to every
verdict in ${COMPLETE_BOARD_HOURS} board-hours or more, 2 on wrong use, 130 after Ctrl-C.

Example: npm run swarm -- --minutes 10 --seed 1000
`;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '3' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: `${availableParallelism()}` },
    mutants: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
const minutes = Number(values.minutes);
const seed = Number(values.seed);
const workers = Number(values.workers);
const isUsable =
  minutes >= 0.1 &&
  minutes <= 1440 &&
  Number.isInteger(seed) &&
  seed >= 0 &&
  seed < 2 ** 31 &&
  Number.isInteger(workers) &&
  workers >= 1 &&
  workers <= 64;

if (values.help || !isUsable) {
  (values.help ? process.stdout : process.stderr).write(help);
  process.exit(values.help ? 0 : 2);
}

const over = new AbortController();
const timer = values.mutants ? undefined : setTimeout(() => over.abort(), minutes * 60_000);
process.once('SIGINT', () => {
  process.exitCode = 130;
  over.abort();
});

const runWorld = (own: number, size: WorldSize, more: readonly string[] = []) =>
  worldProcess(own, size, over.signal, more);

if (values.mutants) await huntAll();
else await runSwarm();

/** One mutant after the other, as many at once as there are workers. */
async function huntAll(): Promise<void> {
  const left = [...mutantNames];
  const hunts: Hunt[] = [];
  const rulesOf = async (mutant: MutantName, own: number) => {
    const run = await runWorld(own, worldOf(mutant), ['--mutant', mutant]);
    return run.findings.map(({ rule }) => rule);
  };
  const worker = async () => {
    for (let next = left.shift(); next; next = left.shift()) {
      const { mutant, rule, seed: caught } = await hunt(next, rulesOf);
      hunts.push({ mutant, rule, seed: caught });
      const how = caught === undefined ? '✗ not caught' : `✓ caught by seed ${caught}`;
      process.stderr.write(`${mutant}: ${how} (${rule})\n`);
    }
  };
  await Promise.all(Array.from({ length: workers }, worker));
  const value = hunts.filter(({ seed: caught }) => caught !== undefined).length;
  const goal = mutantNames.length;
  const results = [{ name: 'swarm.mutants', value, unit: 'mutants', goal, met: value === goal }];
  const words = `swarm.mutants: ${value} of ${goal} caught`;
  process.stdout.write(`${values.json ? JSON.stringify({ results, hunts }) : words}\n`);
  if (value < goal) process.exitCode ??= 1;
}

async function runSwarm(): Promise<void> {
  const result = await swarm({
    ...{ seed, workers, over: over.signal, run: runWorld },
    onRun: (own, { boardHours, findings, replay }) => {
      const found = findings.map(({ rule, what }) => `✗ ${rule}: ${what}`)[0];
      process.stderr.write(`seed ${own}: ${boardHours.toFixed(1)} board-hours${found ? `, ${found}` : ''}\n`);
      if (found) process.stderr.write(`  again: ${replay} --shrink\n`);
    },
  });
  clearTimeout(timer);
  process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : `${linesOf(result).join('\n')}\n`);
  if (!result.ok) process.exitCode ??= 1;
}
