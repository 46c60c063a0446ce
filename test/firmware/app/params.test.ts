/** Params and results: plain CBOR in one form, bounded in size and depth, and never an exception. */
import test from 'ava';
import { encode } from 'cborg';
import fc from 'fast-check';
import * as v from 'valibot';
import { PARAMS_BYTES_MAX, RESULT_BYTES_MAX } from '../../../firmware/app/action.js';
import { action } from '../../../firmware/app/app.js';
import { decodeParams, encodeParams, encodeResult, parseParams } from '../../../firmware/app/params.js';
import { holds } from '../../fakes/holds.js';

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));
const anything = action({ params: v.unknown(), run: () => undefined });
const takes = (bytes: Uint8Array) => parseParams(anything, bytes).verdict === 'accepted';

test('what is plain is taken as it is', t => {
  const json = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary-ascii' });
  holds(
    t,
    fc.property(json, value => {
      const bytes = encodeParams(value);
      fc.pre(bytes.length <= PARAMS_BYTES_MAX);
      // CBOR knows no negative zero here, as it is no integer form.
      t.deepEqual(
        decodeParams(bytes),
        JSON.parse(JSON.stringify(value), (_, part) => (part === 0 ? 0 : part)),
      );
    }),
    { numRuns: 300 },
  );
  t.deepEqual(decodeParams(encode({ key: Uint8Array.of(1, 2) })), { key: Uint8Array.of(1, 2) });
});

test('arbitrary bytes never throw', t => {
  holds(
    t,
    fc.property(fc.uint8Array({ maxLength: 600 }), bytes => {
      decodeParams(bytes);
      parseParams(anything, bytes);
    }),
    { numRuns: 2000 },
  );
  t.pass();
});

test('nesting is bounded before anything recurses: depth 8 is taken, 9 is not, whatever nests', t => {
  const nests = { array: '81', map: 'a16161', 'array with something before it': '8201' };
  for (const [name, open] of Object.entries(nests)) {
    const nested = (depth: number) => hex(`${open.repeat(depth)}00`);
    t.true(takes(nested(8)), name);
    t.false(takes(nested(9)), name);
    t.false(takes(nested(Math.floor(500 / (open.length / 2)))), `${name}, a bomb`);
  }
  t.false(takes(hex(`${'c1'.repeat(500)}00`)), 'tags');
  t.false(takes(hex(`${'9f'.repeat(250)}${'ff'.repeat(250)}`)), 'indefinite arrays');
  t.true(takes(hex(`98c8${'80'.repeat(200)}`)), 'many that do not nest');
});

test('another form of the same value is refused, its canonical twin taken', t => {
  const twins: [string, string, string][] = [
    ['an integer in more bytes than needed', '1801', '01'],
    ['an indefinite array', '9f01ff', '8101'],
    ['an indefinite text', '7f6161ff', '6161'],
    ['a key twice', 'a2616101616102', 'a2616101616202'],
    ['something after the end', '0101', '01'],
    ['cut short', '8201', '820101'],
    ['not a number', 'f97e00', 'f93c00'],
    ['infinity', 'f97c00', 'f93c00'],
    ['undefined', 'f7', 'f6'],
    ['undefined inside', 'a16161f7', 'a16161f6'],
    ['an integer above 2^53', '1b0020000000000001', '1b001fffffffffffff'],
    ['a tag', 'c001', '01'],
    ['keys that are no text', 'a10102', 'a1613102'],
    ['a length beyond the end', '5affffffff00', '4100'],
  ];
  for (const [name, wrong, right] of twins) {
    t.false(takes(hex(wrong)), name);
    t.true(takes(hex(right)), name);
  }
});

test('512 bytes of params are taken, 513 are not', t => {
  const text = (length: number) => encode('x'.repeat(length - 3));
  t.is(text(512).length, 512);
  t.true(takes(text(512)));
  t.false(takes(text(513)));
});

test('names that every object inherits are keys like any other, and a strict schema refuses them', t => {
  const strict = action({ params: v.strictObject({ on: v.boolean() }), run: () => undefined });
  const verdict = (text: string) => parseParams(strict, hex(text)).verdict;
  t.is(verdict('a1626f6ef5'), 'accepted');
  // {"__proto__": {"on": true}}, alone and beside what is asked
  t.is(verdict('a1695f5f70726f746f5f5fa1626f6ef5'), 'rejected');
  t.is(verdict('a2626f6ef5695f5f70726f746f5f5fa161780a'), 'rejected');
  // {"constructor": 1, "on": true}
  t.is(verdict('a2626f6ef56b636f6e7374727563746f7201'), 'rejected');
  t.is(({} as Record<string, unknown>).x, undefined, 'nothing leaked into other objects');
  const decoded = decodeParams(hex('a1695f5f70726f746f5f5fa161780a')) as object;
  t.is(Object.getPrototypeOf(decoded), Object.prototype);
});

test('a schema refuses with its reason, and one that throws refuses too', t => {
  const strict = action({ params: v.strictObject({ on: v.boolean() }), run: () => undefined });
  const refused = parseParams(strict, encode({ on: 1 }));
  t.is(refused.verdict === 'rejected' && refused.code, 'params');
  t.regex(refused.verdict === 'rejected' ? refused.evidence : '', /boolean/i);
  t.is(parseParams(strict, encode({})).verdict, 'rejected');
  t.is(parseParams(strict, encode({ on: true, off: true })).verdict, 'rejected');
  t.is(parseParams(strict, encode({ on: true })).verdict, 'accepted');
  const fragile = action({
    params: v.pipe(
      v.any(),
      v.check(value => value.deep.deeper),
    ),
    run: () => undefined,
  });
  t.is(parseParams(fragile, encode({})).verdict, 'rejected');
  t.is(parseParams(fragile, encode({ deep: { deeper: true } })).verdict, 'accepted');
});

test('a result fits into its receipt or is none', t => {
  t.deepEqual(encodeResult(undefined), new Uint8Array(0));
  t.is(encodeResult('x'.repeat(RESULT_BYTES_MAX - 2))?.length, RESULT_BYTES_MAX);
  t.is(encodeResult('x'.repeat(RESULT_BYTES_MAX - 1)), undefined);
  t.deepEqual(encodeResult({ b: 1, a: 2 }), encodeResult({ a: 2, b: 1 }), 'one form for equal values');
});
