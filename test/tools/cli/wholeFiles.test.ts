/** Output files are whole or not there: a failure in the middle leaves nothing half-written, and nothing beside. */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { writeWholeFiles } from '../../../tools/cli/wholeFiles.js';
import { temporaryDirectory } from '../support.js';

test('files that belong together are written, in folders that are made, over what stood there', t => {
  const directory = temporaryDirectory(t);
  const [first, second] = [join(directory, 'a.img'), join(directory, 'new', 'a.json')];
  writeFileSync(first, 'old');
  writeWholeFiles(
    [
      [first, new Uint8Array([1, 2])],
      [second, 'text'],
    ],
    0o600,
  );
  t.deepEqual([...readFileSync(first)], [1, 2]);
  t.is(readFileSync(second, 'utf8'), 'text');
  t.is(statSync(second).mode & 0o777, 0o600);
  t.deepEqual(readdirSync(directory).sort(), ['a.img', 'new'], 'nothing is left beside them');
});

test('where one of them cannot be written, none is, and the failure names it', t => {
  const directory = temporaryDirectory(t);
  const first = join(directory, 'a.img');
  writeFileSync(first, 'old');
  mkdirSync(join(directory, 'a.img.json'));
  t.throws(
    () =>
      writeWholeFiles([
        [first, 'new'],
        [join(directory, 'a.img.json'), 'text'],
      ]),
    { message: /a\.img\.json cannot be written \(EISDIR\), and nothing was/ },
  );
  t.is(readFileSync(first, 'utf8'), 'old');
  t.deepEqual(readdirSync(directory).sort(), ['a.img', 'a.img.json']);
});

test('a file in the place of a folder is named as well', t => {
  const directory = temporaryDirectory(t);
  writeFileSync(join(directory, 'file'), '');
  t.throws(() => writeWholeFiles([[join(directory, 'file', 'a.img'), 'new']]), {
    message: /file\/a\.img cannot be written \(E\w+\)/,
  });
  t.deepEqual(readdirSync(directory), ['file']);
});
