/** The scanner against JSON.parse, with cuts at every byte; and what it refuses, each beside a twin that it takes. */
import test from 'ava';
import fc from 'fast-check';
import { encodeText } from '../../../firmware/bytes/text.js';
import { portableJson } from '../../../firmware/json/portable.js';
import { JsonScan, type ScanVerdict } from '../../../firmware/json/scan.js';
import { data, list, number, object, quantity, type Shape, text } from '../../../firmware/json/shape.js';
import { holds } from '../../fakes/holds.js';
import { runs } from '../../fakes/runs.js';
import { answer, anything, choices, like, mutate, mutations, oracle, REFUSED, write } from './texts.js';

const json = portableJson();
const KEPT = 4096;

/** In pieces of that length. */
function scan<S extends Shape>(
  shape: S,
  bytes: Uint8Array,
  piece = bytes.length,
  keptBytesMax = KEPT,
): ScanVerdict<S> {
  const scanned = new JsonScan(json, shape, keptBytesMax);
  for (let at = 0; at < bytes.length; at += piece) {
    if (!scanned.push(bytes.subarray(at, Math.min(at + piece, bytes.length)))) break;
  }
  return scanned.end();
}

const outcome = <S>(result: ScanVerdict<S>): unknown =>
  result.verdict === 'accepted' ? result.value : REFUSED;
const said = <S extends Shape>(shape: S, source: string, piece?: number, kept?: number): unknown => {
  const result = scan(shape, encodeText(source), piece, kept);
  return result.verdict === 'accepted' ? result.value : result.code;
};

const isTwice = (result: { verdict: string; evidence?: string }) =>
  result.verdict === 'rejected' && result.evidence === 'JSON with a name twice in an object';

test('the longest number that JavaScript writes is read, and one that is longer by a digit is not', t => {
  const read = (digits: string) => said(object({ id: number() }), `{"id":${digits}}`);
  t.deepEqual(read('-0.0000010179054157100744'), { id: -0.0000010179054157100744 });
  t.is(read('-0.00000101790541571007441'), 'oversized');
});

for (const [what, values] of [
  ['values like an answer', like(answer)],
  ['any values', anything],
] as const) {
  test(`what is kept of ${what} is what JSON.parse and a walk find`, t => {
    const property = fc.property(values, choices, (value, how) => {
      const bytes = encodeText(write(value, how));
      t.deepEqual(outcome(scan(answer, bytes)), oracle(answer, bytes));
    });
    holds(t, property, { numRuns: runs(3000) });
  });
}

test('a changed text is refused exactly where JSON.parse refuses it, but for names twice', t => {
  const property = fc.property(like(answer), choices, mutations, (value, how, changes) => {
    const bytes = mutate(encodeText(write(value, how)), changes);
    const result = scan(answer, bytes);
    if (!isTwice(result)) t.deepEqual(outcome(result), oracle(answer, bytes));
  });
  holds(t, property, { numRuns: runs(5000) });
});

test('where a text is cut into pieces changes nothing', t => {
  const property = fc.property(
    like(answer),
    choices,
    mutations,
    fc.boolean(),
    (value, how, changes, whole) => {
      const text = encodeText(write(value, how));
      const bytes = whole ? text : mutate(text, changes);
      const expected = scan(answer, bytes);
      for (let cut = 0; cut <= bytes.length; cut++) {
        const scanned = new JsonScan(json, answer, KEPT);
        if (scanned.push(bytes.subarray(0, cut))) scanned.push(bytes.subarray(cut));
        t.deepEqual(scanned.end(), expected);
      }
      t.deepEqual(scan(answer, bytes, 1), expected);
    },
  );
  holds(t, property, { numRuns: runs(200) });
});

test('every beginning of a text is no text', t => {
  const whole =
    '{"id":1,"result":{"hash":"0xabcd","note":"\\ud83d\\ude00","proofs":[{"key":"0x1"}]},"x":[1e-5,true]}';
  t.not(outcome(scan(answer, encodeText(whole))), REFUSED);
  for (let length = 0; length < whole.length; length++)
    t.is(said(answer, whole.slice(0, length)), 'malformed');
});

