/** The way from an author’s source to an image: exports, types, and one start. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { repositoryRoot } from '../../../host-sim/node/repository.js';
import { keepImage } from '../../../tools/app/imageFiles.js';
import { linesOfBoard, sourceLines } from '../../../tools/app/sourceLines.js';
import { checkTypes } from '../../../tools/app/typeCheck.js';
import { hardwareId } from '../../../tools/cli/kinds.js';
import { holdfast, temporaryDirectory } from '../support.js';

const app = `import { action, type Board, defineApp } from 'holdfast/app';
import * as v from 'valibot';
export default (board: Board) => {
  return defineApp({ name: 'blink', healthy: () => true, actions: {
    set: action({ params: v.strictObject({ on: v.boolean() }), run: ({ on }) => on }),
  } });
};
`;
const hardware = ['--hardware', 'x', '--version', '2', '--out', 'a.img'];

test('an app becomes an image with manifest, document and face', async t => {
  const cwd = temporaryDirectory(t);
  writeFileSync(join(cwd, 'app.ts'), app);
  const ran = await holdfast(['image', 'build', 'app.ts', ...hardware, '--json'], { cwd });
  const said = JSON.parse(ran.stdout);
  t.true(said.ok);
  t.is(said.face, 'a.img.face.json');
  t.regex(said.warnings[0], /types are not checked/);
  // The name goes along in the document, and its hash is the id.
  const document = () => JSON.parse(readFileSync(join(cwd, 'a.img.json'), 'utf8'));
  t.like(document(), { hardwareName: 'x', hardware: hardwareId('x') });
  t.like(said, { hardwareName: 'x', hardware: hardwareId('x') });
  const byId = ['--hardware', hardwareId('x'), '--version', '2', '--out', 'a.img', '--force'];
  const { stdout } = await holdfast(['image', 'build', 'app.ts', ...byId, '--json'], { cwd });
  t.is(JSON.parse(stdout).sha256 && JSON.parse(stdout).hardware, hardwareId('x'));
  t.is(document().hardwareName, undefined);
  const half = await holdfast(
    ['image', 'build', 'app.ts', ...byId.map(part => (part.length === 66 ? '0x12' : part))],
    { cwd },
  );
  t.regex(half.stderr, /32 bytes/);
});

const probing = app.replace(
  '  return',
  `  const bus = new board.io.SMBus({ data: 21, clock: 22, hz: 400000, address: 0x48 });
  if (bus.readUint16(0x0f, true) !== 0x117) throw new Error('another chip');
  return`,
);

test('an app finds the devices of devices.json as it is made; a file that lists none is refused', async t => {
  const cwd = temporaryDirectory(t);
  writeFileSync(join(cwd, 'app.ts'), probing);
  const build = () => holdfast(['image', 'build', 'app.ts', ...hardware], { cwd });
  t.regex((await build()).stderr, /nothing answers at address 72/);
  writeFileSync(join(cwd, 'devices.json'), '[{"i2c": 72, "register": 300, "bytes": "0x0117", "width": 2}]');
  t.regex((await build()).stderr, /devices\.json does not list devices/);
  writeFileSync(join(cwd, 'devices.json'), '[{"i2c": 72, "register": 15, "bytes": "0x0117", "width": 2}]');
  t.is((await build()).status, 0);
});

const faults: [what: string, source: string, expected: RegExp][] = [
  ['exports no app', 'export const x = 1;', /exports x, and no app/],
  ['does not parse', 'const y = ;', /app\.ts:1: Unexpected/],
  ['wants Node', app.replace("'valibot'", "'node:fs'"), /app\.ts:2: node:fs is a Node built-in/],
  [
    'throws as it is made',
    app.replace('  return', '  null.x;\n  return'),
    /does not make itself: .*app\.ts:4/,
  ],
  ['makes no app', 'export default () => 5;', /gives no app/],
  [
    'throws as it starts',
    app.replace("name: 'blink',", "name: 'blink', start: () => { throw new Error('cold') },"),
    /fails as it starts: .*cold.*app\.ts:4/,
  ],
];

for (const [what, source, expected] of faults) {
  test(`an app that ${what} is refused, and nothing is written`, async t => {
    const cwd = temporaryDirectory(t);
    writeFileSync(join(cwd, 'app.ts'), source);
    const ran = await holdfast(['image', 'build', 'app.ts', ...hardware], { cwd });
    t.is(ran.status, 1);
    t.regex(ran.stderr, expected);
    t.notRegex(ran.stderr, /runInContext/, 'the frames below the app are not the author’s');
    const again = await holdfast(['image', 'build', 'app.ts', ...hardware], { cwd });
    t.notRegex(again.stderr, /exists/);
  });
}

test('types are checked by the TypeScript of the author’s folder; --no-check leaves them alone', async t => {
  const cwd = temporaryDirectory(t);
  mkdirSync(join(cwd, 'node_modules'));
  for (const name of ['typescript', 'valibot'])
    symlinkSync(join(repositoryRoot, 'node_modules', name), join(cwd, 'node_modules', name));
  const paths = { 'holdfast/app': [join(repositoryRoot, 'firmware', 'app', 'face.ts')] };
  const compilerOptions = {
    module: 'ESNext',
    moduleResolution: 'Bundler',
    target: 'ES2022',
    strict: true,
    types: [],
    paths,
  };
  writeFileSync(join(cwd, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['app.ts'] }));
  writeFileSync(join(cwd, 'app.ts'), app.replace('=> on }', '=> on.length }'));
  const refused = await holdfast(['image', 'build', 'app.ts', ...hardware], { cwd });
  t.is(refused.status, 1);
  t.regex(refused.stderr, /app\.ts\(5,.*TS2339/);
  t.is((await holdfast(['image', 'build', 'app.ts', ...hardware, '--no-check'], { cwd })).status, 0);
  writeFileSync(join(cwd, 'app.ts'), app);
  const ran = await holdfast(['image', 'build', 'app.ts', ...hardware, '--force'], { cwd });
  t.is(ran.status, 0);
  t.notRegex(ran.stderr, /not checked/);
});

test('while types are checked the process goes on, and an interruption ends the check', async t => {
  const cwd = temporaryDirectory(t);
  const lib = join(cwd, 'node_modules/typescript/lib');
  mkdirSync(lib, { recursive: true });
  writeFileSync(join(cwd, 'tsconfig.json'), '{}');
  // A check without an end.
  const begun =
    "require('node:fs').writeFileSync('begun', String(process.pid)); setInterval(() => {}, 1000);";
  writeFileSync(join(lib, 'tsc.js'), begun);
  const interruption = new AbortController();
  const checked = checkTypes(join(cwd, 'app.ts'), interruption.signal);
  const pidOf = () => {
    try {
      return Number(readFileSync(join(cwd, 'begun'), 'utf8'));
    } catch {
      return 0;
    }
  };
  while (pidOf() === 0) await new Promise(resolve => setTimeout(resolve, 20));
  interruption.abort();
  await t.throwsAsync(checked);
  t.throws(() => process.kill(pidOf(), 0), { code: 'ESRCH' });
});

test('a board’s places are those of the image that it says it runs, also where another was built since', t => {
  const home = temporaryDirectory(t);
  const mapTo = (line: 'A' | 'C', source: string) =>
    JSON.stringify({ version: 3, sources: [source], names: [], mappings: `AA${line}A` });
  const sha256 = new Uint8Array(32).fill(5);
  const manifest = { head: new Uint8Array(1), document: '{}', hash: new Uint8Array(32) };
  keepImage(home, {
    bytes: new Uint8Array(1),
    manifest,
    sha256,
    sourceMap: mapTo('C', 'before.ts'),
  } as never);
  const line = linesOfBoard(home, sourceLines(mapTo('A', 'now.ts')));
  t.regex(line('fault at image:1:1'), /now\.ts:1:1$/);
  line(`image 1 runs from slot A (confirmed), its bytes hash to 0x${'05'.repeat(32)}`);
  t.regex(line('fault at image:1:1'), /before\.ts:2:1$/);
  line(`image 2 runs from slot B (pending), its bytes hash to 0x${'06'.repeat(32)}`);
  t.regex(line('fault at image:1:1'), /before\.ts:2:1$/, 'an image that was not built here has no map');
});
