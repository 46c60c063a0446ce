/** The package from its tarball, in a folder that has nothing else. */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import test from 'ava';
import * as esbuild from 'esbuild';
import ts from 'typescript';
import { encodeChain } from '../../../firmware/beacon/chainWire.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import { call } from '../../../host-sim/node/chain/call.js';
import { mine } from '../../../host-sim/node/chain/time.js';
import { repositoryRoot } from '../../../host-sim/node/repository.js';
import { projectFiles } from '../../../tools/app/newProject.js';
import { partitionFile } from '../../../tools/chip/partitionFile.js';
import { flashSizes } from '../../../tools/chip/partitions.js';
import { readManifests } from '../../../tools/moddable/modules.js';
import { faces } from '../../../tools/package/contents.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { withProver } from '../prover/withProver.js';
import { bytesBelow, type Installed, installPackage } from './installed.js';

const MEGABYTE = 1_000_000;
/** With anvil; and of it what is ours. */
const ALL_BYTES_MAX = 150 * MEGABYTE;
const OURS_BYTES_MAX = 6 * MEGABYTE;

let installed: Installed;
test.before(async t => {
  // As long as a test may take at all: building and installing share the machine with other tests.
  t.timeout(20 * 60_000);
  installed = await installPackage();
});
test.after.always(() => installed?.remove());

test('it brings no compiler, and no more bytes than it may', t => {
  const modules = join(installed.folder, 'node_modules');
  const all = bytesBelow(modules);
  // The sources that the Moddable SDK compiles are libsecp256k1, blst and npm packages: the work of others.
  const ours = bytesBelow(join(modules, 'holdfast')) - bytesBelow(join(modules, 'holdfast', 'moddable'));
  t.log(`${(all / MEGABYTE).toFixed(1)} MB installed, ${(ours / MEGABYTE).toFixed(1)} MB of it ours`);
  t.true(all <= ALL_BYTES_MAX, `${all}`);
  t.true(ours <= OURS_BYTES_MAX, `${ours}`);
  for (const name of ['typescript', 'tsx', 'solc', 'viem', 'ava'])
    t.false(existsSync(join(modules, name)), name);
  t.true(existsSync(join(modules, 'esbuild')), 'images are bundled at the author’s');
});

test('its command runs, and knows its version', async t => {
  const help = await installed.run('npx', ['holdfast', '--help']);
  t.true(help.includes('Usage: holdfast COMMAND'));
  const { version } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8'));
  t.is((await installed.run('npx', ['holdfast', '--version'])).trim(), version);
  // Engines that can be built in the repository alone are not advised.
  const start = await installed.run('npx', ['holdfast', 'start', '--help']);
  t.true(start.includes('--engine'));
  t.notRegex(start, /build:|xs/);
});

/** Modules that only the SDK has. */
const isOfSdk = (name: string) =>
  /^(embedded:|mc\/)/.test(name) || ['Resource', 'modules', 'net', 'timer'].includes(name);

for (const platform of ['esp32', 'esp32/esp32c3'] as const) {
  test(`a project's manifest makes an image for ${platform} of what is installed, and misses nothing but the SDK`, t => {
    const { folder } = installed;
    const files = projectFiles('sensor', 'mine', folder);
    for (const name of ['manifest.json', 'app.ts']) writeFileSync(join(folder, name), files.get(name)!);
    const { main, missing, modules, native, preload } = readManifests(
      platform,
      join(folder, 'manifest.json'),
    );
    t.deepEqual(missing, []);
    t.is(main, 'firmware/esp32/main');
    t.is(modules.get('project/app'), join(folder, 'app.ts'));
    const outside = [...modules.values(), ...native].filter(file => !file.startsWith(`${folder}/`));
    t.deepEqual(outside, []);
    const lost: string[] = [];
    for (const [name, file] of modules) {
      const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), transpiled);
      for (const { fileName } of ts.preProcessFile(outputText, true, true).importedFiles) {
        const target = fileName.startsWith('.') ? join(name, '..', fileName) : fileName;
        const known = modules.has(target.replace(/\.js$/, '')) || modules.has(target) || isOfSdk(target);
        if (!known && !new RegExp(`import\\(['"]${fileName}['"]\\)`).test(outputText))
          lost.push(`${name} imports ${fileName}`);
      }
    }
    t.deepEqual(lost, []);
    t.true(preload.has('project/app') && preload.has('holdfast/app') && preload.has('firmware/esp32/main'));
    // The framework is a bundle; the app's own module and packages are beside it.
    t.deepEqual([...modules.keys()].sort(), [...preload].filter(name => modules.has(name)).sort());
    t.true(modules.size < 10, `${modules.size} modules`);
    t.true(native.some(file => file.endsWith('secp256k1.c')));
  });
}

