/** A board's half of mqtt-packet: what is left out is left out whole, and another version of the package is noticed. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import ts from 'typescript';
import { withoutServer } from '../../../../host-sim/node/bundle/clientHalf.js';
import { repositoryRoot } from '../../../../host-sim/node/repository.js';

const files = [
  'constants.js',
  'generate.js',
  'mqtt.js',
  'numbers.js',
  'packet.js',
  'parser.js',
  'writeToStream.js',
];
const read = (file: string) =>
  readFileSync(join(repositoryRoot, 'node_modules', 'mqtt-packet', file), 'utf8');

/** The names of functions and methods with the number of their statements, by TypeScript's own reading. */
function functionsOf(text: string): Map<string, number> {
  const file = ts.createSourceFile('file.js', text, ts.ScriptTarget.Latest, true, ts.ScriptKind.JS);
  const found = new Map<string, number>();
  const visit = (node: ts.Node): void => {
    const named = ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node);
    if (named && node.name) found.set(node.name.getText(), node.body!.statements.length);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

test('every file is still a program, and no function is gone or changed but the server’s', t => {
  const changed: string[] = [];
  for (const file of files) {
    const text = withoutServer(file, read(file));
    const { diagnostics } = ts.transpileModule(text, { reportDiagnostics: true, fileName: file });
    t.deepEqual(diagnostics, [], file);
    t.notRegex(text, /^\s*debug\(/m, file);
    if (file === 'generate.js') continue;
    const before = functionsOf(read(file).replace(/^[ \t]*debug\(.*\)$/gm, ''));
    const after = functionsOf(text);
    t.deepEqual([...after.keys()], [...before.keys()], file);
    for (const [name, count] of after) if (count !== before.get(name)) changed.push(name);
  }
  t.deepEqual(changed, [
    ...[
      '_parseConnect',
      '_parsePublish',
      '_parseSubscribe',
      '_parseUnsubscribe',
      '_parseUnsuback',
      '_parseAuth',
    ],
    ...['connack', 'publish', 'suback', 'unsubscribe', 'unsuback', 'auth'],
  ]);
});

test('a text that is not that of the pinned version ends the build', t => {
  const message = /another than expected/;
  t.throws(() => withoutServer('parser.js', read('parser.js').replace('_parseAuth ()', '_parseAuth (x)')), {
    message,
  });
  t.throws(() => withoutServer('constants.js', read('constants.js').replace('0x83', '131')), { message });
  t.throws(() => withoutServer('writeToStream.js', ''), { message });
  t.notThrows(() => withoutServer('parser.js', read('parser.js')));
  t.is(withoutServer('numbers.js', 'anything else'), 'anything else');
});
