import { createHash } from 'node:crypto';
import test from 'ava';
import { checkImage, headerLength } from '../../../firmware/store/imageHeader.js';
import { parseManifest } from '../../../firmware/update/manifest.js';
import { buildImage } from '../../../host-sim/image/build.js';
import type { ManifestDocument } from '../../../host-sim/node/manifest.js';
import { sectorsOf } from '../../../host-sim/node/sectors.js';

const hardware = `0x${'ab'.repeat(32)}`;
const source = `
  import type { Ports } from './firmware/port/ports.js';
  import { toHex } from './firmware/bytes/hex.js';
  export function start(ports: Ports): void { ports.console.log(toHex(Uint8Array.of(1, 2))); }`;
const options = { name: 'greeter', version: 7, hardware, source };

test('an image is whole, says what was asked, and its hashes are those of its bytes', async t => {
  const built = await buildImage(options);
  const { bytes } = built;
  const header = checkImage((offset, length) => bytes.slice(offset, offset + length), bytes.length);
  if (header.verdict !== 'accepted') return t.fail(header.evidence);
  t.is(header.value.version, 7);
  t.is(header.value.length, built.size);
  t.deepEqual(Buffer.from(built.sha256), createHash('sha256').update(bytes).digest());
  const manifest = JSON.parse(built.manifest.document) as ManifestDocument;
  t.like(manifest, { name: 'greeter', version: 7, hardware, size: bytes.length });
  t.is(manifest.sha256, `0x${Buffer.from(built.sha256).toString('hex')}`);
  t.regex(manifest.compilers!.esbuild, /^\d+\./);
});

const sha256 = (bytes: Uint8Array | string) => new Uint8Array(createHash('sha256').update(bytes).digest());

test('the manifest’s head says what a board needs, its hashes lead to the document, and its own is published', async t => {
  const { bytes, manifest } = await buildImage(options);
  const head = parseManifest(manifest.head);
  t.deepEqual(head.verdict === 'accepted' && head.value, {
    fields: [],
    version: 7,
    size: bytes.length,
    imageSha256: sha256(bytes),
    sectorRoot: sectorsOf(bytes).root,
    hardware: new Uint8Array(32).fill(0xab),
    documentSha256: sha256(manifest.document),
  });
  t.deepEqual(manifest.hash, sha256(manifest.head));
});

test('the same source gives the same bytes, and other source other ones', async t => {
  const one = await buildImage(options);
  const two = await buildImage(options);
  t.deepEqual(two, one);
  const other = await buildImage({ ...options, source: source.replace('1, 2', '1, 3') });
  t.notDeepEqual(other.sha256, one.sha256);
  t.not(
    (JSON.parse(other.manifest.document) as ManifestDocument).source,
    (JSON.parse(one.manifest.document) as ManifestDocument).source,
  );
  const newer = await buildImage({ ...options, version: 8 });
  t.is(
    (JSON.parse(newer.manifest.document) as ManifestDocument).source,
    (JSON.parse(one.manifest.document) as ManifestDocument).source,
  );
  t.deepEqual(newer.bytes.slice(headerLength), one.bytes.slice(headerLength));
});

test('what no board can run is refused when it is built', async t => {
  await t.throwsAsync(buildImage({ ...options, source: `import 'node:fs'; export const start = 1;` }), {
    message: /node:fs/,
  });
  await t.throwsAsync(
    buildImage({ ...options, source: 'export const start = () => import(globalThis.x);' }),
    {
      message: /closed bundle/,
    },
  );
  await t.throwsAsync(buildImage({ ...options, hardware: '0x12' }), { message: /hardware/ });
  await t.throwsAsync(buildImage({ ...options, version: 0 }), { message: /version/ });
  await t.notThrowsAsync(buildImage(options));
});
