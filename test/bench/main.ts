/** `npm run bench`: measures what Holdfast promises to be fast at, beside what others use for the same. */

import { parseArgs } from 'node:util';
import { benchLightClient } from './lightClient.js';
import type { BenchResult } from './result.js';
import { benchWitness } from './witness.js';

const help = `Usage: npm run bench -- [--json]

Measures, each beside another implementation of the same work, interleaved, median of 9 rounds.

  --json   print one JSON document: {"results": [{"name", "value", "unit", "peer", "peerValue",
           "ratio", "goal", "met"}]}; ratio is the peer's value over ours, goal the least ratio, or with
           the unit bytes the most of them
  --help   print this

The exit status is 0 when every goal is met, 1 when one is not, 2 on wrong use.
`;

function line(result: BenchResult): string {
  const { name, value, unit, peer, peerValue, ratio, goal, met } = result;
  const compared = unit === 'bytes' ? `at most ${goal} wanted,` : `${ratio} times as fast, goal ${goal}`;
  return `${name}  ${value} ${unit}, ${peer} ${peerValue} ${unit}: ${compared} ${met ? 'met' : 'MISSED'}\n`;
}

async function main(): Promise<number> {
  let json: boolean;
  try {
    const { values } = parseArgs({ options: { json: { type: 'boolean' }, help: { type: 'boolean' } } });
    if (values.help) {
      process.stdout.write(help);
      return 0;
    }
    json = values.json ?? false;
  } catch (error) {
    process.stderr.write(`bench: ${(error as Error).message}. See npm run bench -- --help\n`);
    return 2;
  }
  const results: BenchResult[] = [];
  for (const bench of [benchWitness, benchLightClient]) {
    for (const result of [await bench()].flat()) {
      results.push(result);
      if (!json) process.stdout.write(line(result));
    }
  }
  if (json) process.stdout.write(`${JSON.stringify({ results })}\n`);
  return results.every(result => result.met) ? 0 : 1;
}

process.exitCode = await main();
