/** Facts that the ESP32 side states in several places are the same there: module names, C functions, partitions, settings. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import test from 'ava';
import { build } from 'esbuild';
import ts from 'typescript';
import * as face from '../../firmware/app/face.js';
import { NVS_BYTES_MIN } from '../../firmware/esp32/tableCheck.js';
import { INDEXED_BYTES_MAX } from '../../firmware/store/entry.js';
import {
  APP_BYTES,
  COUNTER_BYTES,
  IDENTITY_BYTES,
  JOURNAL_BYTES,
} from '../../firmware/store/partitionSizes.js';
import { partitionTable } from '../../host-sim/node/flash/table.js';
import { partitionFile, partitionText } from '../../tools/chip/partitionFile.js';
import {
  chipPartition,
  chipPartitions,
  flashBytes,
  flashSizes,
  TABLE_OFFSET,
} from '../../tools/chip/partitions.js';
import { bundleChip, RELAY } from '../../tools/moddable/chipBundle.js';
import { readManifests } from '../../tools/moddable/modules.js';
import { writeNames } from '../../tools/moddable/names.js';
import { importsOf } from './arrows.js';
import { root } from './sources.js';

const folder = join(root, 'firmware', 'esp32');
const read = (...path: string[]) => readFileSync(join(folder, ...path), 'utf8');
const manifest = JSON.parse(read('manifest.json'));
/** Manifests with C, and the files with the interfaces of its functions. */
const nativeRooms = [
  { room: '.', functionsFiles: ['chip.ts'], least: 21 },
  { room: 'ethernet', functionsFiles: ['ethernet/ethernet.ts', 'ethernet/memory.ts'], least: 5 },
].map(place => ({ ...place, manifest: JSON.parse(read(place.room, 'manifest.json')) }));
const sources = readdirSync(folder).filter(name => name.endsWith('.ts'));

/** Functions of the interfaces `…Functions` of a file: name → types of arguments and of the result. */
function chipFunctions(name: string): Map<string, { arguments: string[]; returns: string }> {
  const file = ts.createSourceFile(name, read(name), ts.ScriptTarget.Latest, true);
  const found = new Map<string, { arguments: string[]; returns: string }>();
  ts.forEachChild(file, node => {
    if (!ts.isInterfaceDeclaration(node) || !node.name.text.endsWith('Functions')) return;
    for (const member of node.members) {
      if (!ts.isMethodSignature(member)) continue;
      found.set(member.name.getText(), {
        arguments: member.parameters.map(parameter => parameter.type!.getText()),
        returns: member.type!.getText(),
      });
    }
  });
  return found;
}

/** As tools/ffi.js of the SDK has it. */
const scriptType = (type: string): string =>
  type === 'char*' ? 'string' : type === 'void' ? 'void' : type.endsWith('*') ? 'ArrayBuffer' : 'number';

for (const { functionsFiles, least, manifest, room } of nativeRooms) {
  test(`every C function has one signature: in ${functionsFiles.join(' and ')}, in the manifest, in its header`, t => {
    const declared = new Map<string, { arguments: string[]; returns: string }>();
    for (const source of manifest.ffi.sources as string[]) {
      const header = read(room, source.replace(/\.c$/, '.h'));
      for (const [, returns, name, given] of header.matchAll(/^(\w+) (\w+)\(([^)]*)\);/gm)) {
        const types =
          given === 'void' ? [] : given.split(',').map(one => one.trim().replace(/\s*(\**)\w+$/, '$1'));
        declared.set(name, { arguments: types, returns });
      }
    }
    const bound = new Map(
      Object.entries(manifest.ffi.functions as Record<string, { arguments: string[]; returns: string }>),
    );
    const used = new Map(functionsFiles.flatMap(file => [...chipFunctions(file)]));
    t.true(used.size >= least);
    t.deepEqual([...bound.keys()].sort(), [...used.keys()].sort());
    for (const [name, types] of bound) {
      t.deepEqual(types, declared.get(name), name);
      t.deepEqual(
        { arguments: types.arguments.map(scriptType), returns: scriptType(types.returns) },
        used.get(name),
        name,
      );
    }
  });
}