test('the entry of a project for mcpack asks for no module but the main one of its manifest, and that by name alone', t => {
  const { folder } = installed;
  const files = projectFiles('blank', 'mine', folder);
  const { main, type } = JSON.parse(files.get('package.json')!);
  t.is(type, 'module');
  const entry = readFileSync(join(folder, main), 'utf8');
  writeFileSync(join(folder, 'manifest.json'), files.get('manifest.json')!);
  const manifests = readManifests('esp32/esp32c3', join(folder, 'manifest.json'));
  t.deepEqual(
    ts.preProcessFile(entry, true, true).importedFiles.map(({ fileName }) => fileName),
    [manifests.main],
  );
  t.false(/^import /m.test(entry), 'mcpack would look for it in node_modules');
  // `npx mcpack` would ask the registry for a package of that name: only `-c` looks along the path.
  t.notRegex([...files.values()].join(), /npx (?:mcpack|mcconfig)/);
  t.regex(files.get('README.md')!, /npx -c 'mcpack mcconfig /);
});

test('mcconfig and mcpack of the SDK make a make file of a project outside of the repository', async t => {
  const { MODDABLE } = process.env;
  const tools = join(MODDABLE ?? '', 'build', 'bin', 'lin', 'release');
  if (MODDABLE === undefined || !existsSync(join(tools, 'mcpack'))) {
    t.log('NOT RUN: the Moddable SDK with its tools is missing (MODDABLE)');
    return void t.pass();
  }
  const folder = join(installed.folder, 'for-chip');
  await installed.run('npx', ['holdfast', 'init', 'for-chip', '--template', 'relay']);
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(join(installed.folder, 'node_modules', 'holdfast'), join(folder, 'node_modules', 'holdfast'));
  for (const [tool, ...words] of [['mcconfig'], ['mcpack', 'mcconfig']]) {
    const out = join(folder, `made-by-${tool}`);
    mkdirSync(out);
    // One of the SDK's tools calls another by its name.
    const line = [tool, ...words, '-p', 'esp32/esp32c3', '-o', out].join(' ');
    await installed.run('sh', ['-c', `PATH="${tools}:$PATH" ${line}`], folder);
    const made = readFileSync(
      join(out, 'tmp', 'esp32', 'esp32c3', 'release', 'for-chip', 'makefile'),
      'utf8',
    );
    for (const module of ['firmware/esp32/main', 'firmware/shared', 'holdfast/app', 'project/app'])
      t.true(made.includes(`$(MODULES_DIR)/${module}.xsb`), `${tool}: ${module}`);
    t.is(made.includes('moddable/start.xsb'), tool === 'mcpack');
  }
});

test('a project chooses the flash of its chip by a manifest: the table and the settings are of that size', t => {
  const folder = join(installed.folder, 'node_modules', 'holdfast', 'moddable', 'flash');
  for (const flash of flashSizes) {
    const { build } = JSON.parse(readFileSync(join(folder, flash, 'manifest.json'), 'utf8'));
    const table = readFileSync(join(folder, flash, build.PARTITIONS_FILE), 'utf8');
    const own = join(repositoryRoot, 'firmware', 'esp32', partitionFile(flash));
    t.is(table, readFileSync(own, 'utf8'));
    const settings = readFileSync(join(folder, flash, build.SDKCONFIGPATH, 'sdkconfig.defaults'), 'utf8');
    t.deepEqual(settings.match(/CONFIG_ESPTOOLPY_FLASHSIZE_\w+=y/g), [
      `CONFIG_ESPTOOLPY_FLASHSIZE_${flash}=y`,
    ]);
  }
});

const transpiled = {
  compilerOptions: {
    target: ts.ScriptTarget.ES2021,
    module: ts.ModuleKind.ESNext,
    verbatimModuleSyntax: true,
  },
};

test('each import is there, what it is made of is inside, and nothing deeper is', async t => {
  const program = (name: string) =>
    `const all = await import('holdfast/${name}'); console.log(Object.keys(all).join())`;
  const namesOf = (name: string) =>
    installed
      .run('node', ['--input-type=module', '-e', program(name)])
      .then(names => names.trim().split(','));
  const seen = Object.fromEntries(
    await Promise.all(faces.map(async ({ name }) => [name, await namesOf(name)])),
  );
  t.true(seen.app.includes('defineApp'));
  t.true(seen.contracts.includes('connect'));
  t.true(seen.sim.includes('startBoard'));
  t.true(seen.verify.includes('LightClient'));
  t.true(seen.testing.includes('testBoard'));
  await t.throwsAsync(namesOf('dist/app.mjs'), { message: /ERR_PACKAGE_PATH_NOT_EXPORTED/ });
});

test('the contracts are inside, each with the address that boards compute', async t => {
  const program = `import { addresses, contracts } from 'holdfast/contracts';
    console.log(JSON.stringify([contracts(), addresses]))`;
  const [contracts, addresses] = JSON.parse(
    await installed.run('node', ['--input-type=module', '-e', program]),
  );
  const factory = contracts.find(({ name }: { name: string }) => name === 'Factory');
  t.is(factory.address, addresses.factory);
  t.true(contracts.every(({ creationCode }: { creationCode: string }) => creationCode.length > 10_000));
});

/** The author's code through the compiler. @throws with what it says of lines that are wrong */
function compiled(file: string, text: string, ...how: string[]): Promise<string> {
  writeFileSync(join(installed.folder, file), text);
  const tsc = join(repositoryRoot, 'node_modules', 'typescript', 'bin', 'tsc');
  return installed.run('node', [tsc, '--noEmit', '--strict', '--target', 'ES2022', ...how, file]);
}
const bundler = ['--module', 'ESNext', '--moduleResolution', 'Bundler'];

test('a scenario is typed, by types that bring nothing else along', async t => {
  const scenario = (step: string) => `import { scenario } from 'holdfast/rig';
export default scenario({
  name: 'a', steps: [
    ${step},
    { lie: { endpoints: 'witness of another slot' } },
  ],
});
`;
  const right = scenario(`{ output: { pin: 4, is: true } }`);
  const files = (await compiled('right.scenario.ts', right, ...bundler, '--typeRoots', 'none', '--listFiles'))
    .trim()
    .split('\n');
  const brought = files.filter(file => !/typescript.lib|right\.scenario\.ts$/.test(file));
  const folder = join(installed.folder, 'node_modules', 'holdfast', 'types', 'tools', 'rig');
  const own = ['bench/lies.d.ts', 'stepInput.d.ts', 'scenario.d.ts'];
  t.deepEqual(
    brought,
    own.map(file => join(folder, file)),
  );
  const wrong = [
    `{ output: { pin: 'four', is: true } }`,
    `{ output: { pin: 4, is: true, level: 1 } }`,
    `{ lie: { endpoints: 'witness of another slo' } }`,
    '{ outpt: { pin: 4, is: true } }',
  ];
  const names = wrong.map((_, i) => `wrong${i}.scenario.ts`);
  for (const [i, step] of wrong.entries()) writeFileSync(join(installed.folder, names[i]), scenario(step));
  const refused = await t.throwsAsync(compiled('right.scenario.ts', right, ...bundler, ...names));
  const lines = (refused as unknown as { stdout: string }).stdout.match(/^\w+\.scenario\.ts\(\d+/gm);
  t.deepEqual(
    [...new Set(lines)],
    names.map(name => `${name}(4`),
  );
});

test('an author’s code is type checked against it, and what is wrong is refused by line', async t => {
  const code = `import { action, type App, defineApp } from 'holdfast/app';
import { contracts } from 'holdfast/contracts';
import * as v from 'valibot';
const params = v.strictObject({ on: v.boolean() });
export const app: App = defineApp({
  name: 'x', healthy: () => true,
  actions: { set: action({ params, run: ({ on }) => on }) },
});
export const name: string = contracts()[0].name;
`;
  const wrong = `${code}export const wrong: number = contracts()[0].name;\n`;
  const check = (file: string, text: string, ...how: string[]) =>
    compiled(file, text, ...how, '--skipLibCheck');
  await t.notThrowsAsync(check('a.ts', code, ...bundler));
  await t.notThrowsAsync(check('b.mts', code, '--module', 'NodeNext'));
  const refused = await t.throwsAsync(check('c.ts', wrong, ...bundler));
  t.regex((refused as unknown as { stdout: string }).stdout, /c\.ts\(10,.*TS2322/);
});

/** Of the globals of pages those that the light client may use. */
const pageGlobals = { fetch, AbortSignal, TextEncoder, TextDecoder, URL, Uint8Array };

test('holdfast/verify in a page: nothing of Node, and at most 60 KB', async t => {
  const bundled = await esbuild.build({
    stdin: { contents: `export * from 'holdfast/verify'`, resolveDir: installed.folder },
    ...{
      bundle: true,
      minify: true,
      write: false,
      platform: 'browser',
      format: 'iife',
      globalName: 'verify',
    },
  });
  const { text } = bundled.outputFiles[0];
  const bytes = gzipSync(text).length;
  t.log(`${text.length} bytes, ${bytes} with gzip`);
  t.true(bytes <= 60_000, `${bytes}`);
  const page = createContext({ ...pageGlobals });
  runInContext(`${text}; slot = verify.mappingSlot(0, '0x01'); chain = verify.beaconChain('mainnet')`, page);
  t.is(page.chain.committeeSize, 512);
  t.is(page.slot, '0xada5013122d395ba3c54772283fb069b10426056ef8ca54750cb9bb552a59e7d');
});

testWithChain(
  'its example leads from a checkpoint root to a proven slot, in at most thirty lines',
  async t => {
    const example = join(installed.folder, 'node_modules', 'holdfast', 'examples', 'verify.mjs');
    t.true(readFileSync(example, 'utf8').trimEnd().split('\n').length <= 30);
    const address = `0x${'5a'.repeat(20)}`;
    const value = `0x${'2a'.padStart(64, '0')}`;
    await withProver({}, async ({ beacon, chain, prover }) => {
      await call(chain.url, 'anvil_setStorageAt', [address, `0x${'07'.padStart(64, '0')}`, value]);
      await call(chain.url, 'anvil_setBalance', [address, '0x1']);
      await mine(chain.url, 24);
      const root = toHex((await beacon.checkpoint()).root);
      const run = (from: string) =>
        installed.run('node', [example, prover.url, from, address, '7', toHex(encodeChain(beacon.chain))]);
      t.true((await run(root)).includes(`slot 7 of ${address} is ${value}`));
      const refused = await t.throwsAsync(run(`0x${'11'.repeat(32)}`));
      t.regex((refused as unknown as { stderr: string }).stderr, /nothing is proven: undetermined/);
    });
  },
);

test('the licences of what is inside are there', t => {
  const folder = join(installed.folder, 'node_modules', 'holdfast');
  const text = readFileSync(join(folder, 'NOTICES.txt'), 'utf8');
  for (const name of ['viem', 'ox', 'abitype', 'qr']) t.regex(text, new RegExp(`^${name} \\d`, 'm'));
  const pages = readdirSync(folder).filter(name => name.endsWith('.md'));
  t.deepEqual(pages.sort(), ['CHANGELOG.md', 'README.md', 'SECURITY.md', 'STABILITY.md']);
});
