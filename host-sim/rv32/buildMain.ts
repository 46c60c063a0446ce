/** `npm run build:rv32`: builds the program of the emulated board. */
import { parseArgs } from 'node:util';
import { CompileError } from '../engine/compiler.js';
import { XsMissing } from '../engine/sources.js';
import { buildRv32 } from './build.js';
import { installCommand, Rv32Missing, requireEmulator } from './tools.js';

const help = `Usage: npm run build:rv32

Builds below .build/rv32 what the emulated board runs; npm run demo -- --engine rv32 then runs boards in it.
Needs: ${installCommand}
`;

async function main(): Promise<number> {
  try {
    const { values } = parseArgs({ options: { help: { type: 'boolean' } } });
    if (values.help) {
      process.stdout.write(help);
      return 0;
    }
    requireEmulator();
    const live = process.stdout.isTTY;
    const { program, compiled } = await buildRv32((done, total, file) => {
      if (live) process.stdout.write(`\r\x1b[Kbuild:rv32 ${done}/${total} ${file}`);
    });
    if (live) process.stdout.write('\r\x1b[K');
    process.stdout.write(`${program} (${compiled === 0 ? 'up to date' : `${compiled} files compiled`})\n`);
    return 0;
  } catch (error) {
    const known = [Rv32Missing, XsMissing, CompileError].some(kind => error instanceof kind);
    process.stderr.write(`build:rv32: ${known ? (error as Error).message : (error as Error).stack}\n`);
    return known ? 1 : 2;
  }
}

process.exitCode = await main();
