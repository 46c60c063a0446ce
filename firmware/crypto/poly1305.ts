/**
 * Poly1305 (RFC 8439, 2.5) in ten limbs of 13 bits: products and the sums of five of them stay below 2^31, and so
 * integers on XS. No branch and no address depends on key or message.
 */

const LIMBS = 10;
const LIMB_BITS = 13;
const LIMB_MASK = 0x1fff;
/** The bit above a whole block. */
const HIGH_BIT = 1 << (128 - 9 * LIMB_BITS);

/** A running code over blocks of 16 bytes, the last one padded with zeros, as the AEAD of RFC 8439 feeds it. */
export class Poly1305 {
  readonly #r = new Int32Array(LIMBS);
  readonly #pad: Int32Array;
  readonly #sum = new Int32Array(LIMBS);
  readonly #block = new Uint8Array(16);

  /** 32 bytes, used once. */
  constructor(key: Uint8Array) {
    const clamped = key.slice(0, 16);
    for (let i = 3; i < 16; i += 4) clamped[i] &= 15;
    for (let i = 4; i < 16; i += 4) clamped[i] &= 252;
    addLimbs(this.#r, clamped);
    clamped.fill(0);
    const view = new DataView(key.buffer, key.byteOffset + 16, 16);
    this.#pad = Int32Array.from([0, 4, 8, 12], at => view.getInt32(at, true));
  }

  /** Whole blocks, and zeros after the end to fill the last one. */
  update(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at += 16) {
      const piece = bytes.subarray(at, at + 16);
      this.#block.fill(0);
      this.#block.set(piece);
      addLimbs(this.#sum, this.#block);
      this.#sum[9] += HIGH_BIT;
      carry(this.#sum);
      this.#multiply();
    }
  }

  /** 16 bytes; ends this code. */
  digest(): Uint8Array {
    const sum = this.#sum;
    carry(sum);
    carry(sum);
    // Less the modulus 2^130 - 5, unless that borrows.
    const less = new Int32Array(LIMBS);
    let over = 5;
    for (let i = 0; i < LIMBS; i++) {
      over += sum[i];
      less[i] = over & LIMB_MASK;
      over >>= LIMB_BITS;
    }
    const keep = -over;
    for (let i = 0; i < LIMBS; i++) sum[i] = (sum[i] & ~keep) | (less[i] & keep);
    const tag = this.#withPad();
    for (const secret of [this.#r, this.#pad, sum, less, this.#block]) secret.fill(0);
    return tag;
  }

  /** The sum times r, carried so far that the next block may be added. */
  #multiply(): void {
    const sum = this.#sum;
    const r = this.#r;
    const product = new Int32Array(LIMBS);
    let over = 0;
    for (let i = 0; i < LIMBS; i++) {
      let low = over;
      for (let j = 0; j < 5; j++) low += sum[j] * (j <= i ? r[i - j] : 5 * r[i + LIMBS - j]);
      over = low >>> LIMB_BITS;
      low &= LIMB_MASK;
      for (let j = 5; j < LIMBS; j++) low += sum[j] * (j <= i ? r[i - j] : 5 * r[i + LIMBS - j]);
      over += low >>> LIMB_BITS;
      product[i] = low & LIMB_MASK;
    }
    // What goes beyond 2^130 comes back five times.
    over = 5 * over + product[0];
    product[0] = over & LIMB_MASK;
    product[1] += over >>> LIMB_BITS;
    sum.set(product);
  }

  /** The sum modulo 2^128, plus the second half of the key. */
  #withPad(): Uint8Array {
    const tag = new Uint8Array(16);
    const view = new DataView(tag.buffer);
    let over = 0;
    for (let word = 0; word < 4; word++) {
      let value = 0;
      for (let i = 0; i < LIMBS; i++) {
        const shift = LIMB_BITS * i - 32 * word;
        if (shift > -LIMB_BITS && shift < 32)
          value |= shift < 0 ? this.#sum[i] >>> -shift : this.#sum[i] << shift;
      }
      // In halves, so that no sum leaves 32 bits.
      const low = (value & 0xffff) + (this.#pad[word] & 0xffff) + over;
      const high = (value >>> 16) + (this.#pad[word] >>> 16) + (low >>> 16);
      over = high >>> 16;
      view.setUint16(4 * word, low & 0xffff, true);
      view.setUint16(4 * word + 2, high & 0xffff, true);
    }
    return tag;
  }
}

/** Adds the 128 bits of `block` to limbs. */
function addLimbs(limbs: Int32Array, block: Uint8Array): void {
  for (let i = 0; i < LIMBS; i++) {
    const bit = LIMB_BITS * i;
    const at = bit >> 3;
    const bits = block[at] | ((block[at + 1] ?? 0) << 8) | ((block[at + 2] ?? 0) << 16);
    limbs[i] += (bits >>> (bit & 7)) & LIMB_MASK;
  }
}

function carry(limbs: Int32Array): void {
  let over = 0;
  for (let i = 0; i < LIMBS; i++) {
    over += limbs[i];
    limbs[i] = over & LIMB_MASK;
    over >>>= LIMB_BITS;
  }
  limbs[0] += 5 * over;
}
