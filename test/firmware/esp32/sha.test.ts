/** SHA-256 by a chip's unit (native/sha.c) over its C (crypto/native/sha256.c), with a unit of registers written here. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { repositoryRoot } from '../../../host-sim/node/repository.js';
import { hasCompiler, STRICT } from './compiler.js';

interface Hashed {
  state: string;
  /** Blocks that the unit was given at the test, and after all hashes. */
  tested: number;
  given: number;
  digests: string[];
  /** Of the message that is hashed in C whatever there is, and the blocks that the unit was given then. */
  inC: string;
  givenInC: number;
}

const folder = mkdtempSync(join(tmpdir(), 'holdfast-sha-'));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));

/** The program of these flags besides its own, compiled once; undefined without a compiler. */
function unitOf(
  t: ExecutionContext,
  ...flags: string[]
): ((answers: string, after?: number) => Hashed) | undefined {
  const program = join(folder, ['sha', ...flags].join(''));
  const [chip, crypto] = ['esp32', 'crypto'].map(room => join(repositoryRoot, 'firmware', room, 'native'));
  const here = join(repositoryRoot, 'test/firmware/esp32');
  const sources = [
    join(chip, 'sha.c'),
    join(crypto, 'sha256.c'),
    join(here, 'sha.c'),
    join(here, 'sha/unit.c'),
  ];
  const folders = [`-I${chip}`, `-I${crypto}`, `-I${join(here, 'sha')}`, `-I${here}`];
  if (!hasCompiler(t)) return undefined;
  if (!existsSync(program))
    execFileSync('cc', [...STRICT, ...flags, ...folders, ...sources, '-o', program], { stdio: 'pipe' });
  return (answers, after = 0) => {
    const [state, tested, ...rest] = execFileSync(program, [answers, `${after}`], { encoding: 'utf8' })
      .trimEnd()
      .split('\n');
    const [given, inC, givenAtEnd] = rest.slice(-3);
    const numbers = {
      tested: Number(tested),
      given: Number(given),
      givenInC: Number(givenAtEnd) - Number(given),
    };
    return { state, ...numbers, digests: rest.slice(0, -3), inC };
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

test('a hash on which a key hangs is made in C beside a unit that is used', t => {
  const unit = unitOf(t);
  if (!unit) return;
  const { givenInC, inC, state } = unit('RIGHT');
  t.is(state, 'used');
  t.is(inC, '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1');
  t.is(givenInC, 0);
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
