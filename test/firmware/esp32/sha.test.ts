/** SHA-256 by a chip's unit (native/sha.c) over its C (crypto/native/sha256.c), with a unit of registers written here. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { repositoryRoot } from '../../../host-sim/node/repository.js';

interface Hashed {
  state: string;
  /** Blocks that the unit was given at the test, and after all hashes. */
  tested: number;
  given: number;
  digests: string[];
}

/** Undefined without a compiler. @param flags of the compiler, besides */
function unitOf(
  t: ExecutionContext,
  ...flags: string[]
): ((answers: string, after?: number) => Hashed) | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-sha-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const program = join(folder, 'sha');
  const [chip, crypto] = ['esp32', 'crypto'].map(room =>
    join(repositoryRoot, 'firmware', room, 'native'),
  );
  const here = join(repositoryRoot, 'test/firmware/esp32');
  const sources = [join(chip, 'sha.c'), join(crypto, 'sha256.c'), join(here, 'sha.c'), join(here, 'sha/unit.c')];
  const folders = [`-I${chip}`, `-I${crypto}`, `-I${join(here, 'sha')}`, `-I${here}`];
  const strict = ['-std=gnu11', '-Wall', '-Wextra', '-Werror', '-fsanitize=address,undefined'];
  try {
    execFileSync('cc', ['--version'], { stdio: 'pipe' });
  } catch {
    if (process.env.HOLDFAST_REQUIRE_TOOLS) t.fail('a C compiler is required here and not installed');
    else t.pass('NOT RUN: there is no C compiler');
    return undefined;
  }
  execFileSync('cc', [...strict, ...flags, ...folders, ...sources, '-o', program], { stdio: 'pipe' });
  return (answers, after = 0) => {
    const [state, tested, ...rest] = execFileSync(program, [answers, `${after}`], { encoding: 'utf8' })
      .trimEnd()
      .split('\n');
    return { state, tested: Number(tested), digests: rest.slice(0, -1), given: Number(rest.at(-1)) };
  };
}

const lengths = [...Array.from({ length: 21 }, (_, i) => 13 * i), 5000, 5000];
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
/** By OpenSSL; the second of each pair is the digest of "abc" that FIPS 180 gives. */
const expected = lengths.flatMap(length => [
  sha256(Uint8Array.from({ length }, (_, i) => i)),
  'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
]);
/** Blocks of all those messages with their padding. */
const blocks = lengths.reduce((sum, length) => sum + Math.floor((length + 72) / 64) + 1, 0);

test('a unit that gives the known answers takes all blocks, of two hashes at once and among the work of others', t => {
  const unit = unitOf(t);
  if (!unit) return;
  const { digests, given, state, tested } = unit('RIGHT');
  t.is(state, 'used');
  t.deepEqual(digests, expected);
  t.is(given - tested, blocks);
});

test('a unit that gives a wrong answer, zeros or none is given no block of a message, and the C gives the digests', t => {
  const unit = unitOf(t);
  if (!unit) return;
  for (const answers of ['WRONG', 'ZEROS', 'STUCK'])
    for (const after of [0, 1, 2, 3]) {
      const { digests, given, state, tested } = unit(answers, after);
      t.is(state, 'refused', `${answers} after ${after}`);
      t.is(given, tested, `${answers} after ${after}`);
      t.deepEqual(digests, expected, `${answers} after ${after}`);
    }
});

test('a unit that stops in the midst of a message is asked no more, and no digest is lost', t => {
  const unit = unitOf(t);
  if (!unit) return;
  const { tested } = unit('RIGHT');
  for (const more of [0, 1, 7, 40, 100]) {
    const { digests, given, state } = unit('STUCK', tested + more);
    t.is(state, 'used');
    t.deepEqual(digests, expected, `after ${more}`);
    t.is(given, tested + more + 1);
  }
});

test('a chip whose unit cannot take up a hash has all of it done in C', t => {
  const unit = unitOf(t, '-DHOLDFAST_NO_UNIT');
  if (!unit) return;
  const { digests, given, state } = unit('RIGHT');
  t.is(state, 'none');
  t.is(given, 0);
  t.deepEqual(digests, expected);
});
