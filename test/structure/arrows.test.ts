import * as fs from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { complaint, folders, importsOf, rooms } from './arrows.js';
import { isCode, readSources, root } from './sources.js';

const manifest = JSON.parse(fs.readFileSync(join(root, 'package.json'), 'utf8'));
const shipped = new Set(Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }));

const ours = (path: string) => isCode(path) && path.split('/')[0] in folders;

test('every import follows the arrows of the design', t => {
  const sources = readSources(ours);
  const wrong: string[] = [];
  let count = 0;
  for (const [path, text] of sources) {
    for (const { specifier, line } of importsOf(path, text)) {
      count++;
      // Outside the firmware a computed import is how a built bundle is loaded.
      if (specifier === undefined && !path.startsWith('firmware/')) continue;
      const reason = specifier === undefined ? 'not a literal' : complaint(path, specifier, shipped);
      if (reason) wrong.push(`${path}:${line} imports ${specifier}: ${reason}`);
    }
  }
  t.log(`${count} imports in ${sources.size} files`);
  t.true(count > 100);
  t.deepEqual(wrong, []);
});

test('every folder of firmware/ is a room in the table', t => {
  const found = new Set(
    [...readSources(path => path.startsWith('firmware/') && isCode(path)).keys()].map(
      path => path.split('/')[1],
    ),
  );
  t.deepEqual(
    [...found].filter(room => !(room in rooms)),
    [],
  );
});

test('the table has no circle, so there is a bottom', t => {
  const state = new Map<string, 'open' | 'done'>();
  const visit = (room: string, way: string[]): void => {
    if (state.get(room) === 'done') return;
    if (state.get(room) === 'open') t.fail(`${[...way, room].join(' → ')}`);
    state.set(room, 'open');
    for (const next of rooms[room].rooms) visit(next, [...way, room]);
    state.set(room, 'done');
  };
  for (const room of Object.keys(rooms)) visit(room, []);
  t.pass();
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
  ['firmware/device/a.ts', '../../contracts/addresses.js', false],
  ['host-sim/chain/a.ts', '../../contracts/addresses.js', true],
  ['contracts/build/a.ts', '../../host-sim/chain/anvil.js', false],
  ['contracts/build/a.ts', '../../tools/cli.js', false],
  ['tools/cli.ts', '../contracts/addresses.js', true],
  ['tools/cli.ts', '../test/structure/sources.js', false],
  ['host-sim/board/a.ts', '../../tools/cli.js', false],
  ['test/a.test.ts', '../tools/cli.js', true],
  ['host-sim/board/a.ts', '../../../elsewhere/a.js', false],
  ['host-sim/broker/a.ts', 'aedes', true],
  ['host-sim/broker/a.ts', 'fast-check', false],
  ['test/a.test.ts', 'fast-check', true],
];

for (const [path, specifier, allowed] of edges) {
  test(`${path} ${allowed ? 'may' : 'may not'} import ${specifier}`, t => {
    t.is(complaint(path, specifier, shipped) === undefined, allowed);
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
