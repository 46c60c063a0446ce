import { randomBytes } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import * as attack from '../../../host-sim/attack/imageMutations.js';
import { imageProxy } from '../../../host-sim/attack/imageProxy.js';
import { startImageServer } from '../../../host-sim/images/server.js';
import { sectorsOf } from '../../../host-sim/node/sectors.js';

async function stage(t: ExecutionContext) {
  const server = await startImageServer();
  t.teardown(server.close);
  const image = randomBytes(50_000);
  const sha256 = server.put(image);
  const proxy = await imageProxy({ upstream: server.url });
  t.teardown(proxy.close);
  const url = `${proxy.url}/images/${sha256}`;
  const get = async (range?: string) => {
    const response = await fetch(url, range === undefined ? {} : { headers: { range } });
    return {
      status: response.status,
      headers: response.headers,
      bytes: Buffer.from(await response.arrayBuffer()),
    };
  };
  return { image, proxy, get, url };
}

test('without a mutation the proxy serves what the real server does, ranges and refusals included', async t => {
  const { image, proxy, get } = await stage(t);
  t.deepEqual((await get()).bytes, image);
  const part = await get('bytes=10-19');
  t.is(part.status, 206);
  t.is(part.headers.get('content-range'), 'bytes 10-19/50000');
  t.deepEqual(part.bytes, image.subarray(10, 20));
  t.is((await fetch(`${proxy.url}/images/${'0'.repeat(64)}`)).status, 404);
  t.is((await fetch(`${proxy.url}/other`)).status, 404);
  t.deepEqual(
    proxy.requests.slice(0, 2).map(({ range }) => range),
    [undefined, 'bytes=10-19'],
  );
});

test('a changed byte is changed in the whole and in the range that holds it, and nowhere else', async t => {
  const { image, proxy, get } = await stage(t);
  proxy.setMutation(attack.changedByte(1000));
  const expected = Buffer.from(image);
  expected[1000] ^= 1;
  t.deepEqual((await get()).bytes, expected);
  t.deepEqual((await get('bytes=990-1009')).bytes, expected.subarray(990, 1010));
  t.deepEqual((await get('bytes=2000-2999')).bytes, image.subarray(2000, 3000));
  proxy.setMutation(undefined);
  t.deepEqual((await get()).bytes, image);
});

test('a longer and a shorter image are announced as such', async t => {
  const { image, proxy, get } = await stage(t);
  proxy.setMutation(attack.longerImage(1024));
  const longer = await get();
  t.is(longer.headers.get('content-length'), '51024');
  t.deepEqual(longer.bytes.subarray(0, 50_000), image);
  t.is((await get('bytes=49000-')).headers.get('content-range'), 'bytes 49000-51023/51024');
  proxy.setMutation(attack.shorterImage(1));
  t.deepEqual((await get()).bytes, image.subarray(0, -1));
});

test('a slow image is true and whole', async t => {
  const { image, proxy, get } = await stage(t);
  proxy.setMutation(attack.slowDrip(20_000, 5));
  t.deepEqual((await get()).bytes, image);
  t.deepEqual((await get('bytes=100-')).bytes, image.subarray(100));
});

test('a cut answer breaks off after the bytes that were allowed', async t => {
  const { image, proxy, url } = await stage(t);
  proxy.setMutation(attack.cutAfter(1234));
  const response = await fetch(url);
  t.is(response.headers.get('content-length'), '50000');
  const seen: Buffer[] = [];
  await t.throwsAsync(
    (async () => {
      for await (const piece of response.body!) seen.push(Buffer.from(piece));
    })(),
    { any: true },
  );
  t.deepEqual(Buffer.concat(seen), image.subarray(0, 1234));
});

test('an endless image goes on for as long as somebody reads', async t => {
  const { image, proxy, url } = await stage(t);
  proxy.setMutation(attack.endlessImage());
  const abort = new AbortController();
  const response = await fetch(url, { signal: abort.signal });
  t.is(response.headers.get('content-length'), null);
  let length = 0;
  await t.throwsAsync(
    (async () => {
      for await (const piece of response.body!) {
        length += piece.length;
        if (length > 10 * image.length) abort.abort();
      }
    })(),
    { any: true },
  );
  t.true(length > 10 * image.length);
});

test('a wrong range is another place, admitted or not; an ignored one the whole', async t => {
  const { image, proxy, get } = await stage(t);
  proxy.setMutation(attack.wrongRange(7));
  const claimed = await get('bytes=100-199');
  t.is(claimed.headers.get('content-range'), 'bytes 100-199/50000');
  t.deepEqual(claimed.bytes, image.subarray(107, 207));
  proxy.setMutation(attack.wrongRange(7, true));
  t.is((await get('bytes=100-199')).headers.get('content-range'), 'bytes 107-206/50000');
  proxy.setMutation(attack.ignoredRange());
  const whole = await get('bytes=100-199');
  t.is(whole.status, 200);
  t.deepEqual(whole.bytes, image);
  proxy.setMutation(attack.refused(503));
  t.is((await get()).status, 503);
});

test('a mutation is for one folder: images are changed and manifests are not, and the other way round', async t => {
  const { get, image, proxy } = await stage(t);
  const { list, root } = sectorsOf(image);
  const sectors = async () =>
    Buffer.from(
      await (await fetch(`${proxy.url}/sectors/${Buffer.from(root).toString('hex')}`)).arrayBuffer(),
    );
  proxy.setMutation(attack.changedByte(0));
  t.notDeepEqual((await get()).bytes, image);
  t.deepEqual(await sectors(), Buffer.from(list));
  proxy.setMutation(undefined);
  proxy.setMutation(attack.changedByte(0), 'sectors');
  t.deepEqual((await get()).bytes, image);
  t.notDeepEqual(await sectors(), Buffer.from(list));
});
