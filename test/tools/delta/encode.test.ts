/** The encoder of deltas: whatever was edited, its delta makes the image out of the one before. */
import test from 'ava';
import fc from 'fast-check';
import { concat } from '../../../firmware/bytes/concat.js';
import { equal } from '../../../firmware/bytes/equal.js';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { encodeDelta } from '../../../tools/delta/encode.js';
import { holds } from '../../fakes/holds.js';
import { make, noise } from '../../firmware/update/deltaMaker.js';

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
    if (kind === 'insert') bytes = concat(bytes.slice(0, from), noise(length, i + to), bytes.slice(from));
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
