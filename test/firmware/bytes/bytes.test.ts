import test from 'ava';
import fc from 'fast-check';
import {
  minimalBytes,
  numberToBytes,
  readNumber,
  wordFromBytes,
  wordFromNumber,
  writeNumber,
} from '../../../firmware/bytes/bigEndian.js';
import { concat } from '../../../firmware/bytes/concat.js';
import { constantTimeEqual, equal } from '../../../firmware/bytes/equal.js';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { decodeText, encodeText } from '../../../firmware/bytes/text.js';

const bytes = fc.uint8Array({ maxLength: 100 });

test('hex: agrees with Buffer, and reads back in either case', t => {
  fc.assert(
    fc.property(bytes, value => {
      const hex = toHex(value);
      t.is(hex, `0x${Buffer.from(value).toString('hex')}`);
      t.deepEqual(fromHex(hex), value);
      t.deepEqual(fromHex(`0x${hex.slice(2).toUpperCase()}`, value.length), value);
      t.is(fromHex(hex, value.length + 1), undefined);
    }),
  );
});

test('hex: anything but whole bytes after 0x is refused', t => {
  for (const bad of [
    '',
    '0',
    '0x0',
    'ab',
    '0X00',
    '0x0g',
    '0x-1',
    '0x 1',
    '0x１２',
    null,
    undefined,
    12,
    {},
    [],
  ]) {
    t.is(fromHex(bad), undefined, String(bad));
  }
  t.deepEqual(fromHex('0x'), new Uint8Array());
});

test('equality: both kinds agree with Buffer', t => {
  fc.assert(
    fc.property(bytes, bytes, (a, b) => {
      const expected = Buffer.compare(a, b) === 0;
      t.is(equal(a, b), expected);
      t.is(constantTimeEqual(a, b), expected);
      t.true(equal(a, Uint8Array.from(a)) && constantTimeEqual(a, Uint8Array.from(a)));
    }),
  );
});

test('concat: agrees with Buffer.concat', t => {
  fc.assert(
    fc.property(fc.array(bytes), parts => {
      t.deepEqual(concat(...parts), new Uint8Array(Buffer.concat(parts)));
    }),
  );
});

test('big-endian numbers: round trip up to 2^53 - 1 and agree with BigInt', t => {
  fc.assert(
    fc.property(fc.maxSafeNat(), value => {
      t.is(readNumber(wordFromNumber(value)), value);
      t.is(toHex(wordFromNumber(value)), `0x${value.toString(16).padStart(64, '0')}`);
      t.is(readNumber(minimalBytes(value)), value);
      t.not(minimalBytes(value)[0], 0);
      t.deepEqual(wordFromBytes(minimalBytes(value)), wordFromNumber(value));
    }),
  );
});

test('big-endian numbers: what does not fit is refused, not rounded', t => {
  t.is(readNumber(new Uint8Array(8).fill(255)), undefined);
  t.is(readNumber(fromHex('0x20000000000000')!), undefined);
  t.is(readNumber(fromHex('0x1fffffffffffff')!), Number.MAX_SAFE_INTEGER);
  t.is(readNumber(new Uint8Array(4), 2, 3), undefined);
  t.throws(() => numberToBytes(256, 1), { instanceOf: RangeError });
  t.deepEqual(numberToBytes(255, 1), Uint8Array.of(255));
  for (const bad of [-1, 0.5, Number.NaN, 2 ** 53])
    t.throws(() => numberToBytes(bad, 8), { instanceOf: RangeError });
  t.throws(() => writeNumber(new Uint8Array(4), 2, 3, 0), { instanceOf: RangeError });
});

test('text: encodes as TextEncoder does, lone surrogates included', t => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 }), units => {
      const text = String.fromCharCode(...units);
      t.deepEqual(encodeText(text), new TextEncoder().encode(text));
    }),
    { numRuns: 1000 },
  );
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => t.is(decodeText(encodeText(text)), text)),
    { numRuns: 1000 },
  );
});

test('text: decodes exactly what a fatal TextDecoder decodes', t => {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 4 }),
    fc.constantFrom(
      [0xc0, 0x80],
      [0xe0, 0x80, 0x80],
      [0xed, 0xa0, 0x80],
      [0xf4, 0x90, 0x80, 0x80],
      [0xef, 0xbb, 0xbf],
    ),
    fc.string({ unit: 'binary', maxLength: 3 }).map(text => [...Buffer.from(text)]),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 5 }), pieces => {
      const input = Uint8Array.from(pieces.flatMap(part => [...part]));
      let expected: string | undefined;
      try {
        expected = strict.decode(input);
      } catch {}
      t.is(decodeText(input), expected);
    }),
    { numRuns: 5000 },
  );
});
