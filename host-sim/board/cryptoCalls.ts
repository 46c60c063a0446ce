/** The crypto port among what crosses between an image's realm and its process, where the image is given one. */
import type { Crypto, Sha256 } from '../../firmware/port/crypto.js';
import type { Crossing } from './busCalls.js';

/** Hashes that an image has begun and not ended; the oldest are given up. */
const HASHES_MAX = 64;

type Calls = Record<string, (a: unknown, b: unknown, c: unknown, d: unknown) => unknown>;

/** The calls by name; false stands for what the port calls undefined. Without a port only that there is none. */
export function cryptoCalls(
  crypto: Crypto | undefined,
  { give, integer, take }: Pick<Crossing, 'give' | 'integer' | 'take'>,
): Calls {
  if (!crypto) return { 'crypto.given': () => 'no' };
  const hashes = new Map<number, Sha256>();
  const orFalse = (bytes: Uint8Array | undefined) => (bytes ? give(bytes) : false);
  const begun = (id: unknown): Sha256 => {
    const hash = hashes.get(integer(id));
    if (!hash) throw new Error('this SHA-256 has given its digest');
    return hash;
  };
  return {
    'crypto.given': () => 'yes',
    'crypto.keccak256': bytes => give(crypto.keccak256(take(bytes))),
    'crypto.isKeccak256': (bytes, hash) => crypto.isKeccak256(take(bytes), take(hash)),
    'crypto.sha256'(id) {
      hashes.set(integer(id), crypto.sha256());
      if (hashes.size > HASHES_MAX) hashes.delete(hashes.keys().next().value!);
    },
    'crypto.update': (id, bytes) => begun(id).update(take(bytes)),
    'crypto.digest'(id) {
      const digest = begun(id).digest();
      hashes.delete(integer(id));
      return give(digest);
    },
    'crypto.recoverAddress': (digest, signature) =>
      orFalse(crypto.recoverAddress(take(digest), take(signature))),
    'crypto.sign': (digest, key) => give(crypto.sign(take(digest), take(key))),
    'crypto.addressOf': key => orFalse(crypto.addressOf(take(key))),
    'crypto.publicKeyOf': key => orFalse(crypto.publicKeyOf(take(key))),
    'crypto.sharedSecret': (key, other) => orFalse(crypto.sharedSecret(take(key), take(other))),
    'crypto.encrypt': (key, nonce, about, plain) =>
      give(crypto.encrypt(take(key), take(nonce), take(about), take(plain))),
    'crypto.decrypt': (key, nonce, about, sealed) =>
      orFalse(crypto.decrypt(take(key), take(nonce), take(about), take(sealed))),
  };
}
