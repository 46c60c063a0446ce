/** A file that is there whole or not at all. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { writeWhole } from '../../../host-sim/node/wholeFile.js';

test('it takes the place of what stood there, in a folder that is made, and leaves nothing beside', t => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-whole-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'new', 'file');
  writeWhole(file, 'first', { mode: 0o600 });
  t.is(statSync(file).mode & 0o777, 0o600);
  writeWhole(file, new Uint8Array([1, 2]), { flush: true });
  t.deepEqual([...readFileSync(file)], [1, 2]);
  t.deepEqual(readdirSync(join(folder, 'new')), ['file']);
  writeFileSync(join(folder, 'taken'), '');
  t.throws(() => writeWhole(join(folder, 'taken', 'file'), 'x'));
});