const anyJson = object({});

for (const [what, bad, good] of [
  ['a byte order mark', '\ufeff{}', '{}'],
  ['something behind the text', '{} x', '{} \n'],
  ['a second text', '{}{}', '{"a":{}}'],
  ['a comma before an end', '{"a":[1,]}', '{"a":[1]}'],
  ['a name without quotes', '{a:1}', '{"a":1}'],
  ['a number with a leading zero', '{"a":01}', '{"a":0.1e01}'],
  ['a number without a fraction', '{"a":1.}', '{"a":1.0}'],
  ['a number with a plus', '{"a":+1}', '{"a":-1}'],
  ['NaN', '{"a":NaN}', '{"a":null}'],
  ['a literal cut short', '{"a":tru}', '{"a":true}'],
  ['a control character in a string', '{"a":"\u001f"}', '{"a":"\\u001f\u007f"}'],
  ['an unknown escape', '{"a":"\\x"}', '{"a":"\\n"}'],
  ['a high surrogate alone', '{"a":"\\ud83d"}', '{"a":"\\ud83d\\ude00"}'],
  ['a low surrogate alone', '{"a":"\\ude00"}', '{"a":"\ud83d\ude00"}'],
  ['two high surrogates', '{"a":"\\ud83d\\ud83d\\ude00"}', '{"a":"\\ud83d\\ude00\\ud83d\\ude00"}'],
  ['brackets that do not match', '{"a":[}', '{"a":[]}'],
  ['33 levels', `{"a":${'['.repeat(32)}${']'.repeat(32)}}`, `{"a":${'['.repeat(31)}${']'.repeat(31)}}`],
  ['a text where an object is wanted', '"a"', '{}'],
] as const) {
  test(`${what} is malformed, its twin is not`, t => {
    t.is(said(anyJson, bad), 'malformed');
    t.deepEqual(said(anyJson, good), {});
  });
}

