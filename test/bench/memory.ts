/** `npm run bench:memory`: which situation wants how much memory of a board. */
import { parseArgs } from 'node:util';
import { buildRv32 } from '../../host-sim/rv32/build.js';
import { Rv32Missing, requireEmulator } from '../../host-sim/rv32/tools.js';
import { situations } from './memory/situations.js';
import { RANGE, type Stood, smallestArena, stands } from './memory/smallestArena.js';

const help = `Usage: npm run bench:memory -- [--only NAME]... [--arena BYTES] [--json]

Plays situations on the emulated board (QEMU, rv32imc) at level 4, each on a new board, and finds the smallest arena of
XS, in steps of 4 KB, with which the board stands it without a fault: chunks, slots, 512 slots of stack, names. One that
faults, restarts and comes through does not count. Six runs each, of half a minute to three.

${Object.entries(situations)
  .map(([name, { what }]) => `  ${name.padEnd(10)}${what}`)
  .join('\n')}

  --only NAME     only that situation; may be repeated
  --arena BYTES   no search: whether each passes with so many
  --json          {"results": [{"name", "what", "bytes", "passes", "why"}]}
  --help          print this

The exit status is 0 when every situation passes (with the arena that is given, else with ${RANGE.passes.toLocaleString('en')} bytes), 1
when one does not, 2 on wrong use, 3 without the tools.

Example: npm run bench:memory -- --only order --only owner
`;

interface MemoryResult extends Stood {
  name: string;
  what: string;
  /** The smallest arena, or the one that was tried; of a situation that does not pass the largest that was tried. */
  bytes: number;
}

const told = (line: string): void => void process.stderr.write(`${line}\n`);

const say = (heap: number, { passes, why }: Stood): string =>
  `${heap} bytes: ${passes ? 'passes' : `does not (${why})`}`;

async function measure(name: string, arena: number | undefined): Promise<MemoryResult> {
  const situation = situations[name];
  const { what } = situation;
  if (arena !== undefined) return { name, what, bytes: arena, ...(await stands(situation, arena)) };
  try {
    const bytes = await smallestArena(situation, (heap, stood) => told(`${name}, ${say(heap, stood)}`));
    return { name, what, bytes, passes: true };
  } catch (error) {
    return { name, what, bytes: RANGE.passes, passes: false, why: (error as Error).message };
  }
}

function read() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      arena: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const names = values.only ?? Object.keys(situations);
  const unknown = names.find(name => !Object.hasOwn(situations, name));
  if (unknown !== undefined) throw new Error(`there is no situation ${unknown}`);
  const arena = values.arena === undefined ? undefined : Number(values.arena);
  if (arena !== undefined && !(arena >= 16_384 && arena <= 409_600))
    throw new Error('--arena takes bytes, 16384 to 409600');
  return { names, arena, json: values.json, help: values.help };
}

async function main(): Promise<number> {
  let asked: ReturnType<typeof read>;
  try {
    asked = read();
  } catch (error) {
    process.stderr.write(`bench:memory: ${(error as Error).message}. See npm run bench:memory -- --help\n`);
    return 2;
  }
  if (asked.help) {
    process.stdout.write(help);
    return 0;
  }
  try {
    requireEmulator();
    await buildRv32();
  } catch (error) {
    if (!(error instanceof Rv32Missing)) throw error;
    process.stderr.write(`bench:memory: ${error.message}\n`);
    return 3;
  }
  const results: MemoryResult[] = [];
  for (const name of asked.names) {
    const result = await measure(name, asked.arena);
    results.push(result);
    if (!asked.json)
      process.stdout.write(`${name.padEnd(10)} ${say(result.bytes, result)}, ${result.what}\n`);
  }
  if (asked.json) process.stdout.write(`${JSON.stringify({ results })}\n`);
  return results.every(({ passes }) => passes) ? 0 : 1;
}

process.exitCode = await main();
