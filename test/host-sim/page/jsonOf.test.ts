import test from 'ava';
import { parseJsonOf } from '../../../host-sim/page/jsonOf.js';

test('a list and an object are taken as what they are asked for; anything else is nothing', t => {
  t.deepEqual(parseJsonOf('array', '[1, {"a": true}]'), [1, { a: true }]);
  t.deepEqual(parseJsonOf('object', ' {"a": [1]} '), { a: [1] });
  for (const text of ['{}', 'null', '1', '', '[1', `["${'x'.repeat(16_000)}"]`])
    t.is(parseJsonOf('array', text), undefined, text.slice(0, 20));
  for (const text of ['[]', 'null', '"a"', '{a: 1}']) t.is(parseJsonOf('object', text), undefined, text);
});
