import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import test from 'ava';
import fc from 'fast-check';
import { IMAGE_BYTES_MAX } from '../../../firmware/store/imageHeader.js';
import { parseRange } from '../../../host-sim/images/range.js';
import { type ImageServer, type Progress, startImageServer } from '../../../host-sim/images/server.js';
import { sectorsOf } from '../../../host-sim/node/sectors.js';

async function serve(t: { teardown(run: () => Promise<void>): void }, progress?: Progress[]) {
  const server = await startImageServer({ onProgress: seen => progress?.push(seen) });
  t.teardown(server.close);
  const image = randomBytes(10_000);
  return { server, image, url: `${server.url}/images/${server.put(image)}` };
}
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());

test('an image is found under its SHA-256, whole and unchanged', async t => {
  const { image, url } = await serve(t);
  const response = await fetch(url);
  t.is(response.status, 200);
  t.is(response.headers.get('accept-ranges'), 'bytes');
  t.deepEqual(await bytesOf(response), image);
  t.true(url.endsWith(createHash('sha256').update(image).digest('hex')));
});

test('beside an image lie the list of its sectors and the head of its manifest, each under its hash', async t => {
  const server = await startImageServer();
  t.teardown(server.close);
  const image = randomBytes(10_000);
  const head = randomBytes(144);
  server.put(image, head);
  const { list, root } = sectorsOf(image);
  t.is(list.length, 3 * 32);
  t.deepEqual(await bytesOf(await fetch(`${server.url}/sectors/${hexOf(root)}`)), Buffer.from(list));
  const name = createHash('sha256').update(head).digest('hex');
  t.deepEqual(await bytesOf(await fetch(`${server.url}/manifests/${name}`)), head);
  t.is((await fetch(`${server.url}/images/${name}`)).status, 404);
  t.is((await fetch(`${server.url}/manifests/${hexOf(root)}`)).status, 404);
});

const hexOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

test('what was put does not change with the buffer that it came from', async t => {
  const { server } = await serve(t);
  const image = new Uint8Array(100).fill(1);
  const sha256 = server.put(image);
  image.fill(2);
  t.deepEqual(await bytesOf(await fetch(`${server.url}/images/${sha256}`)), Buffer.alloc(100, 1));
});

test('ranges give the bytes of the image at that place', async t => {
  const { image, url } = await serve(t);
  for (const [range, from, to] of [
    ['bytes=0-0', 0, 1],
    ['bytes=100-199', 100, 200],
    ['bytes=9000-', 9000, 10_000],
    ['bytes=9999-20000', 9999, 10_000],
    ['bytes=-10', 9990, 10_000],
    ['bytes=-20000', 0, 10_000],
  ] as [string, number, number][]) {
    const response = await fetch(url, { headers: { range } });
    t.is(response.status, 206, range);
    t.is(response.headers.get('content-range'), `bytes ${from}-${to - 1}/10000`);
    t.deepEqual(await bytesOf(response), image.subarray(from, to));
  }
});

test('a range outside the image is 416, and one that makes no sense is ignored', async t => {
  const { image, url } = await serve(t);
  for (const range of ['bytes=10000-', 'bytes=-0']) {
    const response = await fetch(url, { headers: { range } });
    t.is(response.status, 416, range);
    t.is(response.headers.get('content-range'), 'bytes */10000');
    await response.arrayBuffer();
  }
  for (const range of ['bytes=-', 'bytes=5-2', 'bytes=1-2,4-5', 'apples=1-2', `bytes=${'9'.repeat(40)}-`]) {
    const response = await fetch(url, { headers: { range } });
    t.is(response.status, 200, range);
    t.deepEqual(await bytesOf(response), image);
  }
});

test('a range that is satisfied lies within the image, whatever was asked', t => {
  fc.assert(
    fc.property(fc.nat(20), fc.option(fc.nat(25)), fc.option(fc.nat(25)), (size, first, last) => {
      const range = parseRange(`bytes=${first ?? ''}-${last ?? ''}`, size);
      if (range === undefined || range === 'unsatisfiable') return;
      t.true(range.from >= 0 && range.from < range.to && range.to <= size);
      if (first !== null) t.is(range.from, first);
    }),
  );
});

test('HEAD tells the size and sends nothing', async t => {
  const progress: Progress[] = [];
  const { url } = await serve(t, progress);
  const response = await fetch(url, { method: 'HEAD' });
  t.is(response.headers.get('content-length'), '10000');
  t.is((await bytesOf(response)).length, 0);
  t.deepEqual(progress, []);
});

test('what is not there, removed, or asked with another method is refused', async t => {
  const { server, url } = await serve(t);
  for (const path of [
    '/',
    '/images/',
    `/images/${'0'.repeat(64)}`,
    '/images/../../etc/passwd',
    '/images/%00',
  ]) {
    t.is((await fetch(server.url + path)).status, 404, path);
  }
  t.is((await fetch(url, { method: 'POST', body: 'x' })).status, 405);
  t.is((await fetch(url)).status, 200);
  server.remove(url.slice(-64));
  t.is((await fetch(url)).status, 404);
  t.throws(() => server.put(new Uint8Array(IMAGE_BYTES_MAX + 1)), { instanceOf: RangeError });
});

test('progress tells how far each answer went', async t => {
  const progress: Progress[] = [];
  const { url } = await serve(t, progress);
  await (await fetch(url, { headers: { range: 'bytes=100-199' } })).arrayBuffer();
  await (await fetch(url, { headers: { range: 'bytes=200-' } })).arrayBuffer();
  const sha256 = url.slice(-64);
  t.deepEqual(progress, [
    { sha256, from: 100, to: 200, size: 10_000 },
    { sha256, from: 200, to: 10_000, size: 10_000 },
  ]);
});

test('closing frees the port even while a client holds a connection', async t => {
  const server: ImageServer = await startImageServer();
  const port = Number(new URL(server.url).port);
  const socket = connect(port, '127.0.0.1');
  const ended = new Promise(resolve => socket.on('close', resolve).on('error', () => {}));
  await new Promise(resolve => socket.once('connect', resolve));
  await server.close();
  await server.close();
  await ended;
  const again = await startImageServer({ port });
  await again.close();
  t.pass();
});

test('a taken port is one line that names the remedy', async t => {
  const { server } = await serve(t);
  const { message } = await t.throwsAsync(startImageServer({ port: Number(new URL(server.url).port) }));
  t.regex(message, /^no image server to start: port \d+ is taken .*--images URL/);
});
