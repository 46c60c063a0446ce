/**
 * The crypto port of a recorded image. What needs no key of the board runs as ever, recorded or played: hashes of images
 * and proofs, the recovery of signers. What is done under a key is done with what the image's stand-in stands for, and a
 * recording has its outcome, so that it can be played without any key.
 */
import { toHex } from '../../firmware/bytes/hex.js';
import type { Crypto } from '../../firmware/port/crypto.js';
import { SEALED_SECRET_BYTES } from '../../firmware/seal/secret.js';
import { KeyedSha256, type ShaParts } from './keyedSha256.js';
import type { StandIns } from './standIns.js';
import { bytes, described, someBytes, type Tape } from './tape.js';

const PUBLIC_KEY_BYTES = 33;
/** Bytes of a short secret inside an order, as they are decrypted. */
const SECRET_BYTES = SEALED_SECRET_BYTES - PUBLIC_KEY_BYTES;

export interface KeyedCryptoOptions {
  /** The real one; its keys are in the arguments. */
  crypto: Crypto;
  standIns: StandIns;
  tape: Tape;
  /** True for an order that gives the app a secret of the owner's. */
  holdsSecret(plain: Uint8Array): boolean;
}

/** The port. @throws Error on a private key that the image cannot have from its random source or its flash */
export function keyedCrypto({ crypto, holdsSecret, standIns, tape }: KeyedCryptoOptions): Crypto {
  const claim = (privateKey: Uint8Array) => {
    if (!standIns.claim(privateKey, 'private')) throw new Error('the recorder knows no such key');
  };
  const derived: ShaParts = { crypto, innerUses: new Map(), standIns, tape };
  return {
    keccak256: hashed => crypto.keccak256(hashed),
    isKeccak256: (hashed, hash) => crypto.isKeccak256(hashed, hash),
    sha256: () => new KeyedSha256(derived),
    recoverAddress: (digest, signature) => crypto.recoverAddress(digest, signature),
    sign(digest, privateKey) {
      claim(privateKey);
      return tape.call('sign', toHex(digest), bytes, () => crypto.sign(digest, standIns.realOf(privateKey)));
    },
    addressOf(privateKey) {
      claim(privateKey);
      return tape.call('address', '', someBytes, () => crypto.addressOf(standIns.realOf(privateKey)));
    },
    publicKeyOf(privateKey) {
      claim(privateKey);
      return tape.call('publicKey', '', someBytes, () => crypto.publicKeyOf(standIns.realOf(privateKey)));
    },
    sharedSecret(privateKey, publicKey) {
      claim(privateKey);
      let real: Uint8Array | undefined;
      const standIn = tape.call('agree', toHex(publicKey), someBytes, () => {
        real = crypto.sharedSecret(standIns.realOf(privateKey), publicKey);
        return real && standIns.standFor(real);
      });
      if (standIn) standIns.bind(standIn, real);
      return standIn;
    },
    encrypt(key, nonce, associated, plain) {
      if (!standIns.claim(key, 'secret')) return crypto.encrypt(key, nonce, associated, plain);
      const use = standIns.useOf(key);
      // The prover seals its answer to a key that is in the question. Elsewhere random bytes are what they are.
      const revealed = use === 'question' ? standIns.reveal(plain) : plain;
      const about = `${toHex(nonce)} ${described(associated)}; ${described(plain)}`;
      return tape.call('encrypt', about, bytes, () => {
        if (use === 'secrets') tape.stop("the app keeps a secret of its owner's");
        return crypto.encrypt(standIns.realOf(key), nonce, associated, revealed);
      });
    },
    decrypt(key, nonce, associated, encrypted) {
      if (!standIns.claim(key, 'secret')) return crypto.decrypt(key, nonce, associated, encrypted);
      const about = `${toHex(nonce)} ${described(associated)}; ${described(encrypted)}`;
      return tape.call('decrypt', about, someBytes, () => {
        const plain = crypto.decrypt(standIns.realOf(key), nonce, associated, encrypted);
        if (plain && encrypted.length === SECRET_BYTES) tape.stop('an order has a secret for this board');
        else if (plain && standIns.useOf(key) === 'secrets')
          tape.stop("the app reads a secret of its owner's");
        else if (plain && holdsSecret(plain)) tape.stop('an order gives the app a secret');
        return plain;
      });
    },
  };
}
