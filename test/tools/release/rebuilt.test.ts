/** Two statements of what images were built from are compared part by part; a hostile one is read, and says nothing. */
import test from 'ava';
import { differences, ingredients } from '../../../tools/release/rebuilt.js';

const statement = (esbuild: string, parts: readonly unknown[]) =>
  JSON.stringify({
    predicate: {
      buildDefinition: {
        internalParameters: { compilers: { esbuild } },
        resolvedDependencies: parts,
      },
    },
  });
const part = (name: string, sha256: string, uri?: string) => ({ name, uri, digest: { sha256 } });
const app = part('app:app.ts', 'aa');
const rlp = part('rlp', 'bb', 'pkg:npm/rlp@3.0.0');

test('a compiler, a package and a file that differ are named with both, and the same statements have none', t => {
  const published = statement('0.28.2', [app, rlp]);
  t.deepEqual(differences(published, published), []);
  t.deepEqual(differences(published, statement('0.28.1', [app, rlp])), [
    { name: 'esbuild', published: '0.28.2', built: '0.28.1' },
  ]);
  const other = statement('0.28.2', [
    { ...app, digest: { sha256: 'cc' } },
    part('rlp', 'dd', 'pkg:npm/rlp@3.0.1'),
  ]);
  t.deepEqual(differences(published, other), [
    { name: 'app:app.ts', published: 'aa', built: 'cc' },
    { name: 'rlp', published: '3.0.0, bb', built: '3.0.1, dd' },
  ]);
  t.deepEqual(differences(published, statement('0.28.2', [app])), [
    { name: 'rlp', published: '3.0.0, bb', built: undefined },
  ]);
});

test('a statement of another form has no ingredients, and one part of another form is left out', t => {
  for (const text of ['', 'null', '7', '[]', '{"predicate":null}', '{"predicate":{"buildDefinition":[]}}'])
    t.is(ingredients(text).size, 0, text);
  const mixed = statement('1', [
    null,
    3,
    { name: 7 },
    { name: 'x', digest: null },
    { name: 'y', digest: {} },
    app,
  ]);
  t.deepEqual([...ingredients(mixed).keys()], ['esbuild', 'app:app.ts']);
});
