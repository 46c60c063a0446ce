/** `npm run bench:house`: the order of the house in numbers, each beside what it was before the house was put in order. */

import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Measure, measureHouse } from '../structure/house.js';
import { root } from '../structure/sources.js';
import { flagsOf } from './flags.js';

const help = `Usage: npm run bench:house -- [--list] [--all] [--json]

Counts circles of imports, arrows that lead up, public functions without a docstring, the lines of the longest
function and docstrings that open with a question word; measures the CPU seconds of holdfast --help. It takes
seconds.

  --list   also name what stands in the way of each goal, with file and line
  --all    also run the demo and npm test, which take minutes; without it test.minutes is that of the last whole run
           of npm test in this folder, where there was one
  --json   print one JSON document: {"results": [{"name", "value", "unit", "peer", "peerValue", "ratio", "goal",
           "met"}]}; the peer is an earlier commit, ratio its value over ours (null when ours is 0), goal the
           greatest value that is wanted
  --help   print this

The exit status is 0 when every goal is met, 1 when one is not, 2 on wrong use.

Example: npm run bench:house -- --list
`;

/** The commit from which the house was put in order. */
const peer = 'commit 261d703';

interface Result {
  name: string;
  value: number;
  unit: string;
  peer: string;
  peerValue: number;
  ratio: number | null;
  goal: number;
  met: boolean;
}

const round = (value: number): number => Math.round(value * 100) / 100;

const resultOf = ({ name, value, unit, goal, before }: Measure): Result => ({
  name,
  value: round(value),
  unit,
  peer,
  peerValue: before,
  ratio: value === 0 ? null : round(before / value),
  goal,
  met: value <= goal,
});

/** Seconds that POSIX `times` tells of the children of a shell: its second line, user and system. */
function childSeconds(command: string): number {
  const told = execFileSync('sh', ['-c', `${command} >&2; times`], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [, children] = told.trim().split('\n');
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds),
    0,
  );
}

function helpCpu(): Measure {
  const command = 'node tools/holdfast.mjs --help';
  // The first may have to compile.
  childSeconds(command);
  const seconds = Array.from({ length: 5 }, () => childSeconds(command)).sort((a, b) => a - b);
  return { name: 'cli.help.cpu', value: seconds[2], unit: 'seconds', goal: 0.25, before: 0.8, offenders: [] };
}

/** The steps that the demo had when its goal was set, and the goal's seconds for those and for each step more. */
const DEMO_STEPS = 60;
const DEMO_SECONDS = 25;
const DEMO_SECONDS_A_STEP = 0.3;

/** @throws Error when the demo does not come out as expected */
function demo(): Measure {
  const begun = process.hrtime.bigint();
  const told = execFileSync('node', ['tools/holdfast.mjs', 'demo', '--json'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  const { steps } = JSON.parse(told) as { steps: unknown[] };
  const goal = round(DEMO_SECONDS + DEMO_SECONDS_A_STEP * Math.max(0, steps.length - DEMO_STEPS));
  return { name: 'demo.seconds', value: seconds, unit: 'seconds', goal, before: 77, offenders: [] };
}

/** The file in which a whole run of npm test leaves how long it took. */
const lastRun = join(root, '.build', 'test', 'lastRun.json');

function testMinutes(again: boolean): Measure[] {
  if (again) {
    rmSync(lastRun, { force: true });
    // What comes of it is for npm test to say; here it counts only whether it went to its end.
    spawnSync('npm', ['test'], { cwd: root, stdio: 'ignore' });
  }
  if (!existsSync(lastRun)) return [];
  const { minutes } = JSON.parse(readFileSync(lastRun, 'utf8')) as { minutes: number };
  return [{ name: 'test.minutes', value: minutes, unit: 'minutes', goal: 4, before: 13, offenders: [] }];
}

function line({ name, value, unit, peerValue, goal, met }: Result): string {
  const figures = `${String(value).padStart(7)} ${unit.padEnd(10)} goal ${String(goal).padEnd(5)}`;
  return `${name.padEnd(25)}${figures} ${(met ? 'met' : 'MISSED').padEnd(7)} before ${peerValue}\n`;
}

function main(): number {
  const flag = { type: 'boolean' } as const;
  const given = flagsOf('bench:house', help, { list: flag, all: flag, json: flag });
  if (typeof given === 'number') return given;
  const results: Result[] = [];
  const tell = (measure: Measure): void => {
    const result = resultOf(measure);
    results.push(result);
    if (given.json) return;
    process.stdout.write(line(result));
    if (given.list) for (const offender of measure.offenders) process.stdout.write(`  ${offender}\n`);
  };
  for (const measure of measureHouse()) tell(measure);
  tell(helpCpu());
  if (given.all) tell(demo());
  for (const measure of testMinutes(given.all ?? false)) tell(measure);
  if (given.json) process.stdout.write(`${JSON.stringify({ results })}\n`);
  return results.every(({ met }) => met) ? 0 : 1;
}

process.exitCode = main();
