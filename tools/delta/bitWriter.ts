/** Bits that are written one after the other, the highest of each byte first. */
export class BitWriter {
  #bytes = new Uint8Array(1024);
  #bits = 0;

  write(value: number, count: number): void {
    if ((this.#bits + count + 7) >> 3 > this.#bytes.length) {
      const longer = new Uint8Array(this.#bytes.length * 2);
      longer.set(this.#bytes);
      this.#bytes = longer;
    }
    for (let i = count - 1; i >= 0; i--, this.#bits++)
      if ((value >> i) & 1) this.#bytes[this.#bits >> 3] |= 0x80 >> (this.#bits & 7);
  }

  /** The bytes that were written; the rest of the last byte is zero. */
  end(): Uint8Array {
    return this.#bytes.slice(0, (this.#bits + 7) >> 3);
  }
}
