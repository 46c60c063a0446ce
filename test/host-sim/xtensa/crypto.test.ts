/**
 * The native crypto compiled for Xtensa, the processor family of the ESP32, builds and computes the same there. The
 * core is Debian's lx106 (an ESP8266's): it shares the instruction set's base, not the ESP32's windows, multiplier or
 * second core, so counts of instructions would mean nothing and are not taken.
 */
import { createHash, randomBytes } from 'node:crypto';
import { keccak_256 } from '@noble/hashes/sha3.js';
import test from 'ava';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { blstBls } from '../../../host-sim/node/bls/blst.js';
import { blsCase, outcomeOf } from '../../firmware/beacon/blsCases.js';
import { seeded } from '../../firmware/beacon/random.js';
import { Program } from '../native/program.js';
import { buildForXtensa, whatIsMissing } from './build.js';

const seed = Number(process.env.HOLDFAST_SEED ?? 20_261_122);
const operation = { keccak: 0, sha: 1, recover: 2, sign: 3, address: 4, bls: 5, shared: 6, encrypt: 7 };
/** In the order of firmware/crypto/native/bls.h. */
const outcomes = ['valid', 'mismatch', 'key', 'infinity', 'signature'];
const title = 'on Xtensa the native crypto computes what it computes elsewhere';

const missing = whatIsMissing();

test(missing ? `SKIPPED, ${missing}: ${title}` : title, async t => {
  if (missing) {
    if (process.env.HOLDFAST_REQUIRE_TOOLS) t.fail(missing);
    else t.pass();
    return;
  }
  const { arguments: given, command, sizes } = await buildForXtensa();
  t.log(`bytes of code and constants: ${JSON.stringify(sizes)}`);
  const program = new Program(command, given);
  t.teardown(() => program.close());
  const ask = async (name: keyof typeof operation, ...pieces: Uint8Array[]) =>
    new Uint8Array(await program.ask(Buffer.concat([Uint8Array.of(operation[name]), ...pieces])));
  const length = (bytes: Uint8Array) => Uint8Array.of(bytes.length & 255, bytes.length >> 8);
  const portable = portableCrypto();

  for (const size of [0, 1, 31, 32, 55, 56, 63, 64, 65, 135, 136, 137, 271, 272, 273, 532, 5000]) {
    const bytes = new Uint8Array(randomBytes(size));
    t.deepEqual(await ask('keccak', length(bytes), bytes), keccak_256(bytes), `keccak of ${size} bytes`);
    const pieces = [bytes.subarray(0, size >> 1), bytes.subarray(size >> 1)];
    t.deepEqual(
      await ask('sha', ...pieces.flatMap(piece => [length(piece), piece])),
      new Uint8Array(createHash('sha256').update(bytes).digest()),
      `SHA-256 of ${size} bytes`,
    );
  }
  for (let i = 0; i < 10; i++) {
    const key = new Uint8Array(randomBytes(32));
    const digest = new Uint8Array(randomBytes(32));
    const address = portable.addressOf(key);
    t.deepEqual(await ask('address', key), address);
    const signature = portable.sign(digest, key);
    t.deepEqual(await ask('sign', digest, key), signature);
    t.deepEqual(await ask('recover', digest, signature), address, 'the untouched twin');
    const changed = Uint8Array.from(signature);
    changed[i % 65] ^= 1 << (i & 7);
    const other = portable.recoverAddress(digest, changed) ?? new Uint8Array(0);
    t.deepEqual(await ask('recover', digest, changed), other);
  }
  t.deepEqual(await ask('address', new Uint8Array(32)), new Uint8Array(0), 'zero is no key');

  for (const size of [0, 1, 15, 16, 17, 63, 64, 65, 4096]) {
    const [text, key, other, nonce] = [size, 32, 32, 12].map(count => new Uint8Array(randomBytes(count)));
    const publicKey = portable.publicKeyOf(other)!;
    const encrypted = portable.encrypt(key, nonce, nonce, text);
    t.deepEqual(await ask('encrypt', key, nonce, length(text), text), encrypted, `${size} bytes`);
    t.deepEqual(await ask('shared', key, publicKey), portable.sharedSecret(key, publicKey));
  }

  const seen = new Set<string>();
  const random = seeded(seed);
  const blst = blstBls();
  for (let i = 0; i < 8; i++) {
    const given = blsCase(i, random);
    const { absent, aggregate, message, signature } = given;
    const expected = outcomeOf(blst, given);
    const [whole, outcome] = await ask(
      'bls',
      aggregate,
      Uint8Array.of(absent.length),
      ...absent,
      signature,
      message,
    );
    t.is(whole ? outcomes[outcome] : 'key', expected, `BLS case ${i}, seed ${seed}`);
    seen.add(expected);
  }
  t.true(seen.has('valid') && seen.has('mismatch'), [...seen].join());
});