test('what authors import on a chip has every name of the façade', async t => {
  const made = mkdtempSync(join(tmpdir(), 'holdfast-names-'));
  t.teardown(() => rmSync(made, { recursive: true }));
  writeNames(made);
  const { metafile } = await build({
    ...{ entryPoints: [join(made, 'names', 'holdfastApp.js')], bundle: true, write: false, metafile: true },
    ...{ format: 'esm', outfile: 'names.js', logLevel: 'silent' },
    alias: { 'firmware/app/face': join(root, 'firmware', 'app', 'face.ts') },
  });
  const [{ exports }] = Object.values(metafile.outputs);
  t.deepEqual([...exports].sort(), Object.keys(face).sort());
});

test('a chip’s bundle imports what the typings declare of the SDK, and the façade the bundle', async t => {
  const { imports, inputs, modules } = await bundleChip();
  t.deepEqual(imports, sdkModules().sort());
  t.deepEqual([...modules.keys()].sort(), ['firmware/app/face', 'firmware/esp32/main', 'firmware/shared']);
  t.regex(
    modules.get('firmware/app/face')!,
    /export\s*\{\w+ as action,\w+ as defineApp,\w+ as telemetry\};\s*$/,
  );
  const text = [...modules.values()].join('');
  // Of the two ways to a network an image has the one that it is built for.
  const cable = await bundleChip(undefined, 'ethernet');
  t.true(inputs.includes('firmware/esp32/wifi.ts') && !inputs.some(file => file.includes('esp32/ethernet/')));
  t.true(cable.inputs.includes('firmware/esp32/ethernet/ethernet.ts'));
  t.false(cable.inputs.includes('firmware/esp32/wifi.ts'));
  t.deepEqual(cable.imports, imports);
  // An app of this repository goes in, so that what it shares with the firmware is there once.
  const own = await bundleChip(RELAY);
  t.deepEqual(
    own.imports,
    imports.filter(name => name !== 'project/app'),
  );
  t.true(own.inputs.includes('firmware/apps/relay/relay.ts'));
  const has = (file: string) => inputs.includes(file);
  for (const file of ['esp32/main', 'proof/trie', 'command/judge', 'crypto/absent/portable', 'app/face'])
    t.true(has(`firmware/${file}.ts`), file);
  // Code that the chip has in C is not there a second time.
  for (const file of ['crypto/portable', 'json/portable', 'beacon/portableBls'])
    t.false(has(`firmware/${file}.ts`), file);
  t.false(inputs.some(file => file.includes('@noble/')));
  // Of names that were private none is left, and every native function is still asked for by its name.
  t.notRegex(text, /_\$\w/);
  const natives = ['crypto/native/moddable', 'crypto/native/moddableBls', 'json/native/moddable'].flatMap(
    file =>
      Array.from(
        readFileSync(join(root, 'firmware', `${file}.ts`), 'utf8').matchAll(/native\('(\w+)'\)/g),
        ([, name]) => name,
      ),
  );
  t.true(natives.length > 15);
  for (const name of natives) t.true(text.includes(`native("${name}")`), name);
});

test('every module that the firmware imports is in the manifests under the name it is imported by', t => {
  const { leftOut, main, missing, modules } = readManifests('lin');
  const generated = (text: string) => /\.build[\\/]|preload\.|HOLDFAST_BUILD/.test(text);
  t.deepEqual(
    missing.filter(text => !generated(text)),
    [],
  );
  t.is(main, 'host-sim/moddable/main');
  t.is(readManifests('esp32').main, 'firmware/esp32/main');
  const names = new Set(modules.keys());
  // Left out on purpose, and then only imported when it is needed.
  const late = new Set(leftOut.map(path => relative(root, path).split('\\').join('/')));
  // Generated, or the SDK's own.
  const elsewhere = new Set(['rlp', 'valibot', '@noble/secp256k1', ...sdkModules()]);
  const wanted: string[] = [];
  const seen = new Set<string>();
  const follow = (name: string): void => {
    if (seen.has(name)) return;
    seen.add(name);
    const path = modules.get(name)!;
    const text = withoutTypes(readFileSync(path, 'utf8'));
    for (const { specifier } of importsOf(path, text)) {
      const target = specifier!.startsWith('.')
        ? join(name, '..', specifier!).replace(/\.js$/, '')
        : specifier!;
      if (names.has(target)) follow(target);
      else if (late.has(target) && text.includes(`import('${specifier}')`)) continue;
      else if (!elsewhere.has(target) && !generatedPackage(target)) wanted.push(`${name} imports ${target}`);
    }
  };
  t.true(names.has(main));
  follow(main);
  t.true(seen.size > 80, `${seen.size} modules`);
  t.log(`${seen.size} modules`);
  t.deepEqual(wanted, []);
});

