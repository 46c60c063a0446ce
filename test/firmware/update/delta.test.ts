/** Deltas: what is encoded comes out as the image, in pieces of any size, and nothing else is taken for a delta. */
import test from 'ava';
import fc from 'fast-check';
import { concat } from '../../../firmware/bytes/concat.js';
import { equal } from '../../../firmware/bytes/equal.js';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { undelta } from '../../../firmware/update/delta.js';
import { Unshrink } from '../../../firmware/update/unshrink.js';
import { encodeDelta, packDelta, packSize } from '../../../tools/delta/encode.js';
import { flipped } from '../../fakes/bytes.js';
import { holds } from '../../fakes/holds.js';

interface Made {
  bytes: Uint8Array;
  /** The most that came between two times at which others have their turn. */
  steps: number;
  /** Bytes of the delta that were taken. */
  taken: number;
}

/** The bytes that a delta makes, given in pieces of so many. */
function make(base: Uint8Array, delta: Uint8Array, size: number, pieceBytes = 2048): Made {
  const packed = new Unshrink();
  const parts: Uint8Array[] = [];
  let taken = 0;
  let steps = 0;
  const source = {
    length: base.length,
    read(offset: number, length: number) {
      if (offset < 0 || offset + length > base.length) throw new RangeError('beyond the base');
      return base.slice(offset, offset + length);
    },
  };
  for (const piece of undelta(packed, source, size)) {
    steps++;
    if (piece) parts.push(piece.slice());
    else if (taken >= delta.length) break;
    else packed.take(delta.subarray(taken, (taken += pieceBytes)));
  }
  return { bytes: concat(...parts), steps, taken: Math.min(taken, delta.length) };
}

const noise = (length: number, seed: number): Uint8Array => {
  let state = seed;
  return new Uint8Array(length).map(() => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 16;
  });
};

interface Edit {
  kind: 'insert' | 'remove' | 'move' | 'shift';
  at: number;
  length: number;
  to: number;
}

/** An image that came about by edits: text put in and taken out, moved, and numbers that all grow by the same. */
function edited(base: Uint8Array, edits: readonly Edit[]): Uint8Array {
  let bytes = base;
  for (const [i, { at, kind, length, to }] of edits.entries()) {
    const from = at % (bytes.length + 1);
    const part = bytes.slice(from, from + length);
    const rest = concat(bytes.slice(0, from), bytes.slice(from + length));
    const place = to % (rest.length + 1);
    if (kind === 'insert')
      bytes = concat(bytes.slice(0, from), noise(length, i + to), bytes.slice(from));
    else if (kind === 'remove') bytes = rest;
    else if (kind === 'move') bytes = concat(rest.slice(0, place), part, rest.slice(place));
    else bytes = bytes.map((byte, j) => (j >= from && j < from + length && j % 4 === 0 ? byte + to : byte));
  }
  return bytes.length > 0 ? bytes : Uint8Array.of(1);
}

test('whatever was edited, the delta makes the image out of the one before, in pieces of any size', t => {
  const edit = fc.record<Edit>({
    kind: fc.constantFrom('insert', 'remove', 'move', 'shift'),
    at: fc.nat(5000),
    length: fc.nat(700),
    to: fc.nat(5000),
  });
  const base = concat(noise(1500, 7), new Uint8Array(1200), noise(900, 8), noise(900, 8));
  holds(
    t,
    fc.property(fc.array(edit, { maxLength: 6 }), fc.integer({ min: 1, max: 3000 }), (edits, pieceBytes) => {
      const target = edited(base, edits);
      return equal(make(base, encodeDelta(base, target), target.length, pieceBytes).bytes, target);
    }),
    { numRuns: 60 },
  );
  t.pass();
});

test('bases and targets of few bytes, or of none', t => {
  for (const [base, target] of [
    [[], [1]],
    [[1], [1]],
    [[1, 2, 3], [3]],
    [[5], [1, 2, 3, 4, 5, 6, 7, 8, 9]],
    [new Array(3000).fill(0), new Array(5000).fill(0)],
  ]) {
    const [from, to] = [Uint8Array.from(base), Uint8Array.from(target)];
    t.deepEqual(make(from, encodeDelta(from, to), to.length).bytes, to);
  }
});

test('an image in which everything moved by a few bytes takes a hundredth of its bytes', t => {
  const base = noise(60_000, 1);
  const target = concat(base.slice(0, 20_000), noise(40, 2), base.slice(20_000));
  const delta = encodeDelta(base, target);
  t.true(delta.length < 600, `${delta.length}`);
  t.is(toHex(encodeDelta(base, target)), toHex(delta), 'the same each time');
});

test('a delta that detools 0.53 reads, as it stands', t => {
  const base = Uint8Array.from({ length: 400 }, (_, i) => (i * i) >> 3);
  const target = concat(Uint8Array.from([9, 9, 9]), base.slice(40), Uint8Array.from([1, 2, 3]));
  t.is(toHex(encodeDelta(base, target)), FROZEN);
  t.deepEqual(make(base, fromHex(FROZEN, (FROZEN.length - 2) / 2)!, target.length).bytes, target);
});

const FROZEN = '0x04ae056680402070984c2651a882c000059a07018140f97060';

const base = noise(4000, 3);
const target = concat(base.slice(100, 2100), noise(30, 4), base.slice(2100), base.slice(0, 500));
const delta = encodeDelta(base, target);

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

/** A stream of chunks by hand: numbers as detools packs them, and bytes. */
const stream = (...parts: (number | Uint8Array)[]): Uint8Array =>
  concat(...parts.map(part => (typeof part === 'number' ? packSize(part) : part)));

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
    ['differences to bytes behind the base', packDelta(size, stream(0, 10, few, 3, extra, 3981, 10, few, 0, 0))],
    [
      'a number without an end',
      packDelta(size, stream(0, 10, few, 3, extra, new Uint8Array(300).fill(0x80))),
    ],
    ['steps that make nothing, without end', packDelta(size, concat(stream(0), new Uint8Array(300_000)))],
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
