/** The reader of deltas: what is a delta comes out as the image, in pieces of any size, and nothing else is taken for one. */
import test from 'ava';
import fc from 'fast-check';
import { concat } from '../../../firmware/bytes/concat.js';
import { packSize } from '../../../tools/delta/encode.js';
import { flipped } from '../../fakes/bytes.js';
import { holds } from '../../fakes/holds.js';
import { make, noise } from './deltaMaker.js';

/** A stream of chunks by hand: numbers as detools packs them, and bytes. */
const stream = (...parts: (number | Uint8Array)[]): Uint8Array =>
  concat(...parts.map(part => (typeof part === 'number' ? packSize(part) : part)));

/** The stream as heatshrink reads it, with a window of 2 KB: each byte as it is, but for runs of zeros. */
function packDelta(size: number, bytes: Uint8Array): Uint8Array {
  let bits = '';
  for (let i = 0; i < bytes.length; ) {
    let run = 0;
    while (run < 1024 && bytes[i - 1] === 0 && bytes[i + run] === 0) run++;
    if (run > 2) bits += `0${'0'.repeat(11)}${(run - 1).toString(2).padStart(10, '0')}`;
    else bits += `1${bytes[i].toString(2).padStart(8, '0')}`;
    i += run > 2 ? run : 1;
  }
  bits += '0'.repeat(-bits.length & 7);
  const packed = Uint8Array.from({ length: bits.length / 8 }, (_, i) =>
    Number.parseInt(bits.slice(8 * i, 8 * i + 8), 2),
  );
  return concat(Uint8Array.of(4), packSize(size), Uint8Array.of(0x77), packed);
}

const base = noise(4000, 3);
const target = concat(base.slice(100, 2100), noise(30, 4), base.slice(2100), base.slice(0, 500));
const delta = packDelta(
  target.length,
  stream(
    ...[0, 0, 0, 100, 2000, new Uint8Array(2000), 30, noise(30, 4), 0],
    ...[1900, new Uint8Array(1900), 0, -4000, 500, new Uint8Array(500), 0, 0],
  ),
);

test('a delta that ends early makes a beginning of the image, and one that goes on is not read beyond it', t => {
  for (let length = 0; length < delta.length; length += 7) {
    const { bytes } = make(base, delta.subarray(0, length), target.length);
    t.true(bytes.length < target.length, `${length}`);
    t.deepEqual(bytes, target.slice(0, bytes.length));
  }
  const { bytes, taken } = make(base, concat(delta, new Uint8Array(100_000)), target.length);
  t.deepEqual(bytes, target);
  t.true(taken <= Math.ceil(delta.length / 2048) * 2048);
});

test('a hand-made delta is taken, and nothing where one of its numbers lies', t => {
  const [few, extra] = [new Uint8Array(10), Uint8Array.of(7, 8, 9)];
  const wanted = concat(base.slice(0, 10), extra, base.slice(2000, 2010));
  const size = wanted.length;
  const honest = packDelta(size, stream(0, 10, few, 3, extra, 1990, 10, few, 0, 0));
  t.deepEqual(make(base, honest, size).bytes, wanted);
  const wrong: [string, Uint8Array][] = [
    ['another size', packDelta(size + 1, stream(0, 10, few, 3, extra, 1990, 10, few, 0, 0))],
    ['another type', concat(Uint8Array.of(0x14), honest.slice(1))],
    ['another compression', concat(Uint8Array.of(0x02), honest.slice(1))],
    ['a window of 4 KB', concat(honest.slice(0, 2), Uint8Array.of(0x84), honest.slice(3))],
    ['a window of half a megabyte', concat(honest.slice(0, 2), Uint8Array.of(0xf4), honest.slice(3))],
    ['a length wider than its window', concat(honest.slice(0, 2), Uint8Array.of(0x0f), honest.slice(3))],
    ['a format of the data', packDelta(size, stream(1, 10, few, 3, extra, 1990, 10, few, 0, 0))],
    ['a negative length', packDelta(size, stream(0, -10, few, 3, extra, 1990, 10, few, 0, 0))],
    ['more differences than the image has bytes', packDelta(size, stream(0, 24, new Uint8Array(24)))],
    ['more new bytes than the image has', packDelta(size, stream(0, 10, few, 14, new Uint8Array(14)))],
    ['a place before the base', packDelta(size, stream(0, 10, few, 3, extra, -11, 10, few, 0, 0))],
    ['a place behind the base', packDelta(size, stream(0, 10, few, 3, extra, 4000, 10, few, 0, 0))],
    [
      'differences to bytes behind the base',
      packDelta(size, stream(0, 10, few, 3, extra, 3981, 10, few, 0, 0)),
    ],
    [
      'a number without an end',
      packDelta(size, stream(0, 10, few, 3, extra, new Uint8Array(300).fill(0x80))),
    ],
    ['steps that make nothing, without end', packDelta(size, concat(stream(0), new Uint8Array(3000)))],
  ];
  for (const [name, bytes] of wrong) {
    const made = make(base, bytes, size);
    t.true(made.bytes.length < size, name);
    t.true(made.steps < 40, `${name}: ${made.steps} steps`);
  }
  // At its very end the base may be taken.
  const last = packDelta(size, stream(0, 10, few, 3, extra, 3980, 10, few, 0, 0));
  t.deepEqual(make(base, last, size).bytes, concat(base.slice(0, 10), extra, base.slice(3990)));
});

test('flipped bits and noise never throw, read beyond nothing, and never make more than the image', t => {
  holds(
    t,
    fc.property(fc.nat(8 * delta.length - 1), fc.nat(8 * delta.length - 1), (one, two) => {
      const { bytes } = make(base, flipped(flipped(delta, one), two), target.length);
      return bytes.length <= target.length;
    }),
  );
  holds(
    t,
    fc.property(fc.uint8Array({ maxLength: 300 }), junk => {
      const head = delta.slice(0, 4);
      return make(base, concat(head, junk), target.length).bytes.length <= target.length;
    }),
  );
  t.pass();
});
