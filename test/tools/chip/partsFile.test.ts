/** The parts of a chip's application lie beside it, are those of this application alone, and become its list. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { inputsOf } from '../../../host-sim/image/inputs.js';
import { sbomOf } from '../../../host-sim/image/sbom.js';
import { readParts, writeParts } from '../../../tools/chip/partsFile.js';
import { compilerOf } from '../../../tools/moddable/parts.js';

test('the list names SDK, system and compiler beside the packages, and parts of another application are not taken', t => {
  const folder = mkdtempSync(join(tmpdir(), 'parts-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const application = Uint8Array.of(0xe9, 1, 2, 3);
  t.is(readParts(folder, application), undefined);
  const files = ['firmware/bytes/hex.ts', join('node_modules', 'secp256k1', 'package.json')];
  const made = {
    inputs: inputsOf(files, undefined, undefined),
    foreign: [{ name: 'esp-idf', version: 'v6.0', purl: 'pkg:github/espressif/esp-idf@v6.0' }],
    compilers: { gcc: compilerOf(Buffer.from('\0GCC: (name) 12.2.0\0')) },
  };
  writeParts(folder, application, made);
  const parts = readParts(folder, application);
  t.deepEqual(parts, made);
  const image = { name: 'chip image', version: 3, sha256: 'ab'.repeat(32) };
  const list = JSON.parse(sbomOf(image, parts!.inputs, parts!.compilers, parts!.foreign));
  const names = list.components.map(({ name }: { name: string }) => name);
  t.deepEqual(names, ['holdfast', 'secp256k1', 'esp-idf']);
  t.like(list.metadata.tools.components[1], { name: 'gcc', version: '(name) 12.2.0' });
  t.true(list.dependencies[0].dependsOn.includes(made.foreign[0].purl));
  t.is(readParts(folder, application.subarray(1)), undefined);
});
