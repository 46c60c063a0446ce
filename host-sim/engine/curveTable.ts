/** The table of secp256k1 that is compiled in, made by libsecp256k1's own program. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Compiler, linkProgram } from './compiler.js';
import { writeChanged } from './guests.js';
import type { Sources } from './sources.js';

const tableName = 'ecmult_static_context.h';

/** The multiples of the base point that signing uses, computed by libsecp256k1's own program. */
export async function makeTable(compiler: Compiler, sources: Sources, generated: string): Promise<void> {
  const table = join(generated, tableName);
  const stamp = `/* ${sources.versions} */\n`;
  if (existsSync(table) && readFileSync(table, 'utf8').startsWith(stamp)) return;
  mkdirSync(generated, { recursive: true });
  // It writes below the folder it runs in.
  const place = mkdtempSync(join(generated, 'table-'));
  try {
    mkdirSync(join(place, 'src'));
    const maker = join(place, 'maker');
    const includes = sources.theirs.map(name => `-isystem${name}`);
    await linkProgram(compiler, [sources.tableMaker], maker, [
      ...['-O1', '-w', '-DECMULT_GEN_PREC_BITS=2'],
      ...includes,
    ]);
    await promisify(execFile)(maker, { cwd: place });
    writeChanged(table, stamp + readFileSync(join(place, 'src', tableName), 'utf8'));
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
