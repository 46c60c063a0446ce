/** The READMEs of the seeded world name each file of their folder. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { quoted, tableWith } from './readmeTable.js';
import { root } from './sources.js';

for (const folder of ['host-sim/world', 'tools/sim']) {
  test(`the table of ${folder}/README.md has every file of ${folder}/ once, and no other`, t => {
    const text = readFileSync(join(root, folder, 'README.md'), 'utf8');
    const named = tableWith(['files', 'contents'], text).flatMap(row => quoted(row.files));
    t.deepEqual(
      named.sort(),
      readdirSync(join(root, folder))
        .filter(name => name.endsWith('.ts'))
        .sort(),
    );
  });
}
