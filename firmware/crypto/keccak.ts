/**
 * Ethereum's Keccak-256 (Keccak submission 3, padding 0x01; not SHA3-256 of FIPS 202).
 *
 * The reason for not using a library: noble keeps scratch arrays at module level, which XS cannot write to once
 * preloaded, and touches an array at every step, which costs an interpreter five times as much as locals and V8 three
 * times.
 *
 * The state lives in 50 local 32-bit integers, so that nothing is loaded or stored inside a round. It is bit
 * interleaved: of lane i, `e` holds the even bits and `o` the odd ones; a rotation of 64 bits is then two
 * rotations of 32. Lanes 1, 2, 8, 12, 17, 20 are kept complemented, which saves most of the NOTs of chi. Both
 * are tricks of "Keccak implementation overview", version 3.2, sections 2.1 and 2.2. The lines are unrolled from
 * the definition of the round; only the round constants are looked up.
 */

/** The round constants, even and odd bits in turn. */
const roundConstants: readonly number[] = [
  1, 0, 0, 137, 0, -2147483509, 0, -2147450752, 1, 139, 1, 32768, 1, -2147450744, 1, -2147483518, 0, 11, 0,
  10, 1, 32898, 0, 32771, 1, 32907, 1, -2147483637, 1, -2147483510, 1, -2147483519, 0, -2147483519, 0,
  -2147483640, 0, 131, 0, -2147450877, 1, -2147450744, 0, -2147483512, 1, 32768, 0, -2147450750,
];

/** Bytes that one permutation absorbs. */
const rate = 136;

/** Undoes the interleaving of 32 bits: the lower half are the even bits, the upper half the odd ones. */
function shuffle(word: number): number {
  let x = word;
  let swap = (x ^ (x >>> 8)) & 0x0000ff00;
  x ^= swap ^ (swap << 8);
  swap = (x ^ (x >>> 4)) & 0x00f000f0;
  x ^= swap ^ (swap << 4);
  swap = (x ^ (x >>> 2)) & 0x0c0c0c0c;
  x ^= swap ^ (swap << 2);
  swap = (x ^ (x >>> 1)) & 0x22222222;
  return x ^ swap ^ (swap << 1);
}

/**
 * Makes a function that returns the 32-byte digest of its argument. Its scratch memory is made here, once: that costs
 * less than memory for each call and, unlike memory of the module, it can be written to on every engine.
 */
