/**
 * SHA-256 (FIPS 180-4), streaming, on 32-bit locals.
 *
 * The reason for not using a library: noble keeps its message schedule in an array of the module, which XS cannot write
 * to once preloaded, and the crypto port is synchronous, so that it cannot be imported on first use either.
 */

import type { Sha256 } from '../port/crypto.js';

/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const roundConstants: readonly number[] = [
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98,
  0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
  0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8,
  0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
  0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819,
  0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
  0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7,
  0xc67178f2,
].map(constant => constant | 0);

/** A new running SHA-256, without any bytes yet. */
export function createSha256(): Sha256 {
  return new PortableSha256();
}

class PortableSha256 implements Sha256 {
  #state = Int32Array.of(
    0x6a09e667,
    0xbb67ae85,
    0x3c6ef372,
    0xa54ff53a,
    0x510e527f,
    0x9b05688c,
    0x1f83d9ab,
    0x5be0cd19,
  );
  #schedule = new Int32Array(64);
  #block = new Uint8Array(64);
  #view = new DataView(this.#block.buffer);
  /** Bytes that wait in #block. */
  #waiting = 0;
  #length = 0;
  #ended = false;

  update(bytes: Uint8Array): void {
    if (this.#ended) throw new Error('this SHA-256 has given its digest');
    const length = bytes.length;
    let at = 0;
    this.#length += length;
    if (this.#waiting > 0) {
      at = Math.min(64 - this.#waiting, length);
      this.#block.set(bytes.subarray(0, at), this.#waiting);
      this.#waiting += at;
      if (this.#waiting < 64) return;
      this.#compress(this.#view, 0);
      this.#waiting = 0;
    }
    const input = new DataView(bytes.buffer, bytes.byteOffset, length);
    for (; at + 64 <= length; at += 64) this.#compress(input, at);
    this.#block.set(bytes.subarray(at));
    this.#waiting = length - at;
  }

  digest(): Uint8Array {
    if (this.#ended) throw new Error('this SHA-256 has given its digest');
    this.#ended = true;
    this.#block[this.#waiting] = 0x80;
    this.#block.fill(0, this.#waiting + 1);
    if (this.#waiting >= 56) {
      this.#compress(this.#view, 0);
      this.#block.fill(0);
    }
    this.#view.setUint32(56, Math.floor(this.#length / 0x20000000));
    this.#view.setUint32(60, (this.#length % 0x20000000) * 8);
    this.#compress(this.#view, 0);
    const digest = new Uint8Array(32);
    const output = new DataView(digest.buffer);
    for (let i = 0; i < 8; i++) output.setInt32(4 * i, this.#state[i]);
    // The remains of a hashed secret are wiped.
    this.#block.fill(0);
    this.#schedule.fill(0);
    this.#state.fill(0);
    return digest;
  }

  #compress(input: DataView, offset: number): void {
    const schedule = this.#schedule;
    const state = this.#state;
    let x = 0;
    let y = 0;
    for (let i = 0; i < 16; i++) schedule[i] = input.getInt32(offset + 4 * i);
    for (let i = 16; i < 64; i++) {
      x = schedule[i - 15];
      x = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      y = schedule[i - 2];
      y = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      schedule[i] = (((schedule[i - 16] + x) | 0) + ((schedule[i - 7] + y) | 0)) | 0;
    }
    let a = state[0];
    let b = state[1];
    let c = state[2];
    let d = state[3];
    let e = state[4];
    let f = state[5];
    let g = state[6];
    let h = state[7];
    for (let i = 0; i < 64; i++) {
      x = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      x = (((h + x) | 0) + ((((e & f) ^ (~e & g)) + ((roundConstants[i] + schedule[i]) | 0)) | 0)) | 0;
      y = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      y = (y + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g;
      g = f;
      f = e;
      e = (d + x) | 0;
      d = c;
      c = b;
      b = a;
      a = (x + y) | 0;
    }
    state[0] += a;
    state[1] += b;
    state[2] += c;
    state[3] += d;
    state[4] += e;
    state[5] += f;
    state[6] += g;
    state[7] += h;
  }
}
