/** `npm run bench:xs`: the same operations on Node, in XS with portable crypto, and in XS with native crypto. */

import { buildXs } from '../../../host-sim/engine/deskProgram.js';
import { XsMissing } from '../../../host-sim/engine/sources.js';
import { flagsOf } from '../flags.js';
import { demoPasses, smallestHeap } from './demoHeap.js';
import { type Timings, timeBoot, timeOperations, type Variant } from './timings.js';

const help = `Usage: npm run bench:xs -- [--json] [--heap]

Times each operation of a board on Node, in XS with portable crypto and in XS with native crypto, with the heap and
the stack of a board, and runs the whole demo in XS with the heap that is the goal. Takes three minutes.

  --heap   search for the smallest heap with which the whole demo passes: ten minutes more
  --json   print one JSON document: {"results": [{"name", "value", "unit", "peer", "peerValue", "ratio", "goal",
           "met"}]}; peer is Node, ratio its value over ours, goal the greatest value wanted, where there is one
  --help   print this

The exit status is 0 when every goal is met, 1 when one is not, 2 on wrong use, 3 without a C compiler.

Example: npm run bench:xs -- --json
`;

/** In the unit of the result. */
const goals: Record<string, number> = { 'xs.command.native': 15, 'xs.heap.native': 288 };

interface Result {
  name: string;
  value: number | null;
  unit: string;
  peer?: string;
  peerValue?: number;
  ratio?: number;
  goal?: number;
  met?: boolean;
}

const round = (value: number): number => Number(value.toPrecision(3));

function withGoal(result: Result): Result {
  const goal = goals[result.name];
  if (goal === undefined) return result;
  return { ...result, goal, met: result.value !== null && result.value <= goal };
}

function resultsOf(timings: Timings): Result[] {
  return [...timings].flatMap(([operation, of]) => {
    // People wait in milliseconds.
    const [unit, scale] = operation === 'command' || operation === 'boot' ? ['ms', 1000] : ['µs', 1];
    const node = of.node! / scale;
    return (Object.keys(of) as Variant[]).map(variant => {
      const value = of[variant]! / scale;
      const compared =
        variant === 'node' ? {} : { peer: 'node', peerValue: round(node), ratio: round(node / value) };
      return withGoal({ name: `xs.${operation}.${variant}`, value: round(value), unit, ...compared });
    });
  });
}

/** KiB with which the demo passes, the fewest if they are searched for; null when it is not known. */
async function heap(search: boolean, tell: (line: string) => void): Promise<Result> {
  const goal = goals['xs.heap.native'];
  tell(`the demo with ${goal} KiB of heap`);
  const passed = await demoPasses(goal);
  const found = search ? await smallestHeap({ kibibytes: goal, passed }, tell) : null;
  const value = found ?? (passed ? goal : null);
  return withGoal({ name: 'xs.heap.native', value, unit: 'KiB' });
}

function print({ goal, met, name, peerValue, ratio, unit, value }: Result): string {
  const compared = ratio === undefined ? '' : `   Node ${peerValue} ${unit}, ${ratio} times as fast`;
  const judged = goal === undefined ? '' : `   goal ${goal} ${unit} ${met ? 'met' : 'MISSED'}`;
  return `${name.padEnd(22)} ${value ?? 'more than the goal,'} ${unit}${compared}${judged}\n`;
}

async function main(): Promise<number> {
  const values = flagsOf('bench:xs', help, { json: { type: 'boolean' }, heap: { type: 'boolean' } });
  if (typeof values === 'number') return values;
  const tell = (line: string) => process.stderr.write(`bench:xs: ${line.trim()}\n`);
  const { program } = await buildXs();
  const timings = await timeOperations(program, tell);
  timings.set('boot', await timeBoot(tell));
  const results = [...resultsOf(timings), await heap(values.heap ?? false, tell)];
  process.stdout.write(
    values.json ? `${JSON.stringify({ results }, null, 1)}\n` : results.map(print).join(''),
  );
  return results.every(({ met }) => met !== false) ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  const missing = error instanceof XsMissing;
  process.stderr.write(`bench:xs: ${missing ? error.message : (error as Error).stack}\n`);
  process.exitCode = missing ? 3 : 1;
}
