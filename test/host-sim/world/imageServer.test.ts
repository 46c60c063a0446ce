import { createHash } from 'node:crypto';
import test from 'ava';
import { ImageFiles, type ImageLie, serveImages } from '../../../host-sim/world/imageServer.js';
import { VirtualNetwork } from '../../../host-sim/world/network.js';
import { seededChance } from '../../../host-sim/world/seed.js';
import { VirtualTime } from '../../../host-sim/world/time.js';

const image = Uint8Array.from({ length: 20_000 }, (_, i) => i % 251);
const other = image.map(byte => byte ^ 1);
const path = `/images/${createHash('sha256').update(image).digest('hex')}`;

/** The answer that a raw client gets within two minutes. */
async function get(lie: ImageLie | undefined, headers = '') {
  const time = new VirtualTime();
  const network = new VirtualNetwork(time, seededChance(1, 'network'));
  const files = new ImageFiles();
  files.put(image, Uint8Array.of(1), other);
  serveImages({ time, network, name: 'images:80', files, lie: () => lie });
  let text = '';
  let isClosed = false;
  const socket = network.portOf('client').connect({
    ...{ host: 'images', port: 80, onWritable: () => {} },
    onReadable: () => {
      text += Buffer.from(socket.read()!).toString('latin1');
    },
    onClosed: () => {
      isClosed = true;
    },
  });
  time.after(500, () => socket.write(Buffer.from(`GET ${path} HTTP/1.1\r\nhost: x\r\n${headers}\r\n`)));
  await time.run(119_000);
  const [head, ...rest] = text.split('\r\n\r\n');
  return { head, body: Uint8Array.from(Buffer.from(rest.join('\r\n\r\n'), 'latin1')), isClosed };
}

test('an image comes whole, or the range of it that was asked for', async t => {
  const whole = await get(undefined);
  t.regex(whole.head, /^HTTP\/1\.1 200 /);
  t.deepEqual(whole.body, image);
  const part = await get(undefined, 'range: bytes=15000-\r\n');
  t.regex(part.head, /^HTTP\/1\.1 206 .*content-range: bytes 15000-19999\/20000/s);
  t.deepEqual(part.body, image.subarray(15_000));
});

test('each lie is told as it is named', async t => {
  t.deepEqual((await get('another')).body, other);
  const flipped = (await get('flipped')).body;
  t.is(flipped.filter((byte, i) => byte !== image[i]).length, 1);
  t.is((await get('longer')).body.length, image.length + 4);
  const short = await get('short');
  t.is(short.body.length, image.length / 2);
  t.true(short.isClosed);
  t.regex((await get('absent')).head, / 404 /);
  t.is((await get('silent')).head, '');
  t.is((await get('drip')).body.length, 2 * 8192);
});
