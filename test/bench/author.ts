/** `npm run bench:author`: what an author of firmware waits for and installs. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { repositoryRoot } from '../../host-sim/node/repository.js';
import { bytesBelow, installPackage } from '../tools/package/installed.js';

const help = `Usage: npm run bench:author -- [--json]

Builds the package, installs it from its tarball into an empty folder, and measures it. It takes half a minute.

  --json   print one JSON document: {"results": [{"name", "value", "unit", "peer", "peerValue", "ratio", "goal",
           "met"}]}; the peer is this repository's own installation, ratio its value over ours, goal the greatest
           value that is wanted
  --help   print this

The exit status is 0 when every goal is met, 1 when one is not, 2 on wrong use.

Example: npm run bench:author -- --json
`;

interface Result {
  name: string;
  value: number;
  unit: string;
  peer: string | null;
  peerValue: number | null;
  ratio: number | null;
  goal: number;
  met: boolean;
}

const MEGABYTE = 1_000_000;
const round = (value: number): number => Math.round(value * 100) / 100;

/** A measured value beside that of the repository, where it has one. */
function resultOf(name: string, unit: string, value: number, goal: number, peerValue?: number): Result {
  return {
    ...{ name, value: round(value), unit },
    peer: peerValue === undefined ? null : 'this repository after npm ci',
    peerValue: peerValue === undefined ? null : round(peerValue),
    ratio: peerValue === undefined ? null : round(peerValue / value),
    ...{ goal, met: value <= goal },
  };
}

async function measure(): Promise<Result[]> {
  const installed = await installPackage();
  try {
    const modules = join(installed.folder, 'node_modules');
    const megabytes = (folder: string) => bytesBelow(folder) / MEGABYTE;
    return [
      resultOf(
        ...(['package.install.mb', 'MB', megabytes(modules), 150] as const),
        megabytes(join(repositoryRoot, 'node_modules')),
      ),
      resultOf('package.own.mb', 'MB', megabytes(join(modules, 'holdfast')), 6),
    ];
  } finally {
    installed.remove();
  }
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
