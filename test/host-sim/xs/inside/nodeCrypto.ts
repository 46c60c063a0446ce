/** Of node:crypto what tests use as an oracle, by noble. */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { Buffer } from 'buffer';

interface Running {
  update(bytes: Uint8Array): unknown;
  digest(): Uint8Array;
}

function running(hash: Running) {
  return {
    update(bytes: Uint8Array | string) {
      hash.update(typeof bytes === 'string' ? Buffer.from(bytes) : Uint8Array.from(bytes));
      return this;
    },
    digest(form?: 'hex') {
      const digest = Buffer.from(hash.digest());
      return form ? digest.toString(form) : digest;
    },
  };
}

function must(name: string): void {
  if (name !== 'sha256') throw new Error(`no ${name} inside XS`);
}

export function createHash(name: string) {
  must(name);
  return running(sha256.create());
}

export function createHmac(name: string, key: Uint8Array) {
  must(name);
  return running(hmac.create(sha256, Uint8Array.from(key)));
}

export function randomBytes(length: number): Uint8Array {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(length)));
}
