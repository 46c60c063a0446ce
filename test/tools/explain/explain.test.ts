import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { bundleFirmware } from '../../../host-sim/node/bundle/firmware.js';
import { commands } from '../../../tools/commands/index.js';
import { entries, entriesOf, tables } from '../../../tools/explain/find.js';
import { withTables } from '../../../tools/explain/markdown.js';
import { isCode, readSources, root } from '../../structure/sources.js';
import { document, inProcess, oneLineFailure } from '../support.js';

/** Names in the calls that make verdicts, as they stand in the firmware's text. */
function saidBy(maker: 'rejected' | 'undetermined'): Map<string, string> {
  const found = new Map<string, string>();
  const call = new RegExp(`\\b${maker}\\(\\s*'([a-z_]+)'`, 'g');
  for (const [path, text] of readSources(file => file.startsWith('firmware/') && isCode(file)))
    for (const [, name] of text.matchAll(call)) found.set(name, path);
  return found;
}

for (const [maker, kind] of [
  ['rejected', 'code'],
  ['undetermined', 'cause'],
] as const) {
  test(`every ${kind} that the firmware gives has an entry`, t => {
    const said = saidBy(maker);
    t.true(said.size > 10);
    for (const [name, path] of said) t.true(name in tables[kind], `${path} says ${name}`);
  });
}

test('every failure of the contracts’ client has an entry', t => {
  let said = 0;
  for (const [path, text] of readSources(file => file.startsWith('contracts/') && isCode(file)))
    for (const [, name] of text.matchAll(/new ContractError\(\s*'([A-Za-z]+)'/g)) {
      t.true(name in tables.refusal, `${path} says ${name}`);
      said++;
    }
  t.true(said > 4);
});

test('every entry is three plain sentences or more, and fits a terminal', t => {
  for (const { kind, likely, meaning, name, remedy } of entries())
    for (const text of [meaning, likely, remedy]) {
      t.regex(text, /^\S.*\.$/s, `${kind} ${name}`);
      t.true(text.length <= 220, `${kind} ${name}: ${text.length} characters`);
    }
});

test('every command and every flag that a remedy names is there', async t => {
  let named = 0;
  for (const { name, remedy } of entries()) {
    for (const [, first, second = ''] of remedy.matchAll(/holdfast ([a-z][a-z-]*)(?: ([a-z][a-z-]*))?/g)) {
      const command = `${first} ${second}` in commands ? `${first} ${second}` : first;
      t.true(command in commands, `${name} names holdfast ${first} ${second}`);
      named++;
      const own = remedy.slice(remedy.indexOf(`holdfast ${command}`)).match(/^[^;.),]*/)![0];
      const { flags } = (await commands[command].load()).default;
      for (const [, flag] of own.matchAll(/--([a-z-]+)/g))
        t.true(flag in flags, `${name} names --${flag} of holdfast ${command}`);
    }
  }
  t.true(named > 20);
});

test('the tables in tools/README.md are those of the entries', t => {
  const text = readFileSync(join(root, 'tools', 'README.md'), 'utf8');
  t.is(withTables(text), text, 'npm run build:readme writes them anew');
  t.throws(() => withTables('no marks'), { message: /missing/ });
});

test('no image of a board carries the entries', async t => {
  const { inputs } = await bundleFirmware({ entry: 'firmware/apps/relay/main.ts' });
  t.true(inputs.length > 50);
  t.deepEqual(
    inputs.filter(file => file.startsWith('tools/')),
    [],
  );
});

test('holdfast explain not_now says what it means and what to do; --json carries its name', async t => {
  const told = await inProcess(['explain', 'not_now']);
  t.is(told.status, 0);
  for (const part of ['cause of an undetermined verdict', 'meaning', 'likely', 'remedy', 'challenge'])
    t.true(told.stdout.includes(part), part);
  const ran = await inProcess(['explain', 'not_now', '--json']);
  t.deepEqual(document(t, ran).entries, entriesOf('not_now'));
  t.is(document(t, ran).entries[0].name, 'not_now');
});

test('a name of two things is told apart by kind', async t => {
  const { stdout } = await inProcess(['explain', 'withdrawn']);
  t.regex(stdout, /withdrawn: code of a rejected verdict/);
  t.regex(stdout, /withdrawn: failure of a holdfast command/);
});

test('without a name all are listed; an unknown name is refused with the nearest', async t => {
  const { stdout } = await inProcess(['explain']);
  for (const { name } of entries()) t.true(stdout.includes(` ${name} `), name);
  t.regex(oneLineFailure(t, await inProcess(['explain', 'not_nov']), 2), /did you mean not_now\?/);
});
