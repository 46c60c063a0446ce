/**
 * The native BLS, which is blst's portable C with 32-bit limbs and our face around it, against blst as npm builds it
 * (assembly, 64-bit limbs) and the portable TypeScript. HOLDFAST_NATIVE_BLS_CASES sets how many.
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { bls12_381 } from '@noble/curves/bls12-381.js';
import type { ExecutionContext } from 'ava';
import { portableBls } from '../../../firmware/beacon/portableBls.js';
import { concat } from '../../../firmware/bytes/concat.js';
import type { NativeBls } from '../../../firmware/crypto/native/nativeBls.js';
import { nativeBls } from '../../../firmware/crypto/native/nativeBls.js';
import { blstBls } from '../../../host-sim/node/bls/blst.js';
import { flipped } from '../../fakes/bytes.js';
import {
  ask,
  type Build,
  buildBulk,
  buildProgram,
  flagsOf,
  nativeFolder,
  nativeTest,
  type Question,
} from '../crypto/native/programs.js';
import { type BlsCase, blsCase, outcomeOf } from './blsCases.js';
import { compressSignature, strangeKey } from './points.js';
import { type Random, seeded } from './random.js';
import { bitsWithout, TestCommittee, validator } from './validators.js';

const cases = Number(process.env.HOLDFAST_NATIVE_BLS_CASES ?? 600);
const seed = Number(process.env.HOLDFAST_SEED ?? 20_261_122);
const outcomes = ['valid', 'mismatch', 'key', 'infinity', 'signature'];

/** Only of what the C is given at all: nativeBls.ts answers other lengths itself. */
const isWhole = ({ aggregate, signature }: BlsCase) => aggregate.length === 48 && signature.length === 96;

const question = ({ aggregate, absent, message, signature }: BlsCase): Question => ({
  operation: 'b',
  bytes: concat(message, signature, aggregate, ...absent),
});

async function agree(t: ExecutionContext, build: Build, count: number): Promise<void> {
  const program = await buildBulk(build);
  const random = seeded(seed);
  const oracle = blstBls();
  const seen: Record<string, number> = {};
  for (let done = 0; done < count; done += 100) {
    const batch = Array.from({ length: Math.min(100, count - done) }, (_, i) => blsCase(done + i, random));
    const whole = batch.filter(isWhole);
    ask(program, whole.map(question)).forEach((answer, i) => {
      const expected = outcomeOf(oracle, whole[i]);
      t.is(outcomes[answer![0]], expected, `case ${i} of ${done}, seed ${seed}`);
      seen[expected] = (seen[expected] ?? 0) + 1;
    });
    await setImmediate();
  }
  t.log(seen);
  t.deepEqual(Object.keys(seen).sort(), [...outcomes].sort());
}

nativeTest(
  `native BLS and blst agree on ${cases} genuine and false signatures, equal and opposite keys among them`,
  t => agree(t, 'release', cases),
);

nativeTest('native BLS runs clean under AddressSanitizer and UndefinedBehaviorSanitizer', t =>
  agree(t, 'sanitized', 66),
);

for (const build of ['release', 'sanitized'] as const) {
  nativeTest(`the field of BLS equals the plain loops that it stands in for (${build})`, async t => {
    const program = await buildProgram(`field-${build}`, {
      main: join(nativeFolder, 'field.c'),
      flags: [...flagsOf[build], '-w'],
      without: ['bls.c'],
    });
    t.is(execFileSync(program, { encoding: 'utf8' }), '36040 compared\n');
  });
}

nativeTest('every single-bit flip of a key, and of a signature, is what blst says it is', async t => {
  const program = await buildBulk('release');
  const oracle = blstBls();
  const member = validator(77n);
  const committee = new TestCommittee([member, validator(78n), validator(79n)]);
  const message = new Uint8Array(32).fill(9);
  const genuine: BlsCase = {
    aggregate: committee.aggregatePubkey,
    absent: [member.publicKey],
    message,
    signature: committee.sign(message, bitsWithout(8, [0])),
  };
  const flips: BlsCase[] = [genuine];
  for (let bit = 0; bit < 48 * 8; bit++) {
    flips.push({ ...genuine, aggregate: flipped(genuine.aggregate, bit) });
    flips.push({ ...genuine, absent: [flipped(member.publicKey, bit)] });
  }
  for (let bit = 0; bit < 96 * 8; bit++)
    flips.push({ ...genuine, signature: flipped(genuine.signature, bit) });
  const valid: number[] = [];
  ask(program, flips.map(question)).forEach((answer, i) => {
    const outcome = outcomes[answer![0]];
    t.is(outcome, outcomeOf(oracle, flips[i]), `${i}`);
    if (outcome === 'valid') valid.push(i);
  });
  t.deepEqual(valid, [0]);
});

