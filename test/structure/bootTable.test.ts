import { readFileSync } from 'node:fs';
import test from 'ava';
import { bootTable } from '../firmware/update/bootTable.js';

test('the README of the folder has each row of the table', t => {
  const readme = readFileSync(new URL('../../firmware/update/README.md', import.meta.url), 'utf8');
  for (const { marks, words } of bootTable) {
    for (const part of words) t.true(readme.includes(part), `${marks}: ${part}`);
  }
});
