import { type SpawnSyncReturns, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { repositoryRoot } from '../../../host-sim/node/repository.js';

/** Not in one piece: the tests are compiled too, and it would mean this file in them. */
const ownUrl = ['import', 'meta', 'url'].join('.');
const program = {
  'host-sim/a.ts': [
    `import { existsSync } from 'node:fs';`,
    `import { fileURLToPath } from 'node:url';`,
    `import { b } from './b.js';`,
    `const say = (what: unknown): void => console.log(JSON.stringify(what));`,
    `const { late } = await import('./late.js');`,
    `say({ b, late, arguments: process.argv.slice(1), here: existsSync(fileURLToPath(${ownUrl})) });`,
  ].join('\n'),
  'host-sim/b.ts': `export const b: number = 1;\n`,
  'host-sim/late.ts': `export const late: string = 'one';\n`,
};

/** A small repository with the real compilation, and what runs its program. */
function repository(t: ExecutionContext, files: Record<string, string> = program) {
  const root = fs.mkdtempSync(join(tmpdir(), 'holdfast-program-'));
  t.teardown(() => fs.rmSync(root, { recursive: true, force: true }));
  const write = (path: string, content: string) => {
    fs.mkdirSync(dirname(join(root, path)), { recursive: true });
    fs.writeFileSync(join(root, path), content);
  };
  const folder = 'host-sim/node/program';
  fs.cpSync(join(repositoryRoot, folder), join(root, folder), { recursive: true });
  write('package.json', '{"type":"module"}');
  fs.symlinkSync(join(repositoryRoot, 'node_modules'), join(root, 'node_modules'));
  for (const [path, content] of Object.entries(files)) write(path, content);
  const command = [join(root, folder, 'run.mjs'), 'host-sim/a.ts', 'x'];
  const run = () =>
    spawnSync(process.execPath, command, { encoding: 'utf8', env: { PATH: process.env.PATH } });
  const compiled = join(root, '.build/node/host-sim-a');
  const current = () => JSON.parse(fs.readFileSync(join(compiled, 'current.json'), 'utf8')).program as string;
  return { root, write, run, command, compiled, current };
}

function said({ status, stderr, stdout }: SpawnSyncReturns<string>) {
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

test('modules compiled together each mean their own source, share what both import, and a change is another folder', async t => {
  const { root, write } = repository(t, {
    'a.ts': `export { shared } from './deep/shared.js';\nexport const here: string = ${ownUrl};\n`,
    'deep/b.ts': `export { shared } from './shared.js';\nexport const here: string = ${ownUrl};\n`,
    'deep/shared.ts': `export const shared: { url: string } = { url: ${ownUrl} };\n`,
  });
  const { compileEach } = await import(pathToFileURL(join(root, 'host-sim/node/program/compile.mjs')).href);
  const options = { root, entries: ['a.ts', 'deep/b.ts'], folder: join(root, '.build'), others: [] };
  const made: string = await compileEach(options);
  const [a, b] = await Promise.all(
    ['a.js', 'deep/b.js'].map(path => import(pathToFileURL(join(made, path)).href)),
  );
  t.is(a.here, pathToFileURL(join(root, 'a.ts')).href);
  t.is(b.here, pathToFileURL(join(root, 'deep/b.ts')).href);
  t.is(a.shared.url, pathToFileURL(join(root, 'deep/shared.ts')).href);
  t.is(a.shared, b.shared);
  t.is(await compileEach(options), made);
  write('deep/shared.ts', `export const shared = { url: '' };\n`);
  t.not(await compileEach(options), made);
});

test('a module that must come first runs once, before all of a bundle that imports it, and for no other', async t => {
  const { root } = repository(t, {
    'deep/first.ts': `Object.assign(globalThis, { runs: 1 + ((globalThis as { runs?: number }).runs ?? 0) });\n`,
    'a.ts': `import { runs } from './b.js';\nimport './far.js';\nexport { runs };\n`,
    'far.ts': `import './deep/first.js';\n`,
    'b.ts': `export const { runs } = globalThis as { runs?: number };\n`,
    'c.ts': `export { runs } from './b.js';\n`,
  });
  const { compileEach } = await import(pathToFileURL(join(root, 'host-sim/node/program/compile.mjs')).href);
  const options = { root, folder: join(root, '.build'), others: [], first: 'deep/first.ts' };
  const alone: string = await compileEach({ ...options, entries: ['c.ts'] });
  t.is((await import(pathToFileURL(join(alone, 'c.js')).href)).runs, undefined);
  const made: string = await compileEach({ ...options, entries: ['a.ts', 'c.ts'] });
  await import(pathToFileURL(join(made, 'a.js')).href);
  t.is((await import(pathToFileURL(join(made, 'c.js')).href)).runs, 1);
});

test('a program runs as if it had been started itself: its arguments and its URL are those of its source', t => {
  const { run } = repository(t);
  t.deepEqual(said(run()), { b: 1, late: 'one', arguments: ['host-sim/a.ts', 'x'], here: true });
});

test('what did not change is not compiled again', t => {
  const { compiled, current, run } = repository(t);
  run();
  const file = join(compiled, current());
  fs.appendFileSync(file, `\nconsole.error('as compiled before');\n`);
  const { stderr, stdout } = run();
  t.is(JSON.parse(stdout).b, 1);
  t.is(stderr, 'as compiled before\n');
});

test('a source with another content is seen, at the same size and time, near or imported late', t => {
  const { root, run, write } = repository(t);
  t.is(said(run()).b, 1);
  const { atime, mtime } = fs.statSync(join(root, 'host-sim/b.ts'));
  write('host-sim/b.ts', program['host-sim/b.ts'].replace('1', '2'));
  fs.utimesSync(join(root, 'host-sim/b.ts'), atime, mtime);
  t.is(said(run()).b, 2);
  write('host-sim/late.ts', `export const late = 'two';\n`);
  t.is(said(run()).late, 'two');
});

test('a source that was only touched, as by a checkout, is not compiled again', t => {
  const { compiled, current, root, run } = repository(t);
  run();
  const before = current();
  fs.appendFileSync(join(compiled, before), `\nconsole.error('as compiled before');\n`);
  fs.utimesSync(join(root, 'host-sim/b.ts'), 1, 1);
  t.is(run().stderr, 'as compiled before\n');
  t.is(current(), before);
});

test('a source that went away is missed', t => {
  const { root, run } = repository(t);
  run();
  fs.rmSync(join(root, 'host-sim/b.ts'));
  t.not(run().status, 0);
});

test('other packages than those it was compiled with are seen', t => {
  const { root, run, compiled, current } = repository(t);
  fs.rmSync(join(root, 'node_modules'));
  fs.mkdirSync(join(root, 'node_modules'));
  for (const name of ['esbuild', '@esbuild', 'tsx'])
    fs.symlinkSync(join(repositoryRoot, 'node_modules', name), join(root, 'node_modules', name));
  fs.writeFileSync(join(root, 'node_modules/.package-lock.json'), '{"packages":{}}');
  run();
  const before = current();
  fs.writeFileSync(join(root, 'node_modules/.package-lock.json'), '{"packages":[]}');
  t.is(said(run()).b, 1);
  t.not(current(), before);
  t.true(fs.existsSync(join(compiled, before)), 'a process that runs keeps its parts');
});

test('a stack trace names the line of the source', t => {
  const throwing = 'interface Nothing {}\n\nexport const b: number = Number.NaN;\nthrow new Error("here");\n';
  const { run } = repository(t, { ...program, 'host-sim/b.ts': throwing });
  const { status, stderr } = run();
  t.is(status, 1);
  t.regex(stderr, /host-sim\/b\.ts:4:7/);
});

test('what does not compile is named with file and line', t => {
  const { run } = repository(t, { ...program, 'host-sim/b.ts': 'export const b = 1;\nexport const = 2;\n' });
  t.regex(run().stderr, /host-sim\/b\.ts:2:13: ERROR/);
});

test('two that start at once on nothing both run, and leave one bundle', async t => {
  const { command, compiled } = repository(t);
  const children = [1, 2, 3].map(() =>
    spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] }),
  );
  const ended = children.map(child => once(child, 'close'));
  const answers = await Promise.all(children.map(child => text(child.stdout)));
  await Promise.all(ended);
  for (const answer of answers) t.is(JSON.parse(answer).b, 1);
  t.is(fs.readdirSync(compiled).length, 2);
});

test('where nothing can be written the program runs all the same', t => {
  const { root, run, write } = repository(t);
  write('.build', 'a file in the way');
  t.is(said(run()).late, 'one');
  t.is(fs.readFileSync(join(root, '.build'), 'utf8'), 'a file in the way');
});

test('a record that was cut short is no obstacle', t => {
  const { compiled, run } = repository(t);
  run();
  fs.writeFileSync(join(compiled, 'current.json'), '{"program":"');
  t.is(said(run()).b, 1);
  fs.writeFileSync(join(compiled, 'current.json'), '{"program":"gone/program.mjs","sources":[]}');
  t.is(said(run()).b, 1);
});