/** Packages that the build turns into modules (tools/moddable/packages.ts). */
const generatedPackage = (name: string) => /^(@noble\/|mqtt-packet|buffer|valibot|rlp)/.test(name);

/** The imports that `verbatimModuleSyntax` leaves of a file: imports of types alone are gone. */
const withoutTypes = (text: string): string =>
  ts.transpileModule(text, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2021,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
    },
  }).outputText;

/** Modules that the typings here declare. */
function sdkModules(): string[] {
  const all = readdirSync(join(folder, 'typings')).map(name => read('typings', name));
  return all.flatMap(text => [...text.matchAll(/^declare module '([^']+)'/gm)].map(([, name]) => name));
}

test('every SDK module that is imported is declared, and every declared one is imported', t => {
  const imported = new Set(
    sources.flatMap(name =>
      importsOf(name, read(name)).flatMap(({ specifier }) =>
        specifier!.startsWith('.') ? [] : [specifier!],
      ),
    ),
  );
  t.deepEqual([...imported].sort(), sdkModules().sort());
});

test('only main.ts imports the SDK, so that everything else runs anywhere', t => {
  for (const name of sources.filter(name => name !== 'main.ts')) {
    for (const { specifier } of importsOf(name, read(name)))
      t.true(specifier!.startsWith('.'), `${name}: ${specifier}`);
  }
});

test('the ESP32 side type-checks with its own typings and the library of ES2021', t => {
  t.notThrows(() =>
    execFileSync(
      process.execPath,
      [join(root, 'node_modules', 'typescript', 'lib', 'tsc.js'), '-p', folder],
      {
        stdio: 'pipe',
      },
    ),
  );
  const config = JSON.parse(read('tsconfig.json'));
  t.is(config.extends, '../tsconfig.json');
});

test('every file that the manifests name is there', t => {
  for (const { manifest, room } of nativeRooms)
    for (const source of manifest.ffi.sources) t.true(existsSync(join(folder, room, source)), source);
  t.true(existsSync(join(folder, manifest.build.SDKCONFIGPATH, 'sdkconfig.defaults')));
  t.true(existsSync(join(folder, manifest.build.PARTITIONS_FILE)));
});

const settings = (file: string): Map<string, string> =>
  new Map(
    read('sdkconfig', file)
      .split('\n')
      .filter(line => line.startsWith('CONFIG_'))
      .map(line => line.split('=') as [string, string]),
  );

for (const flash of flashSizes) {
  test(`the partitions for ${flash} fill it without overlap, and lie where the chip wants them`, t => {
    const rows = chipPartitions(flash);
    t.is(read(partitionFile(flash)), partitionText(flash, rows), 'npm run build:partitions writes it anew');
    t.is(Number(settings('sdkconfig.defaults').get('CONFIG_PARTITION_TABLE_OFFSET')), TABLE_OFFSET);
    let end = TABLE_OFFSET + 0x1000;
    for (const { name, offset, size, type } of rows) {
      t.is(
        offset,
        Math.ceil(end / (type === 'app' ? 0x10000 : 0x1000)) * (type === 'app' ? 0x10000 : 0x1000),
        name,
      );
      t.is(size % (type === 'app' ? 0x10000 : 0x1000), 0, name);
      t.true(name.length < 16, name);
      end = offset + size;
    }
    t.is(end, flashBytes[flash]);
    const find = (name: string) => rows.find(row => row.name === name)!;
    t.is(find('ota_0').size, find('ota_1').size);
    t.like(find('otadata'), { type: 'data', subtype: 'ota', size: 0x2000 });
    t.like(find('nvs_key'), { subtype: 'nvs_keys', flags: 'encrypted' });
    // Single bits cannot be cleared in an encrypted partition; what holds secrets is encrypted.
    for (const name of ['journal', 'app_store', 'telemetry']) t.like(find(name), { type: 'data', flags: '' });
    for (const name of ['config', 'crash']) t.like(find(name), { type: 'data', flags: 'encrypted' });
    t.like(find('mod_0'), { type: '0x40', subtype: '0x01', size: find('mod_1').size });
    t.false(rows.some(({ subtype }) => subtype === 'factory'));
  });

  test(`what makes a board itself lies in the table for ${flash} where the smallest has it`, t => {
    for (const name of ['otadata', 'nvs_key', 'phy_init', 'nvs', 'journal']) {
      t.deepEqual(chipPartition(name, flash), chipPartition(name), name);
    }
    t.is(chipPartition('ota_0', flash).offset, chipPartition('ota_0').offset);
    // In NVS a page of 4,096 bytes has 126 entries and one page stays empty; a blob of 256 bytes takes 10 entries.
    const blobs = (IDENTITY_BYTES + COUNTER_BYTES) / 256;
    t.true(blobs * 10 + 100 <= (chipPartition('nvs', flash).size / 4096 - 1) * 126);
    t.is(chipPartition('nvs', flash).size, NVS_BYTES_MIN);
  });
}

test('simulated boards have the partitions of a chip under the same names in the same sizes', t => {
  t.is(partitionTable.identity.size, IDENTITY_BYTES);
  t.is(partitionTable.counter.size, COUNTER_BYTES);
  t.is(partitionTable.journal.size, chipPartition('journal').size);
  t.is(partitionTable.app.size, chipPartition('app_store').size);
  t.true(Math.max(JOURNAL_BYTES, APP_BYTES) <= INDEXED_BYTES_MAX);
  t.true(partitionTable.slotA.size <= chipPartition('ota_0').size);
  t.is(partitionTable.appA.size, chipPartition('mod_0').size);
  for (const file of ['engine/posix/flash.c', 'rv32/host/flash.c']) {
    const text = readFileSync(join(root, 'host-sim', file), 'utf8');
    const found = [...text.matchAll(/\{"(\w+)", (\d+) \* 1024,/g)].map(([, name, kib]) => [
      name,
      Number(kib) * 1024,
    ]);
    const wanted = Object.entries(partitionTable).map(([name, { size }]) => [name, size]);
    t.deepEqual(Object.fromEntries(found), Object.fromEntries(wanted), file);
  }
});

test('the settings hold what the firmware relies on, in a form that mcconfig takes over', t => {
  for (const file of ['sdkconfig.defaults', 'sdkconfig.secure']) {
    for (const line of read('sdkconfig', file).split('\n')) {
      t.regex(line, /^(|#.*|CONFIG_[A-Z0-9_]+=\S+)$/, file);
      t.notRegex(line, /is not set$/, 'mcconfig ignores it');
    }
  }
  t.like(Object.fromEntries(settings('sdkconfig.defaults')), {
    CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE: 'y',
    CONFIG_BOOTLOADER_SKIP_VALIDATE_ALWAYS: 'n',
    CONFIG_BOOTLOADER_WDT_ENABLE: 'y',
    CONFIG_ESP_TASK_WDT_EN: 'y',
    CONFIG_ESP_TASK_WDT_PANIC: 'y',
    CONFIG_ESP_INT_WDT: 'y',
    CONFIG_ESP_COREDUMP_ENABLE_TO_UART: 'n',
    CONFIG_LWIP_DHCPS: 'n',
  });
  t.like(Object.fromEntries(settings('sdkconfig.secure')), {
    CONFIG_SECURE_BOOT: 'y',
    CONFIG_SECURE_BOOT_V2_ENABLED: 'y',
    CONFIG_SECURE_FLASH_ENC_ENABLED: 'y',
    CONFIG_SECURE_FLASH_ENCRYPTION_MODE_RELEASE: 'y',
    // An image's header lies behind its application.
    CONFIG_SECURE_FLASH_ENCRYPT_ONLY_IMAGE_LEN_IN_APP_PART: 'n',
    CONFIG_NVS_ENCRYPTION: 'y',
  });
  t.false(/PASSWORD|KEYFILE|_KEY=/i.test(read('sdkconfig', 'sdkconfig.secure')));
});

test('a function that ESP-IDF has not ends the compile of our C for a chip, and not its link', t => {
  const files = nativeRooms.flatMap(({ manifest, room }) =>
    (manifest.ffi.sources as string[]).map(source => join(room, source)),
  );
  for (const source of files) {
    const text = read(source);
    const strict = text.indexOf('#pragma GCC diagnostic error "-Wimplicit-function-declaration"');
    // The headers of the SDK and ESP-IDF are theirs; all that is ours stands behind them.
    t.true(strict > text.lastIndexOf('#include'), source);
    t.true(text.slice(0, strict).search(/^\w[^;]*\) \{/m) === -1, source);
  }
});

test('nothing listens: of the SDK’s listener there is the name of one function, for which its TCP asks', t => {
  const named = Object.values(manifest.modules as Record<string, string | string[]>).flat();
  t.deepEqual(
    named.filter(path => /listener/i.test(path)),
    ['$(HOLDFAST_BUILD)/names/listenerDeclaration'],
  );
  const made = mkdtempSync(join(tmpdir(), 'holdfast-names-'));
  t.teardown(() => rmSync(made, { recursive: true }));
  writeNames(made);
  const text = readFileSync(join(made, 'names', 'listenerDeclaration.js'), 'utf8');
  t.regex(text, /Native\('xs_listener_destructor_'\)/);
  t.notRegex(text, /constructor|export/);
});

test('a target of the SDK adds no lamp, and no arena smaller than what the engine begins with', t => {
  // Its C3 has 94,208 bytes, of which the engine asks for twice as many and then restarts without end.
  t.is(manifest.creation.static, 0);
  const left: string[] = manifest.platforms['esp32/*'].modules['~'];
  t.true(left.includes('$(BUILD)/devices/esp32/targets/$(ESP32_SUBCLASS)/setup-target'));
  // The SDK takes the most specific platform alone: what both need stands in both.
  t.deepEqual(manifest.platforms['esp32/*'].dependency, manifest.platforms.esp32.dependency);
});

/** The folders of the SDK that the typings here are written after; its `mc/…` is generated. */
const sdkFiles: Readonly<Record<string, string | string[]>> = {
  timer: 'modules/base/timer/timer.js',
  modules: 'modules/base/modules/modules.js',
  net: 'modules/network/net/net.js',
  Resource: 'modules/files/resource/Resource.js',
  'embedded:io/analog': 'modules/io/analog/esp32/_analog.js',
  'embedded:io/digital': ['modules/io/digital/digital.js', 'modules/io/digital/digitalbank.js'],
  'embedded:io/i2c': 'modules/io/i2c/_i2c.js',
  'embedded:io/pwm': 'modules/io/pwm/esp32/_pwm.js',
  'embedded:io/serial': 'modules/io/serial/esp32/serial.js',
  'embedded:io/spi': 'modules/io/spi/spi.js',
  'embedded:io/socket/tcp': 'modules/io/socket/lwip/tcp.js',
  'embedded:network/interface/wifi': 'modules/io/wifi/esp32/wifi-esp32.js',
  'embedded:storage/flash': 'modules/io/flash/esp32/flash-esp32.js',
  'embedded:storage/key-value': 'modules/io/storage/esp32/storage-esp32.js',
};

/** Module → names of the methods and properties that the typings here promise of what it makes. */
function declaredMembers(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const name of readdirSync(join(folder, 'typings'))) {
    const file = ts.createSourceFile(name, read('typings', name), ts.ScriptTarget.Latest, true);
    ts.forEachChild(file, module => {
      if (!ts.isModuleDeclaration(module) || !module.body) return;
      const members: string[] = [];
      const visit = (node: ts.Node): void => {
        const options = ts.isInterfaceDeclaration(node) && /Options|TimerId/.test(node.name.text);
        if (options || ts.isParameter(node)) return;
        const member = ts.isMethodSignature(node) || ts.isMethodDeclaration(node);
        if (member || ts.isPropertySignature(node) || ts.isPropertyDeclaration(node))
          members.push(node.name.getText());
        // What a method gives back is C's affair.
        if (!member) ts.forEachChild(node, visit);
      };
      visit(module.body);
      found.set(module.name.text, members);
    });
  }
  return found;
}

const sdk = process.env.MODDABLE;

test('the typings promise nothing that the SDK’s own sources lack', t => {
  const members = declaredMembers();
  t.deepEqual(
    [...members.keys()].filter(name => !(name in sdkFiles)),
    // Made by the SDK's tools, and by the manifest of the project.
    ['mc/config', 'mc/ffi', 'project/app'],
  );
  t.true([...members.values()].flat().length > 25);
  // The SDK is in no registry: without it this looks no further.
  if (!sdk) return void t.log('NOT COMPARED with the SDK: MODDABLE is not set');
  for (const [name, path] of Object.entries(sdkFiles)) {
    const text = [path]
      .flat()
      .map(file => readFileSync(join(sdk, file), 'utf8'))
      .join('\n');
    for (const member of members.get(name)!) {
      const written = new RegExp(`\\b${member}\\s*\\(|\\bget ${member}\\b|\\.${member} =`);
      t.true(written.test(text), `${name}: ${member}`);
    }
  }
});
