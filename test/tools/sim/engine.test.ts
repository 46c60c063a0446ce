import test from 'ava';
import { inProcess } from '../support.js';

test('a heap is of boards on XS, and XS is built for no other commit', async t => {
  const heap = await inProcess(['sim', '--heap', '300', '--hours', '0.1']);
  t.is(heap.status, 2);
  t.regex(heap.stderr, /--heap is of boards on XS: --engine xs/);
  const commit = await inProcess(['sim', '--engine', 'xs', '--commit', '0000000']);
  t.is(commit.status, 2);
  t.regex(commit.stderr, /--engine xs excludes the sources of another commit/);
});

test('a page and a smaller world exclude each other', async t => {
  const words = ['sim', '--engine', 'node', '--shrink', '--page', '--hours', '0.1'];
  const { status, stderr } = await inProcess(words);
  t.is(status, 2);
  t.regex(stderr, /--page and --shrink exclude each other/);
});
