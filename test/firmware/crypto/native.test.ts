/**
 * The native crypto, as compiled for a desk and with the arithmetic of a 32-bit chip, against the portable one and
 * against others. HOLDFAST_HASH_CASES and HOLDFAST_CURVE_CASES set how many random cases; 100,000 is a campaign.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { keccak_256 } from '@noble/hashes/sha3.js';
import { Point } from '@noble/secp256k1';
import type { ExecutionContext } from 'ava';
import { concat } from '../../../firmware/bytes/concat.js';
import { equal } from '../../../firmware/bytes/equal.js';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { fieldPrime, order } from '../../../firmware/crypto/curve.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { type Random, seeded } from '../beacon/random.js';
import { vectorText } from '../vectors.js';
import {
  ask,
  type Build,
  buildBulk,
  buildProgram,
  flagsOf,
  nativeFolder,
  nativeTest,
  type Question,
  ToolMissing,
} from './native/programs.js';
import { poly1305Edges } from './poly1305Edges.js';
import { derSignature, type EcdhVectors, ecdhCases, type Wycheproof } from './wycheproof.js';

const hashCases = Number(process.env.HOLDFAST_HASH_CASES ?? 100_000);
const curveCases = Number(process.env.HOLDFAST_CURVE_CASES ?? 2_000);
const seed = Number(process.env.HOLDFAST_SEED ?? 20_261_122);

const portable = portableCrypto();
const word = (value: bigint) => fromHex(`0x${value.toString(16).padStart(64, '0')}`)!;
const shown = (bytes: Uint8Array | undefined) => (bytes ? toHex(bytes) : 'nobody');

function portableAnswer({ operation, bytes }: Question): Uint8Array | undefined {
  if (operation === 'k') return portable.keccak256(bytes);
  if (operation === 's') {
    const hash = portable.sha256();
    hash.update(bytes.subarray(1));
    return hash.digest();
  }
  if (operation === 'r') return portable.recoverAddress(bytes.subarray(0, 32), bytes.subarray(32));
  if (operation === 'a') return portable.addressOf(bytes);
  if (operation === 'p') return portable.publicKeyOf(bytes);
  if (operation === 'x') return portable.sharedSecret(bytes.subarray(0, 32), bytes.subarray(32));
  if (operation === 'e' || operation === 'd') {
    const [key, nonce, text] = [bytes.subarray(0, 32), bytes.subarray(32, 44), 45 + bytes[44]];
    return portable[operation === 'e' ? 'encrypt' : 'decrypt'](
      key,
      nonce,
      bytes.subarray(45, text),
      bytes.subarray(text),
    );
  }
  try {
    return portable.sign(bytes.subarray(0, 32), bytes.subarray(32));
  } catch {
    return undefined;
  }
}

/** In batches, so that no input takes all memory and the event loop lives. */
async function compare(
  t: ExecutionContext,
  builds: readonly Build[],
  questions: (count: number) => Question[],
  cases: number,
): Promise<Map<string, number>> {
  const programs = await Promise.all(builds.map(buildBulk));
  const counts = new Map<string, number>();
  for (let done = 0; done < cases; ) {
    const batch = questions(Math.min(1000, cases - done));
    const expected = batch.map(portableAnswer);
    for (const program of programs) {
      ask(program, batch).forEach((answer, i) => {
        const same = answer && expected[i] ? equal(answer, expected[i]) : answer === expected[i];
        if (same) return;
        const { operation, bytes } = batch[i];
        t.fail(`${program} ${operation} of ${toHex(bytes)}: ${shown(answer)}, not ${shown(expected[i])}`);
      });
    }
    batch.forEach(({ operation }, i) => {
      const kind = `${operation} ${expected[i] ? 'answered' : 'refused'}`;
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    });
    done += batch.length;
    await setImmediate();
  }
  t.log(Object.fromEntries(counts), `seed ${seed}`);
  return counts;
}

nativeTest(
  `keccak and SHA-256 in C equal the portable ones and others' on ${hashCases} inputs each`,
  async t => {
    const random = seeded(seed);
    const input = () => random.bytes(random.oneIn(100) ? random.below(4000) : random.below(300));
    for (const operation of ['k', 's'] as const) {
      const make = (count: number) =>
        Array.from({ length: count }, () => {
          const bytes = operation === 's' ? concat(random.bytes(1), input()) : input();
          // The portable one is compared with the C; one in twenty with what others wrote.
          if (random.oneIn(20)) {
            const digest = operation === 'k' ? keccak_256(bytes) : sha256(bytes.subarray(1));
            if (!equal(portableAnswer({ operation, bytes })!, digest)) t.fail(`${operation} ${toHex(bytes)}`);
          }
          return { operation, bytes };
        });
      const counts = await compare(t, ['release'], make, hashCases);
      t.is(counts.get(`${operation} answered`), hashCases);
    }
  },
);