export function createKeccak256(): (bytes: Uint8Array) => Uint8Array {
  const words = new Int32Array(34);
  const last = new Uint8Array(rate);
  const lastView = new DataView(last.buffer);

  return function keccak256(bytes) {
    // biome-ignore format: one line for each row of the state
    let
      e0 = 0, o0 = 0, e1 = -1, o1 = -1, e2 = -1, o2 = -1, e3 = 0, o3 = 0, e4 = 0, o4 = 0,
      e5 = 0, o5 = 0, e6 = 0, o6 = 0, e7 = 0, o7 = 0, e8 = -1, o8 = -1, e9 = 0, o9 = 0,
      e10 = 0, o10 = 0, e11 = 0, o11 = 0, e12 = -1, o12 = -1, e13 = 0, o13 = 0, e14 = 0, o14 = 0,
      e15 = 0, o15 = 0, e16 = 0, o16 = 0, e17 = -1, o17 = -1, e18 = 0, o18 = 0, e19 = 0, o19 = 0,
      e20 = -1, o20 = -1, e21 = 0, o21 = 0, e22 = 0, o22 = 0, e23 = 0, o23 = 0, e24 = 0, o24 = 0;
    let first: number, second: number, swap: number;
    let parityE0: number, parityO0: number, parityE1: number, parityO1: number, parityE2: number;
    let parityO2: number, parityE3: number, parityO3: number, parityE4: number, parityO4: number;

    let input = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let rest = bytes.length;
    let at = 0;
    let padded = false;
    while (!padded) {
      if (rest < rate) {
        last.fill(0);
        for (let i = 0; i < rest; i++) last[i] = bytes[at + i];
        last[rest] = 1;
        last[rate - 1] |= 128;
        input = lastView;
        at = 0;
        padded = true;
      }
      for (let i = 0; i < 34; i += 2) {
        first = input.getInt32(at + 4 * i, true);
        swap = (first ^ (first >>> 1)) & 0x22222222;
        first ^= swap ^ (swap << 1);
        swap = (first ^ (first >>> 2)) & 0x0c0c0c0c;
        first ^= swap ^ (swap << 2);
        swap = (first ^ (first >>> 4)) & 0x00f000f0;
        first ^= swap ^ (swap << 4);
        swap = (first ^ (first >>> 8)) & 0x0000ff00;
        first ^= swap ^ (swap << 8);
        second = input.getInt32(at + 4 * i + 4, true);
        swap = (second ^ (second >>> 1)) & 0x22222222;
        second ^= swap ^ (swap << 1);
        swap = (second ^ (second >>> 2)) & 0x0c0c0c0c;
        second ^= swap ^ (swap << 2);
        swap = (second ^ (second >>> 4)) & 0x00f000f0;
        second ^= swap ^ (swap << 4);
        swap = (second ^ (second >>> 8)) & 0x0000ff00;
        second ^= swap ^ (swap << 8);
        words[i] = (first & 0xffff) | (second << 16);
        words[i + 1] = (first >>> 16) | (second & -65536);
      }
      e0 ^= words[0];
      o0 ^= words[1];
      e1 ^= words[2];
      o1 ^= words[3];
      e2 ^= words[4];
      o2 ^= words[5];
      e3 ^= words[6];
      o3 ^= words[7];
      e4 ^= words[8];
      o4 ^= words[9];
      e5 ^= words[10];
      o5 ^= words[11];
      e6 ^= words[12];
      o6 ^= words[13];
      e7 ^= words[14];
      o7 ^= words[15];
      e8 ^= words[16];
      o8 ^= words[17];
      e9 ^= words[18];
      o9 ^= words[19];
      e10 ^= words[20];
      o10 ^= words[21];
      e11 ^= words[22];
      o11 ^= words[23];
      e12 ^= words[24];
      o12 ^= words[25];
      e13 ^= words[26];
      o13 ^= words[27];
      e14 ^= words[28];
      o14 ^= words[29];
      e15 ^= words[30];
      o15 ^= words[31];
      e16 ^= words[32];
      o16 ^= words[33];
      at += rate;
      rest -= rate;

      // biome-ignore format: one line for each lane, or row
      for (let round = 0; round < 48; round += 2) {
        // theta
        parityE0 = e0 ^ e5 ^ e10 ^ e15 ^ e20; parityO0 = o0 ^ o5 ^ o10 ^ o15 ^ o20;
        parityE1 = e1 ^ e6 ^ e11 ^ e16 ^ e21; parityO1 = o1 ^ o6 ^ o11 ^ o16 ^ o21;
        parityE2 = e2 ^ e7 ^ e12 ^ e17 ^ e22; parityO2 = o2 ^ o7 ^ o12 ^ o17 ^ o22;
        parityE3 = e3 ^ e8 ^ e13 ^ e18 ^ e23; parityO3 = o3 ^ o8 ^ o13 ^ o18 ^ o23;
        parityE4 = e4 ^ e9 ^ e14 ^ e19 ^ e24; parityO4 = o4 ^ o9 ^ o14 ^ o19 ^ o24;
        first = parityE4 ^ ((parityO1 << 1) | (parityO1 >>> 31)); second = parityO4 ^ parityE1;
        e0 ^= first; e5 ^= first; e10 ^= first; e15 ^= first; e20 ^= first;
        o0 ^= second; o5 ^= second; o10 ^= second; o15 ^= second; o20 ^= second;
        first = parityE0 ^ ((parityO2 << 1) | (parityO2 >>> 31)); second = parityO0 ^ parityE2;
        e1 ^= first; e6 ^= first; e11 ^= first; e16 ^= first; e21 ^= first;
        o1 ^= second; o6 ^= second; o11 ^= second; o16 ^= second; o21 ^= second;
        first = parityE1 ^ ((parityO3 << 1) | (parityO3 >>> 31)); second = parityO1 ^ parityE3;
        e2 ^= first; e7 ^= first; e12 ^= first; e17 ^= first; e22 ^= first;
        o2 ^= second; o7 ^= second; o12 ^= second; o17 ^= second; o22 ^= second;
        first = parityE2 ^ ((parityO4 << 1) | (parityO4 >>> 31)); second = parityO2 ^ parityE4;
        e3 ^= first; e8 ^= first; e13 ^= first; e18 ^= first; e23 ^= first;
        o3 ^= second; o8 ^= second; o13 ^= second; o18 ^= second; o23 ^= second;
        first = parityE3 ^ ((parityO0 << 1) | (parityO0 >>> 31)); second = parityO3 ^ parityE0;
        e4 ^= first; e9 ^= first; e14 ^= first; e19 ^= first; e24 ^= first;
        o4 ^= second; o9 ^= second; o14 ^= second; o19 ^= second; o24 ^= second;

        // rho and pi: the lanes move along one cycle of 24
        first = e1; second = o1;
        e1 = (e6 << 22) | (e6 >>> 10); o1 = (o6 << 22) | (o6 >>> 10);
        e6 = (e9 << 10) | (e9 >>> 22); o6 = (o9 << 10) | (o9 >>> 22);
        e9 = (o22 << 31) | (o22 >>> 1); o9 = (e22 << 30) | (e22 >>> 2);
        e22 = (o14 << 20) | (o14 >>> 12); o22 = (e14 << 19) | (e14 >>> 13);
        e14 = (e20 << 9) | (e20 >>> 23); o14 = (o20 << 9) | (o20 >>> 23);
        e20 = (e2 << 31) | (e2 >>> 1); o20 = (o2 << 31) | (o2 >>> 1);
        e2 = (o12 << 22) | (o12 >>> 10); o2 = (e12 << 21) | (e12 >>> 11);
        e12 = (o13 << 13) | (o13 >>> 19); o12 = (e13 << 12) | (e13 >>> 20);
        e13 = (e19 << 4) | (e19 >>> 28); o13 = (o19 << 4) | (o19 >>> 28);
        e19 = (e23 << 28) | (e23 >>> 4); o19 = (o23 << 28) | (o23 >>> 4);
        e23 = (o15 << 21) | (o15 >>> 11); o23 = (e15 << 20) | (e15 >>> 12);
        e15 = (o4 << 14) | (o4 >>> 18); o15 = (e4 << 13) | (e4 >>> 19);
        e4 = (e24 << 7) | (e24 >>> 25); o4 = (o24 << 7) | (o24 >>> 25);
        e24 = (e21 << 1) | (e21 >>> 31); o24 = (o21 << 1) | (o21 >>> 31);
        e21 = (o8 << 28) | (o8 >>> 4); o21 = (e8 << 27) | (e8 >>> 5);
        e8 = (o16 << 23) | (o16 >>> 9); o8 = (e16 << 22) | (e16 >>> 10);
        e16 = (e5 << 18) | (e5 >>> 14); o16 = (o5 << 18) | (o5 >>> 14);
        e5 = (e3 << 14) | (e3 >>> 18); o5 = (o3 << 14) | (o3 >>> 18);
        e3 = (o18 << 11) | (o18 >>> 21); o3 = (e18 << 10) | (e18 >>> 22);
        e18 = (o17 << 8) | (o17 >>> 24); o18 = (e17 << 7) | (e17 >>> 25);
        e17 = (e11 << 5) | (e11 >>> 27); o17 = (o11 << 5) | (o11 >>> 27);
        e11 = (e7 << 3) | (e7 >>> 29); o11 = (o7 << 3) | (o7 >>> 29);
        e7 = (o10 << 2) | (o10 >>> 30); o7 = (e10 << 1) | (e10 >>> 31);
        e10 = (second << 1) | (second >>> 31); o10 = first;

        // chi
        first = e0; second = e1; e0 ^= e1 | e2; e1 ^= ~e2 | e3; e2 ^= e3 & e4; e3 ^= e4 | first; e4 ^= first & second;
        first = o0; second = o1; o0 ^= o1 | o2; o1 ^= ~o2 | o3; o2 ^= o3 & o4; o3 ^= o4 | first; o4 ^= first & second;
        first = e5; second = e6; e5 ^= e6 | e7; e6 ^= e7 & e8; e7 ^= e8 | ~e9; e8 ^= e9 | first; e9 ^= first & second;
        first = o5; second = o6; o5 ^= o6 | o7; o6 ^= o7 & o8; o7 ^= o8 | ~o9; o8 ^= o9 | first; o9 ^= first & second;
        first = e10; second = e11; e10 ^= e11 | e12; e11 ^= e12 & e13; e12 ^= ~e13 & e14; e13 = ~e13 ^ (e14 | first); e14 ^= first & second;
        first = o10; second = o11; o10 ^= o11 | o12; o11 ^= o12 & o13; o12 ^= ~o13 & o14; o13 = ~o13 ^ (o14 | first); o14 ^= first & second;
        first = e15; second = e16; e15 ^= e16 & e17; e16 ^= e17 | e18; e17 ^= ~e18 | e19; e18 = ~e18 ^ (e19 & first); e19 ^= first | second;
        first = o15; second = o16; o15 ^= o16 & o17; o16 ^= o17 | o18; o17 ^= ~o18 | o19; o18 = ~o18 ^ (o19 & first); o19 ^= first | second;
        first = e20; second = e21; e20 ^= ~e21 & e22; e21 = ~e21 ^ (e22 | e23); e22 ^= e23 & e24; e23 ^= e24 | first; e24 ^= first & second;
        first = o20; second = o21; o20 ^= ~o21 & o22; o21 = ~o21 ^ (o22 | o23); o22 ^= o23 & o24; o23 ^= o24 | first; o24 ^= first & second;

        // iota
        e0 ^= roundConstants[round]; o0 ^= roundConstants[round + 1];
      }
    }

    const digest = new Uint8Array(32);
    const output = new DataView(digest.buffer);
    output.setInt32(0, shuffle((e0 & 0xffff) | (o0 << 16)), true);
    output.setInt32(4, shuffle((e0 >>> 16) | (o0 & -65536)), true);
    output.setInt32(8, ~shuffle((e1 & 0xffff) | (o1 << 16)), true);
    output.setInt32(12, ~shuffle((e1 >>> 16) | (o1 & -65536)), true);
    output.setInt32(16, ~shuffle((e2 & 0xffff) | (o2 << 16)), true);
    output.setInt32(20, ~shuffle((e2 >>> 16) | (o2 & -65536)), true);
    output.setInt32(24, shuffle((e3 & 0xffff) | (o3 << 16)), true);
    output.setInt32(28, shuffle((e3 >>> 16) | (o3 & -65536)), true);
    return digest;
  };
}
