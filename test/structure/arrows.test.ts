import test from 'ava';
import { complaint, importsOf, readArrows, upward } from './arrows.js';
import { shippedPackages, upwardImports } from './imports.js';
import { quoted, tableWith } from './readmeTable.js';
import { isCode, listFiles } from './sources.js';

const arrows = readArrows();
const shipped = shippedPackages();

test('every import follows the arrows of the READMEs', t => {
  const { wrong, count } = upwardImports();
  t.log(`${count} imports`);
  t.true(count > 1000);
  t.deepEqual(wrong, []);
});

/** Rooms that exist below a folder. */
const roomsIn = (folder: string): string[] => [
  ...new Set(
    listFiles()
      .filter(path => path.startsWith(`${folder}/`) && isCode(path) && path.split('/').length > 2)
      .map(path => path.split('/')[1]),
  ),
];

for (const [folder, table] of [
  ['firmware', arrows.firmware],
  ['host-sim', arrows.hostSim],
  ['tools', arrows.tools],
] as const) {
  test(`the table of ${folder}/README.md has every room of ${folder}/, and no other`, t => {
    t.deepEqual(table.map(({ name }) => name).sort(), roomsIn(folder).sort());
  });
}

for (const [name, table] of [
  ['README.md', arrows.folders.filter(({ name }) => !name.includes('/'))],
  ['firmware/README.md', arrows.firmware],
  ['host-sim/README.md', arrows.hostSim],
] as const) {
  test(`the table of ${name} leads one way, so there is a bottom`, t => {
    t.true(table.length > 4);
    t.deepEqual(upward(table), []);
  });
}

test('the map has every folder that has code, and tools/ names only rooms of host-sim/', t => {
  const folders = new Set(listFiles().filter(path => isCode(path) && path.includes('/')));
  const found = new Set([...folders].map(path => path.split('/')[0]));
  const named = arrows.folders.map(({ name }) => name).filter(name => !name.includes('/'));
  t.deepEqual(named.sort(), [...found].sort());
  const known = new Set(arrows.hostSim.map(({ name }) => name));
  t.deepEqual(
    arrows.tools.flatMap(({ knows }) => knows).filter(name => !known.has(name)),
    [],
  );
});

test('a table that leads back up is found, and its twin is not', t => {
  const place = (name: string, ...knows: string[]) => ({ name, knows, packages: [] });
  t.deepEqual(upward([place('a', 'b'), place('b', 'a')]), ['b → a']);
  t.deepEqual(upward([place('a', 'b'), place('b', 'c')]), ['b → c']);
  t.deepEqual(upward([place('a', 'b'), place('b')]), []);
});

test('a table is read by the names of its columns', t => {
  const text = ['| a | b |', '| --- | --- |', '| 1 | 2 |', '', '| room | may import |', '| --- | --- |']
    .concat(['| `x` | `y`, `z` |', '| [`y`](y) | |', 'after'])
    .join('\n');
  const rows = tableWith(['room', 'may import'], text);
  t.deepEqual(
    rows.map(row => [quoted(row.room), quoted(row['may import'])]),
    [
      [['x'], ['y', 'z']],
      [['y'], []],
    ],
  );
  t.throws(() => tableWith(['room', 'nowhere'], text), { message: /room, nowhere/ });
});

