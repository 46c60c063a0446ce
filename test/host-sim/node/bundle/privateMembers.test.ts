/** Private members made plain for a machine: every private name, nothing else, and never where secrets lie. */
import { posix } from 'node:path';
import test from 'ava';
import ts from 'typescript';
import { openPrivateMembers } from '../../../../host-sim/node/bundle/privateMembers.js';
import { readSources } from '../../../structure/sources.js';

const sources = [...readSources(path => /^firmware\/.*\.ts$/.test(path))];

/** The places of private names, by TypeScript's own reading. */
function privateNames(text: string): { at: number; name: string }[] {
  const file = ts.createSourceFile('file.ts', text, ts.ScriptTarget.Latest, true);
  const found: { at: number; name: string }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPrivateIdentifier(node)) found.push({ at: node.getStart(file), name: node.text });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found.sort((a, b) => a.at - b.at);
}

/** The text with every private name made plain, by those places. */
function byParser(text: string): string {
  const units = text.split('');
  for (const { at } of privateNames(text)) units[at] = '_';
  return units.join('');
}

test('what is changed are private names, all of them and nothing else, comments aside', t => {
  let changed = 0;
  for (const [path, text] of sources) {
    const opened = openPrivateMembers(path, text);
    const strip = (code: string) =>
      ts.transpileModule(code, { compilerOptions: { target: ts.ScriptTarget.ES2022, removeComments: true } })
        .outputText;
    if (opened === text) continue;
    changed++;
    t.is(openPrivateMembers(path, text, name => `_$${name}`).replaceAll('_$', '_'), opened, path);
    t.false(text.includes('_$'), path);
    t.is(strip(opened), strip(byParser(text)), path);
  }
  t.true(changed > 50);
});

test('a private name has one place in its file, and no other name has it', t => {
  const text = 'class A { #one = 1; #two = this.#one; three() { return this.#two + this.#one; } }';
  const opened = openPrivateMembers('firmware/app/file.ts', text, (_, place) => `_$${place}`);
  t.is(opened, 'class A { _$0 = 1; _$1 = this._$0; three() { return this._$1 + this._$0; } }');
  t.is(openPrivateMembers('firmware/crypto/file.ts', text), text);
  for (const [path, source] of sources) {
    const places = new Map<string, Set<number>>();
    openPrivateMembers(path, source, (name, place) => {
      places.set(name, (places.get(name) ?? new Set()).add(place));
      return name;
    });
    const all = [...places.values()].map(each => [...each]);
    t.deepEqual(all.flat(), [...all.keys()], path);
  }
});

test('no plain member has the name that a private one gets, and no class of ours extends another', t => {
  const isBuiltIn = /extends (Error|Uint8Array|Native\()/;
  for (const [path, text] of sources) {
    const names = new Set(privateNames(text).map(({ name }) => `_${name.slice(1)}`));
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    const visit = (node: ts.Node): void => {
      if (ts.isIdentifier(node)) t.false(names.has(node.text), `${path}: ${node.text}`);
      ts.forEachChild(node, visit);
    };
    visit(file);
    for (const [clause] of text.matchAll(/^(export )?(abstract )?class \w+ extends .*$/gm))
      t.regex(clause, isBuiltIn, `${path}: two classes could have a member of one name`);
  }
  t.pass();
});

test('members stay private where keys, passwords and codes lie', t => {
  const text = 'class Room {\n  readonly #key = 1;\n  get key() {\n    return this.#key;\n  }\n}\n';
  for (const path of [
    'device/identity.ts',
    'device/mailbox.ts',
    'ledger/authenticJournal.ts',
    'crypto/hmac.ts',
    'mqtt/client.ts',
  ])
    t.is(openPrivateMembers(posix.join('firmware', path), text), text);
  t.is(openPrivateMembers('test/firmware/trust/levels.test.ts', text), text);
  t.is(openPrivateMembers('firmware/trust/levels.ts', text), text.replaceAll('#', '_'));
  for (const path of [
    'firmware/device/identity.ts',
    'firmware/device/mailbox.ts',
    'firmware/ledger/authenticJournal.ts',
    'firmware/mqtt/client.ts',
  ])
    t.true(
      sources.some(([known]) => known === path),
      `${path} was moved: name it anew`,
    );
});
