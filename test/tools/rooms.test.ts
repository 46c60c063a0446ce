/** The rooms of tools/: each imports from those below it in the table of tools/README.md, types included. */
import { posix } from 'node:path';
import test from 'ava';
import { importsOf } from '../structure/arrows.js';
import { quoted, readmeRows } from '../structure/readmeTable.js';
import { isCode, readSources } from '../structure/sources.js';

/** The lowest first. */
const order = readmeRows('tools/README.md', ['room', 'contents'])
  .map(({ room }) => quoted(room)[0])
  .reverse();

/** The room of a file; the files of tools/ itself lie above all rooms. */
const roomOf = (path: string): string => (path.split('/').length > 2 ? path.split('/')[1] : 'tools');
const heightOf = (room: string): number => (room === 'tools' ? order.length : order.indexOf(room));

/** Imports that lead to the same height or above, as far as other rooms are meant. */
function upward(files: Iterable<readonly [path: string, text: string]>): string[] {
  const found: string[] = [];
  for (const [path, text] of files) {
    for (const { line, specifier } of importsOf(path, text)) {
      if (!specifier?.startsWith('.')) continue;
      const target = posix.join(posix.dirname(path), specifier);
      if (!target.startsWith('tools/')) continue;
      const [from, to] = [roomOf(path), roomOf(target)];
      if (from !== to && heightOf(to) >= heightOf(from)) found.push(`${path}:${line} imports ${target}`);
    }
  }
  return found;
}

const files = [...readSources(file => file.startsWith('tools/') && isCode(file))];

test('every room of tools/ stands in the table, once', t => {
  const rooms = new Set(files.map(([path]) => roomOf(path)).filter(room => room !== 'tools'));
  t.deepEqual([...order].sort(), [...rooms].sort());
});

test('no room of tools/ imports from a room above it in the table', t => {
  t.deepEqual(upward(files), []);
});

test('an import upward would be seen: of a value, of a type, and of a file of tools/ itself', t => {
  for (const line of [
    "import { x } from '../commands/x.js';",
    "import type { X } from '../board/x.js';",
    "import { main } from '../main.js';",
    "const x = await import('../demo/x.js');",
  ])
    t.is(upward([['tools/cli/a.ts', line]]).length, 1, line);
  t.deepEqual(upward([['tools/board/a.ts', "import { x } from '../cli/x.js';"]]), []);
});