const edges: [path: string, specifier: string, allowed: boolean][] = [
  ['firmware/trust/a.ts', '../proof/witness.js', true],
  ['firmware/proof/a.ts', '../trust/level.js', false],
  ['firmware/command/a.ts', '../trust/level.js', true],
  ['firmware/trust/a.ts', '../command/queue.js', false],
  ['firmware/device/a.ts', '../command/queue.js', true],
  ['firmware/update/a.ts', '../device/loop.js', false],
  ['firmware/command/a.ts', '../update/decide.js', false],
  ['firmware/store/a.ts', '../port/flash.js', true],
  ['firmware/port/flash.ts', '../store/journal.js', false],
  ['firmware/port/ports.ts', './flash.js', true],
  ['firmware/bytes/hex.ts', '../proof/verdict.js', false],
  ['firmware/mqtt/packet.ts', 'mqtt-packet', true],
  ['firmware/rpc/client.ts', 'mqtt-packet', false],
  ['firmware/crypto/keccak.ts', '@noble/hashes/sha3.js', true],
  ['firmware/crypto/keccak.ts', '@noble/curves/bls12-381.js', false],
  ['firmware/proof/a.ts', 'node:fs', false],
  ['firmware/proof/a.ts', 'fs', false],
  ['host-sim/board/a.ts', 'node:fs', true],
  ['firmware/proof/a.ts', '../../host-sim/flash/faults.js', false],
  ['host-sim/board/a.ts', '../../firmware/proof/witness.js', true],
  ['host-sim/rv32/a.ts', '../engine/compiler.js', true],
  ['host-sim/rv32/a.ts', '../moddable/spawn.js', false],
  ['host-sim/xs/a.ts', '../engine/compiler.js', true],
  ['host-sim/xs/a.ts', '../rv32/build.js', false],
  ['host-sim/moddable/a.ts', '../node/lines.js', true],
  ['host-sim/moddable/a.ts', '../xs/build.js', false],
  ['host-sim/engine/a.ts', '../xs/build.js', false],
  ['host-sim/node/a.ts', '../chain/chain.js', false],
  ['tools/prover/a.ts', '../../host-sim/node/clock.js', true],
  ['tools/prover/a.ts', '../../host-sim/beacon/beacon.js', false],
  ['tools/demo/a.ts', '../../host-sim/beacon/beacon.js', true],
  ['tools/operator/a.ts', '../../host-sim/broker/broker.js', false],
  ['tools/project.ts', '../host-sim/node/chain/time.js', true],
  ['tools/project.ts', '../host-sim/chain/chain.js', false],
  ['firmware/device/a.ts', '../../contracts/addresses.js', false],
  ['host-sim/chain/a.ts', '../../contracts/addresses.js', true],
  ['contracts/build/a.ts', '../../host-sim/chain/anvil.js', false],
  ['contracts/build/a.ts', '../../tools/cli.js', false],
  ['tools/cli.ts', '../contracts/addresses.js', true],
  ['tools/cli.ts', '../test/structure/sources.js', false],
  ['host-sim/board/a.ts', '../../tools/cli.js', false],
  ['tools/package/examples/a.mjs', 'holdfast/verify', true],
  ['tools/package/examples/a.mjs', '../build.js', false],
  ['tools/package/examples/a.mjs', 'esbuild', false],
  ['tools/package/a.ts', 'holdfast/verify', false],
  ['test/a.test.ts', '../tools/cli.js', true],
  ['host-sim/board/a.ts', '../../../elsewhere/a.js', false],
  ['host-sim/broker/a.ts', 'aedes', true],
  ['host-sim/broker/a.ts', 'fast-check', false],
  ['test/a.test.ts', 'fast-check', true],
];

for (const [path, specifier, allowed] of edges) {
  test(`${path} ${allowed ? 'may' : 'may not'} import ${specifier}`, t => {
    t.is(complaint(path, specifier, shipped, arrows) === undefined, allowed);
  });
}

test('no way to write an import escapes the reader', t => {
  const text = `
    import a from './a.js';
    import type { B } from './b.js';
    export * from './c.js';
    export { d } from './d.js';
    import './e.js';
    const f = await import('./f.js');
    const g = require('./g.js');
    type H = import('./h.js').H;
    import i = require('./i.js');
    const j = await import(\`./j.js\`);
    const k = await import(a);
    // import './no.js';
    const text = "import './no.js'";
  `;
  t.deepEqual(
    importsOf('x.ts', text).map(({ specifier }) => specifier),
    [...'abcdefghij'].map(name => `./${name}.js` as string | undefined).concat(undefined),
  );
});