const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());

/** Mostly what somebody signed; else changed a little, or made up. */
function curveQuestion(random: Random): Question {
  const key = random.oneIn(50) ? word(order - BigInt(random.below(3))) : random.bytes(32);
  const digest = random.bytes(32);
  const choice = random.below(8);
  if (choice === 0) return { operation: 'a', bytes: key };
  if (choice <= 2) return { operation: 'g', bytes: concat(digest, key) };
  let signature = concat(random.bytes(64), Uint8Array.of(27 + random.below(2)));
  if (choice <= 5 && portable.addressOf(key)) signature = portable.sign(digest, key);
  if (choice === 5) signature[random.below(65)] ^= 1 << random.below(8);
  // The upper half of all s is refused before any curve is touched.
  if (choice > 5) signature[32] &= 0x7f;
  return { operation: 'r', bytes: concat(digest, signature) };
}

nativeTest(`recover, sign and address in C equal the portable ones on ${curveCases} cases`, async t => {
  const random = seeded(seed);
  const make = (count: number) => Array.from({ length: count }, () => curveQuestion(random));
  const counts = await compare(t, ['release', 'narrow'], make, curveCases);
  for (const kind of ['a answered', 'g answered', 'r answered', 'r refused']) t.true(counts.get(kind)! > 10);
});

/** Keys, mostly valid; points, some of which are none. */
function exchangeQuestion(random: Random): Question {
  const key = random.oneIn(5) ? word(order - 1n + BigInt(random.below(3))) : random.bytes(32);
  if (random.oneIn(4)) return { operation: 'p', bytes: key };
  const point = portable.publicKeyOf(random.bytes(32))!;
  // Half of all x are on the curve.
  if (random.oneIn(3)) point[random.below(33)] ^= 1 << random.below(8);
  return { operation: 'x', bytes: concat(key, point) };
}

nativeTest(`public keys and shared secrets in C equal the portable ones on ${curveCases} cases`, async t => {
  const random = seeded(seed);
  const make = (count: number) => Array.from({ length: count }, () => exchangeQuestion(random));
  const counts = await compare(t, ['release', 'narrow'], make, curveCases);
  for (const kind of ['p answered', 'p refused', 'x answered', 'x refused']) t.true(counts.get(kind)! > 10);
});

nativeTest(`ChaCha20-Poly1305 in C equals the portable one on ${hashCases / 10} inputs`, async t => {
  const random = seeded(seed);
  const make = (count: number) =>
    Array.from({ length: count }, (): Question => {
      const [key, nonce, associated] = [32, 12, random.below(256)].map(length => random.bytes(length));
      const plain = random.bytes(random.oneIn(50) ? random.below(4200) : random.below(150));
      const head = concat(key, nonce, Uint8Array.of(associated.length), associated);
      if (random.oneIn(2)) return { operation: 'e', bytes: concat(head, plain) };
      const encrypted = portable.encrypt(key, nonce, associated, plain);
      if (random.oneIn(3)) encrypted[random.below(encrypted.length)] ^= 1 << random.below(8);
      return { operation: 'd', bytes: concat(head, random.oneIn(10) ? plain : encrypted) };
    });
  const builds: Build[] = hashCases > 100_000 ? ['release', 'sanitized'] : ['release'];
  const counts = await compare(t, builds, make, hashCases / 10);
  for (const kind of ['e answered', 'd answered', 'd refused']) t.true(counts.get(kind)! > 10);
  await compare(t, ['sanitized', 'sanitized-narrow'], make, 300);
});

nativeTest('RFC 8439, A.3: Poly1305 in C at the edges of its arithmetic', async t => {
  const program = await buildProgram('poly1305', {
    main: join(nativeFolder, 'poly1305.c'),
    flags: flagsOf.sanitized,
    without: ['chacha20Poly1305.c'],
  });
  for (const { key, tag, text } of poly1305Edges)
    t.is(spawnSync(program, [key, text], { encoding: 'utf8' }).stdout, tag, text);
});

