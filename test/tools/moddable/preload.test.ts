/** The preloaded modules: all of the firmware, and nothing in it that the SDK's linker or engine cannot bear there. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import test from 'ava';
import ts from 'typescript';
import { repositoryRoot } from '../../../host-sim/node/repository.js';
import { bundleChip, RELAY } from '../../../tools/moddable/chipBundle.js';
import { FACADE } from '../../../tools/moddable/facade.js';
import { type Manifests, readManifests } from '../../../tools/moddable/modules.js';
import { usedNames, writePackages } from '../../../tools/moddable/packages.js';
import { withoutPatterns } from '../../../tools/moddable/patterns.js';
import { prepareModules } from '../../../tools/moddable/prepare.js';
import { temporaryDirectory } from '../support.js';

const platforms = ['esp32', 'esp32/esp32c3', 'lin'] as const;

for (const platform of platforms) {
  test.serial(
    `${platform}: every file that a manifest names is there, and every module of ours is preloaded`,
    async t => {
      const manifests = await prepareModules(platform);
      // A table of libsecp256k1 is made by its own program, which takes a C compiler: `prepare`, before a build.
      const made = '$(HOLDFAST_BUILD)/secp256k1/';
      t.deepEqual(
        manifests.missing.filter(name => !name.endsWith(made)),
        [],
      );
      const isPreloaded = (name: string) =>
        [...manifests.preload].some(pattern =>
          pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern,
        );
      t.deepEqual(
        [...manifests.modules.keys()].filter(name => !isPreloaded(name)),
        [],
      );
      // A chip's are one bundle. By name, since the SDK takes no TypeScript by pattern.
      const verifier =
        platform === 'lin' ? ['firmware/proof/trie', 'firmware/proof/witness', 'firmware/command/judge'] : [];
      t.deepEqual(
        [...verifier, FACADE, manifests.main].filter(name => !manifests.preload.has(name)),
        [],
      );
      t.is(manifests.modules.size > 150, platform === 'lin');
      t.is(manifests.modules.size === 5, platform !== 'lin');
    },
  );
}

test.serial(
  'only code becomes a module: a JSON file in a folder that a manifest takes whole is left out',
  t => {
    const { files, leftOut, preload } = readManifests('lin');
    const ours = files.filter(file => !file.includes('.build'));
    let found = 0;
    for (const file of ours) {
      const manifest = JSON.parse(readFileSync(file, 'utf8')) as { modules?: Record<string, unknown> };
      for (const source of Object.values(manifest.modules ?? {}).flat()) {
        if (typeof source !== 'string' || !/^\.[^$]*\/\*$/.test(source)) continue;
        const folder = join(dirname(file), source.slice(0, -1));
        for (const name of readdirSync(folder).filter(entry => entry.endsWith('.json'))) {
          t.true(leftOut.includes(join(folder, name.slice(0, -'.json'.length))), join(folder, name));
          found++;
        }
      }
    }
    t.true(found >= 3, 'manifests of crypto, json and mqtt');
    // A pattern would take in what is no code; the list of our modules is generated.
    t.deepEqual(
      [...preload].filter(name => name.includes('*')),
      [],
    );
  },
);

test.serial('a name that the firmware takes from a package is in the bundle of that package', async t => {
  const manifests = await prepareModules('lin');
  const files = [...manifests.modules.values()].filter(file => file.endsWith('.ts'));
  let count = 0;
  for (const [specifier, names] of usedNames(files)) {
    const bundle = readFileSync(manifests.modules.get(specifier.replace(/\.js$/, ''))!, 'utf8');
    for (const name of names) {
      count++;
      t.regex(bundle, new RegExp(`export \\{[^}]*\\b${name}\\b[^}]*\\};?\\s*$`), `${specifier}: ${name}`);
    }
  }
  t.true(count > 4);
});

test('of a package that an author may use, what needs a regular expression is left out, and nothing else', t => {
  const text = `const A = /x/; const B = { C: A }; function usesB() { return B; } function own() { return /y/; }
    function plain() { return own(); } class K { m() { return usesB(); } } export { A, usesB, own, plain, K };`;
  t.deepEqual(withoutPatterns(text, ['A', 'usesB', 'own', 'plain', 'K']), ['own', 'plain']);
  const valibot = readFileSync(join(repositoryRoot, 'node_modules', 'valibot', 'dist', 'index.mjs'), 'utf8');
  const names = [
    'strictObject',
    'pipe',
    'string',
    'integer',
    'minValue',
    'picklist',
    'email',
    'emoji',
    'ipv4',
  ];
  t.deepEqual(withoutPatterns(valibot, names), names.slice(0, 6));
});

test('valibot goes to authors whole, but for what needs a regular expression and for what waits', async t => {
  const folder = temporaryDirectory(t);
  const app = join(repositoryRoot, 'firmware', 'apps', 'relay', 'relay.ts');
  const file = (await writePackages([app], folder, ['valibot'])).get('valibot')!;
  const names = Object.keys(await import(pathToFileURL(file).href));
  for (const name of ['strictObject', 'pipe', 'picklist', 'variant', 'record', 'safeParse', 'fallback'])
    t.true(names.includes(name), name);
  for (const name of ['email', 'strictObjectAsync', 'pipeAsync', 'safeParseAsync'])
    t.false(names.includes(name), name);
});

/** Literals that are evaluated as a module is, outside of every function. */
function* literalsOfBody(source: ts.SourceFile): Generator<ts.Node> {
  const waiting: ts.Node[] = [...source.statements];
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    const isBody = ts.isFunctionLike(node) || (ts.isPropertyDeclaration(node) && !isStatic(node));
    if (isBody) continue;
    yield node;
    node.forEachChild(child => void waiting.push(child));
  }
}

const isStatic = (node: ts.PropertyDeclaration) =>
  ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword) === true;

function wrongIn(file: string, text: string): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const wrong: string[] = [];
  for (const node of literalsOfBody(source)) {
    const say = (what: string) =>
      wrong.push(`${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${what}`);
    if (ts.isRegularExpressionLiteral(node)) say('a RegExp');
    if (ts.isArrayLiteralExpression(node) && node.elements.some(ts.isBigIntLiteral))
      say('a BigInt in an Array');
  }
  return wrong;
}

test('no preloaded module holds a RegExp or an Array of BigInts: the SDK 8.2.3 corrupts memory on both', async t => {
  const all = new Map<string, string>();
  const { modules }: Manifests = readManifests('lin');
  for (const file of modules.values()) if (file.endsWith('.ts')) all.set(file, readFileSync(file, 'utf8'));
  t.true(all.size > 150);
  const { inputs, modules: bundle } = await bundleChip(RELAY);
  for (const file of inputs)
    if (file.endsWith('.ts')) all.set(file, readFileSync(join(repositoryRoot, file), 'utf8'));
  // With the packages in it, as the SDK gets it.
  all.set('the bundle of a chip', [...bundle.values()].join('\n'));
  t.deepEqual(
    [...all].flatMap(([file, text]) => wrongIn(file, text)),
    [],
  );
});

test('the look for them sees each, and lets pass what is made when it is needed', t => {
  t.deepEqual(wrongIn('a', 'const a = /x/;\nconst b = [1, 2n];\nclass C { static d = { e: /y/ }; }'), [
    'a:3: a RegExp',
    'a:2: a BigInt in an Array',
    'a:1: a RegExp',
  ]);
  t.deepEqual(
    wrongIn(
      'a',
      'const a = () => /x/; function b() { return [2n]; } class C { d = /z/; } const e = { f: 2n };',
    ),
    [],
  );
});
