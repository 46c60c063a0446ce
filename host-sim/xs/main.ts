/** `npm run build:xs`: builds what runs a board's image in the XS engine. */
import { parseArgs } from 'node:util';
import { CompileError } from '../engine/compiler.js';
import { buildXs } from '../engine/deskProgram.js';
import { XsMissing } from '../engine/sources.js';

const help = `Usage: npm run build:xs -- [--sanitized]

Builds the XS host below .build/xs; npm run demo -- --engine xs then runs boards in it. Needs a C compiler.

  --sanitized   with AddressSanitizer and UndefinedBehaviorSanitizer, for tests
  --help        print this
`;

async function main(): Promise<number> {
  try {
    const { values } = parseArgs({ options: { sanitized: { type: 'boolean' }, help: { type: 'boolean' } } });
    if (values.help) {
      process.stdout.write(help);
      return 0;
    }
    const live = process.stdout.isTTY;
    const { program, compiled } = await buildXs({
      variant: values.sanitized ? 'sanitized' : 'release',
      onProgress(done, total, file) {
        if (live) process.stdout.write(`\r\x1b[Kbuild:xs ${done}/${total} ${file}`);
      },
    });
    if (live) process.stdout.write('\r\x1b[K');
    process.stdout.write(`${program} (${compiled === 0 ? 'up to date' : `${compiled} files compiled`})\n`);
    return 0;
  } catch (error) {
    const known = error instanceof XsMissing || error instanceof CompileError;
    process.stderr.write(`build:xs: ${known ? error.message : (error as Error).stack}\n`);
    return known ? 1 : 2;
  }
}

process.exitCode = await main();
