/** The table of attacks in the README of updates: each row has the tests that it names, and each attack's test its row. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { quoted, readmeRows } from './readmeTable.js';
import { root } from './sources.js';

const folder = join(root, 'test', 'firmware', 'update');
const rows = readmeRows('firmware/update/README.md', ['attack', 'what stands against it', 'test']);

/** The tests of the attacks: file, attack, and the text of the test. */
const tests = readdirSync(folder)
  .filter(name => /^attacks.*\.test\.ts$/.test(name))
  .flatMap(file =>
    readFileSync(join(folder, file), 'utf8')
      .split(/^test\('/m)
      .slice(1)
      .map(text => ({ file, attack: text.slice(0, text.indexOf(':')), text })),
  );

test('each attack of the table has its test, in the file that the table names, with each code that the table says', t => {
  for (const row of rows) {
    const [file, ...others] = quoted(row.test);
    if (file === undefined) continue;
    const own = tests.filter(one => one.file === file && one.attack === row.attack);
    t.true(own.length > 0, `${row.attack}: no test in ${file}`);
    for (const code of quoted(row['the board says']))
      t.true(
        own.some(({ text }) => new RegExp(`(rejected|undetermined) ${code}\\b`).test(text)),
        `${row.attack}: no test has the board say ${code}`,
      );
    for (const other of others) {
      const [sol, name] = other.split(': ');
      const text = readFileSync(join(root, 'test', 'contracts', 'solidity', sol), 'utf8');
      t.true(text.includes(`function ${name}(`), other);
    }
  }
});

test('each attack that has a test is in the table, and those without one are those that nothing stands against', t => {
  t.deepEqual(
    [...new Set(tests.map(({ attack }) => attack))].sort(),
    rows
      .filter(row => row.test !== '')
      .map(row => row.attack)
      .sort(),
  );
  for (const row of rows)
    t.is(row.test === '', row['what stands against it'].startsWith('nothing'), row.attack);
});

test('the attacks that the list of Uptane has, and those of TUF, are in the table', t => {
  const named = rows.map(row => row.attack);
  for (const attack of [
    ...['eavesdropping', 'drop request', 'slow retrieval', 'freeze', 'partial', 'rollback', 'endless data'],
    ...['mix-and-match', 'arbitrary image', 'fast-forward', 'wrong hardware', 'extra bytes'],
  ])
    t.true(named.includes(attack), attack);
});