nativeTest('a point outside the subgroup with x = 0 counts as the portable BLS counts it', async t => {
  const program = await buildBulk('release');
  const zero = new Uint8Array(48);
  zero[0] = 0x80;
  const strange = strangeKey(seeded(seed));
  const message = new Uint8Array(32).fill(1);
  const signature = new TestCommittee([validator(3n)]).sign(message, Uint8Array.of(1));
  const portable = portableBls();
  const batch: BlsCase[] = [];
  for (const aggregate of [zero, flipped(zero, 5), strange, validator(3n).publicKey]) {
    for (const absent of [[], [zero], [flipped(zero, 5)], [zero, flipped(zero, 5)], [strange], [aggregate]])
      batch.push({ aggregate, absent, message, signature });
  }
  const said = ask(program, batch.map(question)).map(answer => outcomes[answer![0]]);
  const expected = batch.map(item => outcomeOf(portable, item));
  t.deepEqual(said, expected);
  t.deepEqual([...new Set(said)].sort(), ['infinity', 'key', 'valid']);
});

nativeTest('a signature with a part of small order is outside the subgroup, whatever the order', async t => {
  const program = await buildBulk('release');
  const random = seeded(seed);
  const member = validator(3n);
  const message = new Uint8Array(32).fill(1);
  const signature = new TestCommittee([member]).sign(message, Uint8Array.of(1));
  const genuine = bls12_381.G2.Point.fromBytes(signature);
  const spoilt: Uint8Array[] = [];
  for (const order of smallOrders) {
    const small = times(strangePoint(random), (cofactor * bls12_381.fields.Fr.ORDER) / order);
    if (small.is0()) continue;
    // By itself, with the genuine one, and its multiples: one of them meets the other within the loop.
    for (const factor of [1n, 2n, 5n, order - 1n]) {
      const part = times(small, factor);
      for (const point of [part, genuine.add(part)]) spoilt.push(compressSignature(point.toAffine()));
    }
  }
  const answers = ask(
    program,
    [signature, ...spoilt].map(bytes =>
      question({ aggregate: member.publicKey, absent: [], message, signature: bytes }),
    ),
  ).map(answer => outcomes[answer![0]]);
  t.deepEqual(answers, ['valid', ...spoilt.map(() => 'signature')]);
  t.true(spoilt.length >= 16);
  const oracle = blstBls();
  for (const bytes of spoilt) t.is(oracle.begin(member.publicKey).verify(message, bytes), 'signature');
});

/** Of the curve that signatures are on, without its subgroup. */
const cofactor = BigInt(
  '0x5d543a95414e7f1091d50792876a202cd91de4547085abaa68a205b2e5a7ddfa628f1cb4d9e82ef21537e293a6691ae1616ec6e786f0c70cf1c38e31c7238e5',
);
const smallOrders = Array.from({ length: 5000 }, (_, i) => BigInt(i + 2)).filter(n => cofactor % n === 0n);

type G2Point = ReturnType<typeof bls12_381.G2.Point.fromBytes>;

function times(point: G2Point, factor: bigint): G2Point {
  let sum = bls12_381.G2.Point.ZERO;
  for (let bit = factor.toString(2).length - 1; bit >= 0; bit--) {
    sum = sum.double();
    if ((factor >> BigInt(bit)) & 1n) sum = sum.add(point);
  }
  return sum;
}

function strangePoint(random: Random): G2Point {
  const { Fp2 } = bls12_381.fields;
  for (;;) {
    const x = Fp2.create({ c0: BigInt(random.below(2 ** 31)), c1: BigInt(random.below(2 ** 31)) });
    try {
      const y = Fp2.sqrt(Fp2.add(Fp2.mul(Fp2.sqr(x), x), Fp2.create({ c0: 4n, c1: 4n })));
      return bls12_381.G2.Point.fromAffine({ x, y });
    } catch {
      // Nothing is on the curve there.
    }
  }
}

nativeTest('what has another length is answered as the portable BLS answers it', t => {
  const member = validator(3n);
  const message = new Uint8Array(32).fill(1);
  const signature = new TestCommittee([member]).sign(message, Uint8Array.of(1));
  // A curve on which all keys are points and nothing vanishes; a signature without its flag is none.
  const native: NativeBls = {
    blsBegin: () => new ArrayBuffer(144),
    blsSubtract: () => true,
    blsVerify: (_, __, bytes) => (bytes[0] & 0x80 ? 0 : 4),
  };
  const [face, portable] = [nativeBls(native), portableBls()];
  const key = member.publicKey;
  const other = validator(4n).publicKey;
  for (const [aggregate, absent, bytes] of [
    [key, [], signature],
    [key.subarray(1), [], signature],
    [new Uint8Array(0), [], signature],
    [key, [other.subarray(1)], signature],
    [key, [new Uint8Array(49).fill(0x80)], signature],
    [key, [], signature.subarray(1)],
    [key, [], new Uint8Array(0)],
    [key, [], new Uint8Array(97).fill(0x80)],
  ] as [Uint8Array, Uint8Array[], Uint8Array][]) {
    const given = { aggregate, absent, message, signature: bytes };
    t.is(outcomeOf(face, given), outcomeOf(portable, given));
  }
});