test('bytes that are no UTF-8 are malformed, in texts that nobody wants as well', t => {
  const around = (...bytes: number[]) =>
    Uint8Array.of(...encodeText('{"a":"'), ...bytes, ...encodeText('"}'));
  for (const bytes of [
    [0x80],
    [0xc3],
    [0xc0, 0x80],
    [0xe0, 0x80, 0x80],
    [0xed, 0xa0, 0x80],
    [0xf0, 0x80, 0x80, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
    [0xf5, 0x80, 0x80, 0x80],
    [0xff],
  ]) {
    t.is(outcome(scan(anyJson, around(...bytes))), REFUSED);
    t.is(outcome(scan(object({ a: text(99) }), around(...bytes))), REFUSED);
  }
  for (const bytes of [
    [0xc3, 0xa9],
    [0xed, 0x9f, 0xbf],
    [0xf4, 0x8f, 0xbf, 0xbf],
  ]) {
    t.deepEqual(outcome(scan(anyJson, around(...bytes))), {});
  }
});

test('a wanted name twice is malformed, however it is written; one that nobody wants is not', t => {
  const shape = object({ hash: data(4) });
  t.is(said(shape, '{"hash":"0x01","hash":"0x01"}'), 'malformed');
  t.is(said(shape, '{"hash":"0x01","h\\u0061sh":null}'), 'malformed');
  t.deepEqual(said(shape, '{"hash":"0x01","x":1,"x":2}'), { hash: Uint8Array.of(1) });
});

test('one byte or element more than was asked for is oversized, so many are not', t => {
  for (const [shape, good, more] of [
    [object({ a: data(2) }), '{"a":"0x0102"}', '{"a":"0x010203"}'],
    [object({ a: quantity(2) }), '{"a":"0xfff"}', '{"a":"0xfffff"}'],
    [object({ a: number() }), '{"a":1000000000000000000000000}', '{"a":10000000000000000000000000}'],
    [object({ a: list(2, data(1)) }), '{"a":["0x01",null]}', '{"a":["0x01",null,null]}'],
    [list(2, number()), '[1,2]', '[1,2,3]'],
  ] as const) {
    t.not(said(shape as Shape, good), 'oversized', good);
    t.not(said(shape as Shape, good), 'malformed', good);
    t.is(said(shape as Shape, more), 'oversized', more);
  }
});

test('what is kept together has a limit of its own', t => {
  const shape = list(100, data(100));
  const many = (count: number) => JSON.stringify(Array(count).fill(`0x${'11'.repeat(96)}`));
  // Each costs 100, the list 3.
  t.is((said(shape, many(9), 7, 903) as unknown[]).length, 9);
  t.is(said(shape, many(10), 7, 903), 'oversized');
});

test('a text for people is cut after a whole character, and what is none is left out', t => {
  const shape = object({ a: text(5), b: number() });
  t.deepEqual(said(shape, '{"a":"abcdefgh"}'), { a: 'abcde' });
  t.deepEqual(said(shape, '{"a":"abcd\u00e9f"}', 1), { a: 'abcd' });
  t.deepEqual(said(shape, '{"a":"ab\\u20acd"}'), { a: 'ab\u20ac' });
  t.deepEqual(said(shape, '{"a":{"a":"x"},"b":"7"}'), { a: undefined, b: undefined });
});

test('a value of another type than wanted is malformed, null and absence are told', t => {
  const shape = object({ a: data(4), b: list(1, data(4)), c: object({}) });
  for (const bad of [
    '{"a":1}',
    '{"a":true}',
    '{"a":"x"}',
    '{"a":"0x1"}',
    '{"a":"0xg1"}',
    '{"b":{}}',
    '{"b":["y"]}',
  ]) {
    t.is(said(shape, bad), 'malformed', bad);
  }
  t.deepEqual(said(shape, '{"a":null,"b":[null],"c":null}'), { a: null, b: [null], c: null });
  t.deepEqual(said(shape, '{}'), {});
});

/** 40 KB at a time, so that the test holds no more than the scanner does. */
function stream<S extends Shape>(shape: S, before: string, filling: string, times: number, after: string) {
  const scanned = new JsonScan(json, shape, 512);
  const piece = encodeText(filling.repeat(64));
  scanned.push(encodeText(before));
  let going = true;
  for (let i = 0; i < times / 64 && going; i++) going = scanned.push(piece);
  scanned.push(encodeText(after));
  return scanned.end();
}

for (const [what, filling, end] of [
  ['a string of 200 KB', 'x', '"'],
  ['a string of 200 KB of escapes', '\\u0041', '"'],
] as const) {
  test(`${what} that nobody wants is skipped`, t => {
    const before = '{"hash":"0x01","x":"';
    const times = runs(2000) * 100;
    t.deepEqual(
      outcome(stream(object({ hash: data(1) }), before, filling, times / filling.length, `${end}}`)),
      {
        hash: Uint8Array.of(1),
      },
    );
  });
}

test('a number of 200 KB and an array of thousands are skipped, and oversized where they are wanted', t => {
  const times = runs(2000) * 100;
  const shape = object({ hash: data(1) });
  const kept = { hash: Uint8Array.of(1) };
  t.deepEqual(outcome(stream(shape, '{"hash":"0x01","x":1', '7', times, '}')), kept);
  t.deepEqual(outcome(stream(shape, '{"hash":"0x01","x":[0', ',{"y":[1,"0x"]}', times / 15, ']}')), kept);
  const wanted = object({ x: number(), y: list(64, data(32)) });
  const long = stream(wanted, '{"x":1', '7', times, '}');
  const many = stream(wanted, '{"y":[null', ',null', times / 5, ']}');
  t.deepEqual(
    [long, many].map(result => result.verdict === 'rejected' && result.code),
    ['oversized', 'oversized'],
  );
});
