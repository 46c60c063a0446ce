/** CBOR of plain values: what cborg writes, and read where a strict cborg reads it, and nowhere else. */
import test from 'ava';
import { decode, encode } from 'cborg';
import fc from 'fast-check';
import { decodeCbor, encodeCbor, NESTING_LEVELS_MAX } from '../../../firmware/app/cbor.js';
import { decodeText } from '../../../firmware/bytes/text.js';
import { holds } from '../../fakes/holds.js';

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));
const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.float({ noNaN: true, noDefaultInfinity: true }),
  fc.maxSafeInteger(),
  // Numbers of half precision, those without a normal form among them.
  fc
    .tuple(fc.integer({ min: -2047, max: 2047 }), fc.integer({ min: -24, max: 5 }))
    .map(([m, e]) => m * 2 ** e),
  fc.constantFrom(
    23,
    24,
    255,
    256,
    65535,
    65536,
    2 ** 32 - 1,
    2 ** 32,
    -24,
    -25,
    -(2 ** 32),
    65504,
    65505,
    65520,
  ),
);
const { value: plain } = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: NESTING_LEVELS_MAX },
    fc.constantFrom(null, true, false),
    number,
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.uint8Array({ maxLength: 300 }),
    fc.array(tie('value'), { maxLength: 30 }),
    fc
      .dictionary(fc.string({ unit: 'grapheme', maxLength: 30 }), tie('value'), { maxKeys: 30 })
      .map(map => ({ ...map })),
  ),
}));

/** Cborg as it was used here before. */
const strict = {
  ...{ strict: true, allowIndefinite: false, allowUndefined: false, allowInfinity: false, allowNaN: false },
  ...{ allowBigInt: false, rejectDuplicateMapKeys: true },
};
function oracle(bytes: Uint8Array): { value: unknown } | undefined {
  try {
    return { value: decode(bytes, strict) };
  } catch {
    return undefined;
  }
}

/** True where every text in the bytes is UTF-8: cborg replaces what is not, and a board refuses it. */
function textsAreUtf8(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('\ufffd');
  if (value instanceof Uint8Array || value === null || typeof value !== 'object') return true;
  return Object.entries(value).every(([name, part]) => textsAreUtf8(name) && textsAreUtf8(part));
}
const depthOf = (value: unknown): number =>
  value === null || typeof value !== 'object' || value instanceof Uint8Array
    ? 0
    : 1 + Math.max(0, ...Object.values(value).map(depthOf));

test('what is written is what cborg writes, or shorter, and is read back as it was', t => {
  holds(
    t,
    fc.property(plain, value => {
      fc.pre(depthOf(value) <= NESTING_LEVELS_MAX);
      const bytes = encodeCbor(value);
      const theirs = encode(value);
      // A half without a normal form is a single to cborg; RFC 8949 (4.1) wants the shortest form that is exact.
      t.true(bytes.length <= theirs.length);
      if (bytes.length === theirs.length) t.is(hexOf(bytes), hexOf(theirs));
      t.deepEqual(decodeCbor(bytes), oracle(bytes)!.value);
    }),
    { numRuns: 3000 },
  );
});

test('changed bytes are read exactly where cborg reads them, as the same value', t => {
  let [read, refused] = [0, 0];
  const changed = fc.tuple(plain, fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 3 }), fc.nat(3));
  const anyBytes = fc.oneof(
    changed.map(([value, changes, cut]) => {
      const bytes = depthOf(value) <= NESTING_LEVELS_MAX ? encodeCbor(value) : Uint8Array.of(0);
      for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
      return cut === 0 ? bytes.slice(0, -1) : bytes;
    }),
    fc.uint8Array({ maxLength: 20 }),
  );
  holds(
    t,
    fc.property(anyBytes, bytes => {
      const ours = decodeCbor(bytes);
      const theirs = oracle(bytes);
      if (ours !== undefined) {
        read++;
        t.deepEqual(ours, theirs?.value, hexOf(bytes));
      } else {
        refused++;
        const tooDeep = theirs !== undefined && depthOf(theirs.value) > NESTING_LEVELS_MAX;
        t.true(theirs === undefined || tooDeep || !textsAreUtf8(theirs.value), hexOf(bytes));
      }
    }),
    { numRuns: 6000 },
  );
  t.log(`${read} read, ${refused} refused`);
  // Inside XS fewer are tried.
  t.true(read > 10 && refused > 10);
});

test('the examples of RFC 8949, appendix A, are written so', t => {
  const examples: [unknown, string][] = [
    [1.5, 'f93e00'],
    [65504, '19ffe0'],
    [100000, '1a000186a0'],
    [3.4028234663852886e38, 'fa7f7fffff'],
    [1.0e300, 'fb7e37e43c8800759c'],
    [2 ** -24, 'f90001'],
    [0.00006103515625, 'f90400'],
    [-4.1, 'fbc010666666666666'],
    [-1000, '3903e7'],
    ['\u6c34', '63e6b0b4'],
    [{ a: 'A', b: 'B', c: 'C', d: 'D', e: 'E' }, 'a56161614161626142616361436164614461656145'],
    [[1, [2, 3], [4, 5]], '8301820203820405'],
  ];
  for (const [value, written] of examples) {
    t.is(hexOf(encodeCbor(value)), written);
    t.deepEqual(decodeCbor(hex(written)), value);
  }
});

test('text that is not UTF-8 is refused, its twin read', t => {
  t.is(decodeCbor(hex('62c328')), undefined);
  t.is(decodeText(hex('c328')), undefined);
  t.is(decodeCbor(hex('62c3a9')), 'é');
});

test('an undefined member is left out and an undefined element is null, as in JSON', t => {
  t.is(hexOf(encodeCbor({ a: undefined, b: 1 })), 'a1616201');
  t.is(hexOf(encodeCbor([undefined])), '81f6');
});

test('what is not plain is misuse; its plain twin is written', t => {
  const nest = (depth: number): unknown => (depth === 0 ? 1 : [nest(depth - 1)]);
  const twins: [unknown, unknown][] = [
    [1n, 1],
    [Number.NaN, 0.5],
    [Number.POSITIVE_INFINITY, 65504],
    [() => {}, null],
    [Symbol('a'), 'a'],
    [new Map([['a', 1]]), { a: 1 }],
    [new Date(0), '1970'],
    [new Float32Array(1), new Uint8Array(1)],
    [nest(NESTING_LEVELS_MAX + 1), nest(NESTING_LEVELS_MAX)],
  ];
  for (const [wrong, right] of twins) {
    t.throws(() => encodeCbor(wrong), { instanceOf: TypeError });
    t.notThrows(() => encodeCbor(right));
  }
});

test('a length that promises more than there is costs nothing', t => {
  for (const promise of ['9bffffffffffffffff', '9a7fffffff', 'ba7fffffff', '5a7fffffff', '7a7fffffff'])
    t.is(decodeCbor(hex(promise)), undefined);
  t.deepEqual(decodeCbor(hex('80')), []);
});
