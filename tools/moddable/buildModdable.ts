/** `npm run build:moddable`: all of the Moddable build that needs no ESP-IDF, and its numbers. */
import { join } from 'node:path';
import { linBoard, linLibrary } from '../../host-sim/moddable/spawn.js';
import { whatIsMissing } from '../../host-sim/rv32/tools.js';
import { budgetLine, budgetOf } from '../chip/budget.js';
import { type Target, targets } from '../chip/chips.js';
import { runCommand, WrongUse } from './command.js';
import { linkEsp32 } from './esp32.js';
import { buildLin } from './lin.js';
import { mcxsBytes } from './mcxs.js';
import { type BenchResult, chipSlot, moduleSizes, restSize, result, romSize } from './measure.js';
import { requireSdk, versionsThatFit } from './sdk.js';

const help = `Usage: npm run build:moddable -- [--target ${targets.join('|')}] [--json]

Takes the manifests through TypeScript, xsc and xsl for a chip as far as the C compile, builds the SDK's lin target,
and prints what both come to. It needs the Moddable SDK, which MODDABLE names, a C compiler and GLib's headers
(Debian: libglib2.0-dev), and no ESP-IDF. Versions that fit each other:
${versionsThatFit}.
Afterwards npm run demo -- --engine lin runs the whole demo on a board of this build.

  --target NAME   which chip, esp32 if left out
  --json          one document: {"results": [{"name", "value", "unit", "peer", "peerValue", "ratio", "goal", "met"}]}
  --help          print this

Example: MODDABLE=~/moddable npm run build:moddable
`;

const kib = 1024;
const goals = { bytecode: 220 * kib, slots: 900, chunks: 24 * kib };

/** The rest is the SDK's; packages are within ours. */
const ours = (name: string): boolean => name.startsWith('firmware/');

await runCommand({
  name: 'build:moddable',
  help,
  options: { target: { type: 'string' } },
  async run({ onProgress, say, signal, values }) {
    const target = (values.target ?? 'esp32') as Target;
    if (!targets.includes(target)) throw new WrongUse(`--target is one of ${targets.join(', ')}`);
    const sdk = requireSdk();
    say(`Moddable SDK ${sdk.version}`);
    const folder = await linkEsp32(sdk, target, { onProgress, signal });
    say(`${target}: TypeScript, xsc and xsl passed; ${join(folder, 'mc.xs.c')}`);
    await buildLin(sdk, { onProgress, signal });
    say(`lin: ${linLibrary}`);

    const modules = moduleSizes(folder).sort((a, b) => b.bytecode - a.bytecode);
    say('\n bytecode   names  module');
    for (const { bytecode, name, names } of modules) {
      say(`${String(bytecode).padStart(9)} ${String(names).padStart(7)}  ${name}`);
    }
    const total = (list: typeof modules) => list.reduce((sum, { bytecode }) => sum + bytecode, 0);
    const rom = romSize(join(folder, 'mc.xs.c'));
    const rest = await restSize(linBoard, linLibrary);
    const results = [
      result(
        'bytecode of the firmware',
        total(modules.filter(({ name }) => ours(name))),
        'bytes',
        goals.bytecode,
      ),
      result('bytecode with the modules of the SDK', total(modules), 'bytes'),
      result('constant slots, in flash', rom.slots * chipSlot, 'bytes'),
      result('names, in flash', rom.names, 'names'),
      result('flash of the image, as far as known', total(modules) + rom.slots * chipSlot, 'bytes'),
      result('slots at rest', rest.slots, 'slots', goals.slots),
      result('chunks at rest', rest.chunks, 'bytes', goals.chunks),
      result('table of aliases, in RAM', rom.aliases * 4, 'bytes'),
    ];
    say('');
    for (const each of results) say(line(each));
    const isRiscV = target === 'esp32c3' || target === 'esp32c6';
    if (isRiscV && (await whatIsMissing()) === undefined) {
      const bytes = await mcxsBytes(sdk, folder, { signal });
      say(budgetLine('chip.mcxs', bytes));
      results.push(result('chip.mcxs', bytes, 'bytes', budgetOf('chip.mcxs').goal));
    }
    say(
      'The C of engine and ESP-IDF is not in these numbers: only a build with ESP-IDF gives the flash of an image.',
    );
    return { results };
  },
});

function line({ goal, met, name, unit, value }: BenchResult): string {
  const judged = goal === null ? '' : `, at most ${goal} wanted: ${met ? 'met' : 'MISSED'}`;
  return `${name}: ${value} ${unit}${judged}`;
}
