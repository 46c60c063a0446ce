import test from 'ava';
import fc from 'fast-check';
import { parseJson } from '../../../firmware/serial/json.js';

const limits = { bytes: 1_000_000, depth: 1000, values: 100_000 };
const parse = (text: string, over: Partial<typeof limits> = {}) =>
  parseJson(Buffer.from(text), { ...limits, ...over });

test('JSON comes out as JSON.parse reads it, in any encoding of its text', t => {
  fc.assert(
    fc.property(fc.json({ stringUnit: 'binary' }), text => {
      // A lone surrogate has no UTF-8.
      const sent = Buffer.from(text).toString();
      t.deepEqual(parse(sent), { verdict: 'accepted', value: JSON.parse(sent) });
    }),
  );
});

test('whatever the bytes, the answer is a verdict', t => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), bytes => {
      t.regex(parseJson(bytes, limits).verdict, /^(accepted|rejected)$/);
    }),
  );
});

test('characters of several bytes survive every offset of the blocks in which text is decoded', t => {
  for (let offset = 500; offset < 530; offset++) {
    const text = JSON.stringify(`${'x'.repeat(offset)}é€😀${'😀'.repeat(300)}`);
    t.deepEqual(parse(text), { verdict: 'accepted', value: JSON.parse(text) });
  }
});

test('one level, one value and one byte more than allowed is malformed, as many are accepted', t => {
  t.is(parse('[[[]]]', { depth: 3 }).verdict, 'accepted');
  t.is(parse('[[[]]]', { depth: 2 }).verdict, 'rejected');
  t.is(parse('[1,2]', { values: 3 }).verdict, 'accepted');
  t.is(parse('[1,2]', { values: 2 }).verdict, 'rejected');
  t.is(parse('[1,2]', { bytes: 5 }).verdict, 'accepted');
  t.is(parse('[1,2]', { bytes: 4 }).verdict, 'rejected');
});

test('brackets and commas within strings do not count', t => {
  t.is(parse('["[[[[{{{{,,,,\\"[[[[\\\\"]', { depth: 1, values: 2 }).verdict, 'accepted');
});

test('a bomb is refused before it is parsed', t => {
  for (const bomb of ['['.repeat(900_000), '{"a":'.repeat(150_000), '[[],'.repeat(200_000)]) {
    t.is(parse(bomb).verdict, 'rejected');
  }
});
