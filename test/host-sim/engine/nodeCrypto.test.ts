/** The native crypto for programs of Node, by itself and as an image's realm is given it, against the portable one. */
import { randomBytes } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { type NativeCrypto, nativeCrypto } from '../../../firmware/crypto/native/native.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import type { Crypto } from '../../../firmware/port/crypto.js';
import type { Ports } from '../../../firmware/port/ports.js';
import { createBridge } from '../../../host-sim/board/bridge.js';
import { createRealm } from '../../../host-sim/board/realm.js';
import { nodeCrypto } from '../../../host-sim/engine/nodeCrypto.js';

const CASES = 60;
const portable = portableCrypto();

function nativeTest(
  title: string,
  body: (t: ExecutionContext, native: NativeCrypto) => Promise<void> | void,
): void {
  test(title, async t => {
    const native = await nodeCrypto();
    if (native) return await body(t, native);
    t.log('NOT RUN: a C compiler, a package or the headers of Node are missing');
    if (process.env.HOLDFAST_REQUIRE_TOOLS) t.fail();
    else t.pass();
  });
}

/** All answers of a crypto to the same questions, good ones and such that it refuses. */
function answers(of: Crypto, seed: Uint8Array): unknown[] {
  const key = seed.slice(0, 32);
  const other = of.publicKeyOf(seed.slice(32, 64))!;
  const nonce = seed.slice(64, 76);
  const text = seed.slice(0, seed[0]);
  const signature = of.sign(of.keccak256(text), key);
  const encrypted = of.encrypt(key, nonce, other, text);
  const hash = of.sha256();
  hash.update(text);
  hash.update(seed);
  const wrong = Uint8Array.from(encrypted);
  wrong[0] ^= 1;
  const zero = new Uint8Array(32);
  const hashes = [of.keccak256(text), of.keccak256(seed), zero, new Uint8Array(31), new Uint8Array(0)];
  return [
    Uint8Array.from(hashes, each => Number(of.isKeccak256(text, each))),
    ...[of.keccak256(text), of.addressOf(key), other, signature, encrypted, hash.digest()],
    ...[of.recoverAddress(of.keccak256(text), signature), of.sharedSecret(key, other)],
    ...[of.decrypt(key, nonce, other, encrypted), of.decrypt(key, nonce, other, wrong)],
    ...[of.decrypt(key, nonce, other, zero.subarray(0, 3)), of.addressOf(zero), of.publicKeyOf(zero)],
    ...[of.sharedSecret(key, new Uint8Array(33)), of.recoverAddress(zero, new Uint8Array(65))],
    ...[of.recoverAddress(zero, new Uint8Array(3)), of.addressOf(new Uint8Array(1))],
  ];
}

const seeds = (): Uint8Array[] => Array.from({ length: CASES }, () => new Uint8Array(randomBytes(256)));

nativeTest('it gives what the portable one gives, and refuses what that refuses', (t, native) => {
  const crypto = nativeCrypto(native);
  for (const seed of seeds()) {
    t.deepEqual(answers(crypto, seed), answers(portable, seed), Buffer.from(seed).toString('hex'));
  }
  t.throws(() => crypto.sign(new Uint8Array(32), new Uint8Array(32)), { instanceOf: RangeError });
  t.throws(() => native.isKeccak256(new Uint8Array(1), 'text' as never));
  t.throws(() => native.keccak256('text' as never));
  t.throws(() => native.keccak256(new Uint16Array(2) as never));
});

/** The crypto port of an image that shows it: called with JSON, and bytes as arrays of numbers. */
const IMAGE = `"use strict"; var image = { start(ports) {
  ports.console.onRequest(async (method, [seed]) => {
    const of = ports.crypto;
    if (!of) return 'none';
    return (${answers.toString()})(of, Uint8Array.from(seed)).map(each => each ? [...each] : null);
  });
} };`;

async function inRealm(native: NativeCrypto | undefined, seed: Uint8Array): Promise<unknown> {
  let ask: (method: string, parameters: unknown) => Promise<unknown> = () => Promise.reject(new Error());
  const ports = {
    boot: { running: { slot: 'A', length: 0, state: 'confirmed', read: () => new Uint8Array(0) } },
    console: { log: () => {}, onRequest: (handler: typeof ask) => (ask = handler) },
  } as unknown as Ports;
  const bridge = createBridge({ ...ports, ...(native && { crypto: nativeCrypto(native) }) }, () => {});
  const fault = createRealm(IMAGE, bridge.call, bridge.attach).start();
  if (fault !== undefined) throw new Error(fault);
  return ask('answers', [[...seed]]);
}

nativeTest('an image that is given it finds the same; one that is not finds none', async (t, native) => {
  for (const seed of seeds().slice(0, 5)) {
    const expected = answers(portable, seed).map(each => (each ? [...(each as Uint8Array)] : null));
    t.deepEqual(await inRealm(native, seed), expected, Buffer.from(seed).toString('hex'));
  }
  t.is(await inRealm(undefined, new Uint8Array(256)), 'none');
});
