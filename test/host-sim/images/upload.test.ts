/** Uploads to the image server: by hash, bounded, and only where they were asked for. */
import { createHash, randomBytes } from 'node:crypto';
import test from 'ava';
import { MANIFEST_BYTES_MAX } from '../../../firmware/update/manifest.js';
import { startImageServer } from '../../../host-sim/images/server.js';
import { sectorsOf } from '../../../host-sim/node/sectors.js';

const nameOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const put = async (url: string, body: Uint8Array) =>
  (await fetch(url, { method: 'PUT', body: Uint8Array.from(body) }).catch(() => ({ status: 'cut off' })))
    .status;

test('an image under its own hash is taken and served, with the list of its sectors', async t => {
  const server = await startImageServer({ uploads: true });
  t.teardown(server.close);
  const image = randomBytes(10_000);
  t.is(await put(`${server.url}/images/${nameOf(image)}`, image), 201);
  const served = await fetch(`${server.url}/images/${nameOf(image)}`);
  t.deepEqual(Buffer.from(await served.arrayBuffer()), image);
  const { root } = sectorsOf(image);
  t.is((await fetch(`${server.url}/sectors/${Buffer.from(root).toString('hex')}`)).status, 200);
});

test('what has another hash, another folder, or is too long is refused and not there; its twin is taken', async t => {
  const server = await startImageServer({ uploads: true });
  t.teardown(server.close);
  const bytes = randomBytes(100);
  const name = nameOf(bytes);
  t.is(await put(`${server.url}/images/${name}`, randomBytes(100)), 400);
  t.is(await put(`${server.url}/sectors/${name}`, bytes), 404);
  t.is(await put(`${server.url}/images/../${name}`, bytes), 404);
  const long = randomBytes(MANIFEST_BYTES_MAX + 1);
  t.not(await put(`${server.url}/manifests/${nameOf(long)}`, long), 201);
  t.is((await fetch(`${server.url}/manifests/${nameOf(long)}`)).status, 404);
  t.is((await fetch(`${server.url}/images/${name}`)).status, 404);
  for (const folder of ['images', 'manifests', 'documents', 'deltas'])
    t.is(await put(`${server.url}/${folder}/${name}`, bytes), 201);
});

test('a server that was not told to takes nothing', async t => {
  const server = await startImageServer();
  t.teardown(server.close);
  const bytes = randomBytes(100);
  t.is(await put(`${server.url}/images/${nameOf(bytes)}`, bytes), 405);
});
