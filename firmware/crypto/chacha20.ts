/** ChaCha20 (RFC 8439, 2.3 and 2.4) on 32-bit locals, so that XS never makes a double or a BigInt of a word. */

/**
 * `bytes` exclusive-ored with the key stream from block `counter` on, in place. The key is 32 bytes, the nonce 12.
 * No branch and no address depends on any of them.
 */
export function chacha20(key: DataView, nonce: DataView, counter: number, bytes: Uint8Array): void {
  const input = new Int32Array(16);
  // "expand 32-byte k"
  input[0] = 0x61707865;
  input[1] = 0x3320646e;
  input[2] = 0x79622d32;
  input[3] = 0x6b206574;
  for (let i = 0; i < 8; i++) input[4 + i] = key.getInt32(4 * i, true);
  for (let i = 0; i < 3; i++) input[13 + i] = nonce.getInt32(4 * i, true);
  const stream = new Int32Array(16);
  for (let at = 0, block = counter; at < bytes.length; at += 64, block++) {
    input[12] = block;
    mix(input, stream);
    const end = Math.min(64, bytes.length - at);
    for (let i = 0; i < end; i++) bytes[at + i] ^= stream[i >> 2] >>> (8 * (i & 3));
  }
  input.fill(0);
  stream.fill(0);
}

/** Twenty rounds of the block function. */
function mix(input: Int32Array, stream: Int32Array): void {
  stream.set(input);
  for (let round = 0; round < 10; round++) {
    quarter(stream, 0, 4, 8, 12);
    quarter(stream, 1, 5, 9, 13);
    quarter(stream, 2, 6, 10, 14);
    quarter(stream, 3, 7, 11, 15);
    quarter(stream, 0, 5, 10, 15);
    quarter(stream, 1, 6, 11, 12);
    quarter(stream, 2, 7, 8, 13);
    quarter(stream, 3, 4, 9, 14);
  }
  for (let i = 0; i < 16; i++) stream[i] += input[i];
}

function quarter(words: Int32Array, ia: number, ib: number, ic: number, id: number): void {
  let a = words[ia];
  let b = words[ib];
  let c = words[ic];
  let d = words[id];
  a = (a + b) | 0;
  d ^= a;
  d = (d << 16) | (d >>> 16);
  c = (c + d) | 0;
  b ^= c;
  b = (b << 12) | (b >>> 20);
  a = (a + b) | 0;
  d ^= a;
  d = (d << 8) | (d >>> 24);
  c = (c + d) | 0;
  b ^= c;
  b = (b << 7) | (b >>> 25);
  words[ia] = a;
  words[ib] = b;
  words[ic] = c;
  words[id] = d;
}
