/** The list of revisions as makers of images give it: the lists that are read, and those that are refused. */
import test from 'ava';
import { Misfit } from '../../../tools/cli/kinds.js';
import { revisions } from '../../../tools/cli/revisions.js';

test('single revisions and ranges are read in ascending order', t => {
  t.deepEqual(revisions.parse('3'), [[3, 3]]);
  t.deepEqual(revisions.parse('0-2,4,65535'), [
    [0, 2],
    [4, 4],
    [65_535, 65_535],
  ]);
});

test('what is no list of revisions, is out of order or twice, or is longer than boards read, is refused', t => {
  const long = Array.from({ length: 17 }, (_, i) => i * 2).join();
  for (const text of ['', 'a', '-', '1-', '-1', '2-1', '65536', '1,1', '1-3,2', '4,2', '1, 2', '0x1', long])
    t.throws(() => revisions.parse(text), { instanceOf: Misfit }, text);
});
