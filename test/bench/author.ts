/** `npm run bench:author`: what an author of firmware waits for and installs. */

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { repositoryRoot } from '../../host-sim/node/repository.js';
import type { BenchResult } from '../../tools/moddable/measure.js';
import { bytesBelow, type Installed, installPackage } from '../tools/package/installed.js';
import { startWorld, type World } from '../tools/package/world.js';

const help = `Usage: npm run bench:author -- [--json]

Builds the package, installs it from its tarball into an empty folder, and measures it: what it weighs, and what an
author waits for, from init to the receipt of a first order and from a saved file to a confirmed update. It takes a
minute.

  --json   print one JSON document: {"results": [{"name", "value", "unit", "peer", "peerValue", "ratio", "goal",
           "met"}]}; the peer is this repository's own installation, ratio its value over ours, goal the greatest
           value that is wanted
  --help   print this

The exit status is 0 when every goal is met, 1 when one is not, 2 on wrong use.

Example: npm run bench:author -- --json
`;

const MEGABYTE = 1_000_000;
const round = (value: number): number => Math.round(value * 100) / 100;

/** A measured value beside that of the repository, where it has one. */
function resultOf(name: string, unit: string, value: number, goal: number, peerValue?: number): BenchResult {
  return {
    ...{ name, value: round(value), unit },
    peer: peerValue === undefined ? null : 'this repository after npm ci',
    peerValue: peerValue === undefined ? null : round(peerValue),
    ratio: peerValue === undefined ? null : round(peerValue / value),
    ...{ goal, met: value <= goal },
  };
}

async function measure(): Promise<BenchResult[]> {
  const installed = await installPackage();
  try {
    const modules = join(installed.folder, 'node_modules');
    const own = join(modules, 'holdfast');
    const megabytes = (folder: string) => bytesBelow(folder) / MEGABYTE;
    return [
      resultOf(
        ...(['package.install.mb', 'MB', megabytes(modules), 150] as const),
        megabytes(join(repositoryRoot, 'node_modules')),
      ),
      // The sources that the Moddable SDK compiles are for the most part the work of others; a test holds the same figure.
      resultOf('package.own.mb', 'MB', megabytes(own) - megabytes(join(own, 'moddable')), 6),
      resultOf('author.lines', 'lines', linesOfLock(), 60),
      ...(await measureAuthor(installed)),
    ];
  } finally {
    installed.remove();
  }
}

/** The median of so many runs is told: a board that has just restarted, and files that were never read, cost the first more. */
const STATUS_RUNS = 5;

/** Lines of the lock and its test. */
function linesOfLock(): number {
  const folder = join(repositoryRoot, 'tools', 'package', 'templates', 'lock');
  const texts = ['app.ts', 'app.test.ts'].map(name => readFileSync(join(folder, name), 'utf8'));
  return texts.reduce((lines, text) => lines + text.trimEnd().split('\n').length, 0);
}

/** Seconds that an author waits: from `init` to the receipt of a first order, and from a saved file to a real update. */
async function measureAuthor({ folder, run }: Installed): Promise<BenchResult[]> {
  const begin = performance.now();
  const since = (from: number) => (performance.now() - from) / 1000;
  await run('npx', ['holdfast', 'init', 'lock', '--template', 'lock']);
  const project = join(folder, 'lock');
  const start = ['start', '--app', 'app.ts'];
  const modules = join(folder, 'node_modules');
  const world = await startWorld(project, modules, [...start, '--watch']);
  try {
    await run('npx', ['holdfast', 'command', 'lock.open', '{"seconds":1}'], project);
    const first = since(begin);
    const confirmed = await secondsToSave(project, world, 'is confirmed');
    const cpu: number[] = [];
    for (let i = 0; i < STATUS_RUNS; i++)
      cpu.push(secondsOfChildren(await run('sh', ['-c', 'npx holdfast status >&2; times'], project)));
    await world.stop();
    const hotWorld = await startWorld(project, modules, [...start, '--hot']);
    const hot = await secondsToSave(project, hotWorld, 'was flashed').finally(hotWorld.stop);
    return [
      resultOf('author.first.command', 's', first, 15),
      resultOf('author.save.to.confirmed', 's', confirmed, 6),
      resultOf('author.save.to.hot', 's', hot, 2),
      resultOf('cli.status.cpu', 's', cpu.sort((a, b) => a - b)[STATUS_RUNS >> 1], 1),
    ];
  } finally {
    await world.stop();
  }
}

/** Seconds from a saved change of the app's name until the world has said that. */
async function secondsToSave(project: string, world: World, what: string): Promise<number> {
  const app = join(project, 'app.ts');
  writeFileSync(app, readFileSync(app, 'utf8').replace(/name: '(\w+)'/, "name: '$1x'"));
  const saved = performance.now();
  await world.says(what);
  return (performance.now() - saved) / 1000;
}

/** User and system seconds of a shell's children, as POSIX `times` writes them in its second line. */
function secondsOfChildren(times: string): number {
  const [, children] = times.trim().split('\n');
  return [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (sum, [, minutes, seconds]) => sum + 60 * Number(minutes) + Number(seconds),
    0,
  );
}

function options(): { json?: boolean; help?: boolean } {
  try {
    return parseArgs({ options: { json: { type: 'boolean' }, help: { type: 'boolean' } } }).values;
  } catch (error) {
    process.stderr.write(`bench:author: ${(error as Error).message}\n\n${help}`);
    process.exit(2);
  }
}

const { json, help: wanted } = options();
if (wanted) {
  process.stdout.write(help);
} else {
  const results = await measure();
  for (const { goal, met, name, peerValue, unit, value } of json ? [] : results) {
    const beside = peerValue === null ? '' : `, the repository ${peerValue}`;
    console.log(`${met ? '✓' : '✗'} ${name.padEnd(22)} ${value} ${unit} (at most ${goal})${beside}`);
  }
  if (json) console.log(JSON.stringify({ results }));
  process.exitCode = results.every(({ met }) => met) ? 0 : 1;
}
