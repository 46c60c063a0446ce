/** `npm run bench:update`: bytes, time, memory and erases of an update, and the flash states that the campaign of power cuts tries. */

import { XsMissing } from '../../host-sim/engine/sources.js';
import { buildRv32 } from '../../host-sim/rv32/build.js';
import { whatIsMissing } from '../../host-sim/rv32/tools.js';
import { countsOf, tryCuts } from '../firmware/cuts/campaign.js';
import { appBytes } from './appBytes.js';
import { erasesOfCommands } from './commandErases.js';
import { flagsOf } from './flags.js';
import type { BenchResult } from './result.js';
import { bytesOfUpdate } from './updateBytes.js';
import { installs } from './updateInstall.js';
import { memoryOfUpdates } from './updateMemory.js';
import { installsInXs } from './updateXs.js';

const help = `Usage: npm run bench:update -- [--seconds N] [--seed N] [--json]

Builds two images of the relay that differ by one line of the firmware: bytes of a delta beside the whole, time of a
download from memory on Node and in XS beside a plain copy and hash, erases beside sectors, and those of a thousand
orders. For the emulated board too, where its
tools are, and the memory of an update there: what lives at most above what lives on an idle board. Then it makes each state that a power cut can leave in flash, in the journal, the bootloader and whole updates, and goes
on from there; counts the distinct ones. Then the bytes of an app image beside those of the whole image.

  --seconds N   how long (180 if left out)
  --seed N      of the first round (1 if left out)
  --json        print one JSON document: {"results": [{"name", "value", "unit", "peer", "peerValue", "ratio", "goal",
                "met"}], "counts": {work: states}}; the peer is the goal
  --help        print this

The exit status is 0 when every goal is met, 1 when one is not or a state is unlawful, 2 on wrong use.

Example: npm run bench:update -- --seconds 180 --json
`;

const UPDATES = ['install', 'resume', 'rollback', 'delta'];

const resultOf = (name: string, value: number, goal: number): BenchResult => ({
  ...{ name, value, unit: 'states', peer: 'the goal in 180 s', peerValue: goal },
  ...{ ratio: value / goal, goal: 1, met: value >= goal },
});

const said = ({ met, name, peer, peerValue, unit, value }: BenchResult): string =>
  `${name} ${shown(value)} ${unit}, ${peer} ${shown(peerValue)}: ${met ? 'met' : 'MISSED'}`;

const shown = (value: number): number => (value < 10 ? Number(value.toPrecision(3)) : Math.round(value));

/** Bytes of a delta for the emulated board, and what an update adds to its memory; nothing, said, without its tools. */
async function ofEmulatedBoard(progress: (line: string) => void): Promise<BenchResult[]> {
  const missing = await whatIsMissing();
  if (missing !== undefined) {
    progress(`NOT MEASURED: bytes.delta.rv32, memory.update.whole, memory.update.delta: ${missing}`);
    return [];
  }
  progress('the same for the emulated board, and the memory of two updates there');
  const { result } = await bytesOfUpdate('rv32');
  await buildRv32();
  return [result, ...(await memoryOfUpdates(progress))];
}

/** The time of an install in XS; nothing, said, without a C compiler. */
async function inXs(progress: (line: string) => void): Promise<BenchResult[]> {
  progress('the same download in XS');
  try {
    return await installsInXs();
  } catch (error) {
    if (!(error instanceof XsMissing)) throw error;
    progress(`NOT MEASURED: install.xs.whole, install.xs.delta: ${error.message}`);
    return [];
  }
}

async function main(): Promise<number> {
  const flags = flagsOf('bench:update', help, {
    seconds: { type: 'string', default: '180' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  });
  if (typeof flags === 'number') return flags;
  const [seconds, seed] = [Number(flags.seconds), Number(flags.seed)];
  if (!(seconds > 0) || !Number.isInteger(seed)) {
    process.stderr.write('bench:update: --seconds and --seed take numbers\n');
    return 2;
  }
  const progress = (line: string) => process.stderr.write(`bench:update: ${line}\n`);
  progress('two images, a delta between them, and downloads on Node');
  const { base, next, result } = await bytesOfUpdate('script');
  const figures = [result, ...(await installs(base, next)), ...(await inXs(progress))];
  progress('erases of a thousand orders');
  figures.push(...(await erasesOfCommands()));
  figures.push(...(await ofEmulatedBoard(progress)));
  progress(`states that a power cut leaves, for ${seconds} s`);
  const tried = await tryCuts(seconds, seed);
  const whole = UPDATES.reduce((sum, work) => sum + (tried.counts[work] ?? 0), 0);
  const cuts = [resultOf('cuts.tried', tried.total, 100_000), resultOf('cuts.tried.update', whole, 5_000)];
  const results = [...figures, ...cuts, ...(await appBytes())];
  if (flags.json) process.stdout.write(`${JSON.stringify({ results, counts: tried.counts })}\n`);
  else process.stdout.write(`${results.map(said).join('\n')}\n${countsOf(tried)}\n`);
  return results.every(({ met }) => met) ? 0 : 1;
}

process.exitCode = await main();
