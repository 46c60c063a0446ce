import { createHash } from 'node:crypto';
import test from 'ava';
import { keccak256 } from 'viem';
import { checkImage, headerLength } from '../../../firmware/store/imageHeader.js';
import { buildImage, type Manifest } from '../../../host-sim/image/build.js';

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
  const manifest = JSON.parse(built.manifest) as Manifest;
  t.like(manifest, { name: 'greeter', version: 7, hardware, size: bytes.length });
  t.is(manifest.sha256, `0x${Buffer.from(built.sha256).toString('hex')}`);
  t.regex(manifest.compilers.esbuild, /^\d+\./);
  t.deepEqual(`0x${Buffer.from(built.manifestHash).toString('hex')}`, keccak256(Buffer.from(built.manifest)));
});

test('the same source gives the same bytes, and other source other ones', async t => {
  const one = await buildImage(options);
  const two = await buildImage(options);
  t.deepEqual(two, one);
  const other = await buildImage({ ...options, source: source.replace('1, 2', '1, 3') });
  t.notDeepEqual(other.sha256, one.sha256);
  t.not((JSON.parse(other.manifest) as Manifest).source, (JSON.parse(one.manifest) as Manifest).source);
  const newer = await buildImage({ ...options, version: 8 });
  t.is((JSON.parse(newer.manifest) as Manifest).source, (JSON.parse(one.manifest) as Manifest).source);
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
