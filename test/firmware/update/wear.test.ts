/** Flash wear: an image server makes the board erase nothing but what the approved image needs, whatever it sends. */
import test from 'ava';
import { flipped } from '../../fakes/bytes.js';
import { rangeAnswer } from '../../fakes/memoryNetwork.js';
import { image, offerOf, sectorsOf, wanting } from './release.js';
import { UpdateBoard } from './updateBoard.js';

const BYTES = image(2, 50_000);
const SECTORS = sectorsOf(BYTES).length / 32;

async function board(bytes = BYTES): Promise<UpdateBoard> {
  const one = new UpdateBoard(524_288);
  one.images.set(2, bytes);
  one.offer = offerOf(bytes, 2);
  one.facts = wanting(one.offer);
  one.served = bytes;
  await one.start();
  return one;
}

const erasesOf = ({ memory }: UpdateBoard) =>
  memory.open('slotB').erasures.reduce((sum, count) => sum + count, 0);

const http = (status: string, body: Uint8Array, more = ''): Uint8Array =>
  Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\n${more}\r\n`), body]);

test('an honest download erases each sector of the image once, and nothing else', async t => {
  const one = await board();
  t.is(await one.deliver(), 'accepted, restart update');
  t.is(erasesOf(one), SECTORS);
});

test('a 200 to a range request and one byte less, offered again and again, erases nothing: it was 97 sectors each time', async t => {
  const large = image(2, 400_000);
  const one = await board(large);
  one.answer = () => http('200 OK', large.slice(0, -1));
  for (let i = 0; i < 4; i++) t.is(await one.deliver(), 'rejected image_size');
  t.log(`4 attempts: ${erasesOf(one)} erases, 388 before sectors were checked`);
  t.is(erasesOf(one), 0);
  one.answer = undefined;
  one.clock.advance(60_000);
  t.is(await one.deliver(), 'accepted, restart update');
  t.is(erasesOf(one), sectorsOf(large).length / 32);
});

test('whatever a server sends, however often, the image’s own sectors are erased at most once', async t => {
  const half = BYTES.length / 2;
  const ranged = (bytes: Uint8Array) => (_: Uint8Array, request: string) => rangeAnswer(bytes, request);
  const kinds: [string, NonNullable<UpdateBoard['answer']>, number][] = [
    ['a wrong first byte', ranged(flipped(BYTES, 3)), 0],
    ['a wrong byte in the middle', ranged(flipped(BYTES, 8 * half)), Math.floor(half / 4096)],
    ['a wrong last byte', ranged(flipped(BYTES, 8 * BYTES.length - 1)), SECTORS - 1],
    ['other bytes throughout', ranged(new Uint8Array(BYTES.length)), 0],
    ['the whole without its last byte, unannounced', () => unsized(BYTES.slice(0, -1)), SECTORS - 1],
    ['other bytes without end', () => unsized(new Uint8Array(100_000)), 0],
    ['a 206 of another place', () => another(BYTES), 0],
    ['one byte more', ranged(Buffer.concat([BYTES, Uint8Array.of(0)])), 0],
  ];
  for (const [name, answer, most] of kinds) {
    const one = await board();
    one.answer = answer;
    for (let i = 0; i < 6; i++) {
      one.clock.advance(200_000);
      t.not(await one.deliver(), 'accepted, restart update', name);
    }
    t.is(erasesOf(one), most, name);
    one.answer = undefined;
    one.clock.advance(200_000);
    t.is(await one.deliver(), 'accepted, restart update', `${name}: the honest twin`);
    t.is(erasesOf(one), SECTORS, name);
  }
});

const unsized = (body: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'), chunked(body)]);

const chunked = (body: Uint8Array): Uint8Array =>
  Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n0\r\n\r\n')]);

const another = (bytes: Uint8Array): Uint8Array =>
  http('206 Part', bytes.slice(4096), `Content-Range: bytes 4096-${bytes.length - 1}/${bytes.length}\r\n`);

test('a slot that does not keep what is written costs each server its budget, and then nothing', async t => {
  const one = await board();
  const slot = one.memory.open('slotB');
  const write = slot.write.bind(slot);
  // The flash has worn out: every sector reads back with a bit that was not written.
  slot.write = (offset, bytes) =>
    write(
      offset,
      bytes.map(byte => byte & 0xfe),
    );
  for (let i = 0; i < 7; i++) {
    one.clock.advance(200_000);
    await one.deliver();
  }
  t.true(erasesOf(one) <= SECTORS + 16 + 1, `${erasesOf(one)} erases`);
  t.true(erasesOf(one) > SECTORS);
});

test('a download that was cut is gone on with: its unfinished sectors are written, and the last one before them again', async t => {
  const one = await board();
  one.answer = (bytes, request) => rangeAnswer(bytes, request).slice(0, 30_000);
  let said = '';
  void one.deliver().then(word => {
    said = word;
  });
  while (said === '') {
    await new Promise(resolve => setImmediate(resolve));
    if (erasesOf(one) === 7) one.clock.advance(5000);
  }
  t.is(said, 'undetermined incomplete');
  await one.start();
  one.answer = undefined;
  t.is(await one.retry(), 'accepted, restart update');
  // The last sector before the cut may read right by chance.
  t.is(erasesOf(one), SECTORS + 1);
});

test('another approval than the one whose sectors lie there writes its own', async t => {
  const one = await board();
  t.is(await one.deliver(), 'accepted, restart update');
  const other = image(3, 50_000);
  one.images.set(3, other);
  one.offer = offerOf(other, 3, { channel: one.offer.channel });
  one.facts = wanting(one.offer);
  one.served = other;
  t.is(await one.deliver(), 'accepted, restart update');
  t.true(erasesOf(one) <= 2 * SECTORS);
  t.deepEqual(one.memory.open('slotB').read(0, other.length), other);
});