nativeTest('wycheproof: in C too a valid key leads to the secret, an invalid one to none', async t => {
  const text = vectorText('wycheproof/ecdh_secp256k1_test.json');
  if (text === undefined)
    throw new ToolMissing('HOLDFAST_VECTORS does not lead to the vectors of wycheproof');
  const cases = ecdhCases(JSON.parse(text) as EcdhVectors);
  const questions = cases.map(({ privateKey, publicKey }): Question => {
    return { operation: 'x', bytes: concat(privateKey, publicKey) };
  });
  ask(await buildBulk('release'), questions).forEach((secret, i) => {
    t.deepEqual(secret, cases[i].shared, cases[i].comment);
  });
  t.true(cases.length > 450);
});

/** Scalars and digests where something ends or overflows. */
const edges = [
  ...[0n, 1n, 2n, 3n, order / 2n, order / 2n + 1n, order - 2n, order - 1n, order, order + 1n],
  ...[fieldPrime - order, fieldPrime - 1n, fieldPrime, 2n ** 255n, 2n ** 256n - 1n],
];

nativeTest('edges: zero, the order and its neighbours, high s, v of all kinds, infinity', async t => {
  const questions: Question[] = [];
  for (const a of edges) {
    questions.push({ operation: 'a', bytes: word(a) }, { operation: 'p', bytes: word(a) });
    for (const x of edges) {
      const point = (form: number) => concat(word(a), Uint8Array.of(form), word(x));
      for (const form of [0, 2, 3, 4]) questions.push({ operation: 'x', bytes: point(form) });
    }
    for (const b of edges) {
      questions.push({ operation: 'g', bytes: concat(word(a), word(b)) });
      for (const v of [0, 1, 26, 27, 28, 29, 30, 31, 255]) {
        for (const z of [0n, 1n, order - 1n, order, 2n ** 256n - 1n])
          questions.push({ operation: 'r', bytes: concat(word(z), word(a), word(b), Uint8Array.of(v)) });
      }
    }
  }
  // R = k G and s k = z: the signer would be infinity; one digest further somebody is there.
  for (const k of [1n, 2n, 11n, order - 1n]) {
    const { x, y } = Point.BASE.multiply(k).toAffine();
    for (const s of [1n, 5n, order / 2n]) {
      const signature = concat(word(x), word(s), Uint8Array.of(27 + Number(y & 1n)));
      for (const more of [0n, 1n])
        questions.push({ operation: 'r', bytes: concat(word(((s * k) % order) + more), signature) });
    }
  }
  const counts = await compare(
    t,
    ['release', 'narrow', 'sanitized', 'sanitized-narrow'],
    count => questions.splice(0, count),
    questions.length,
  );
  t.true(counts.get('r answered')! > 50 && counts.get('r refused')! > 5000);
});

nativeTest('wycheproof: in C too a signature recovers to its key exactly when it is valid', async t => {
  const text = vectorText('wycheproof/ecdsa_secp256k1_sha256_bitcoin_test.json');
  if (text === undefined)
    throw new ToolMissing('HOLDFAST_VECTORS does not lead to the vectors of wycheproof');
  const file = JSON.parse(text) as Wycheproof;
  const counts = { valid: 0, invalid: 0 };
  const program = await buildBulk('release');
  for (const group of file.testGroups) {
    const signer = keccak_256(fromHex(`0x${group.publicKey.uncompressed}`)!.subarray(1)).slice(12);
    for (const item of group.tests) {
      const digest = sha256(fromHex(`0x${item.msg}`)!);
      const parsed = derSignature(fromHex(`0x${item.sig}`)!);
      const answers = parsed
        ? ask(
            program,
            [27, 28].map(v => ({
              operation: 'r',
              bytes: concat(digest, parsed.r, parsed.s, Uint8Array.of(v)),
            })),
          )
        : [];
      const recovered = answers.some(address => address && equal(address, signer));
      // v as 27 or 28 has no word for an x above the order; Ethereum's ecrecover refuses the same.
      const expressible = !item.comment.includes('k*G has a large x-coordinate');
      t.is(recovered, item.result === 'valid' && expressible, `${item.tcId} ${item.comment}`);
      counts[item.result]++;
    }
  }
  t.is(counts.valid + counts.invalid, file.numberOfTests);
  t.true(counts.valid > 100 && counts.invalid > 100);
  t.log(counts);
});
