/** The virtual network garbles a line while it is told to, and no other. */
import test from 'ava';
import { VirtualNetwork } from '../../../host-sim/world/network.js';
import { seededChance } from '../../../host-sim/world/seed.js';
import { VirtualTime } from '../../../host-sim/world/time.js';

const PIECES = 100;
const SECOND_MS = 1000;

/** A piece of eight bytes: its number four times, then the same with the highest bit set. */
const pieceOf = (number: number) => Uint8Array.from({ length: 8 }, (_, at) => number + (at < 4 ? 0 : 128));

/** All bytes that a client of that name reads of a service, which sends a piece each second. */
async function readBy(client: string, garbled: { client: string; seconds: number }): Promise<number[]> {
  const time = new VirtualTime();
  const network = new VirtualNetwork(time, seededChance(1, 'network'));
  network.serve('service:1', connection => {
    for (let i = 0; i < PIECES; i++) time.after(i * SECOND_MS, () => connection.send(pieceOf(i)));
  });
  const read: number[] = [];
  network.garble(garbled.client, garbled.seconds * SECOND_MS);
  const socket = network.portOf(client).connect({
    ...{ host: 'service', port: 1, onWritable() {}, onClosed() {} },
    onReadable() {
      for (let bytes = socket.read(); bytes; bytes = socket.read()) read.push(...bytes);
    },
  });
  await time.run((PIECES + 10) * SECOND_MS);
  return read;
}

const numbers = Array.from({ length: PIECES }, (_, number) => number);
const sent = numbers.flatMap(number => [...pieceOf(number)]);

test('of a garbled line pieces are changed, lost, repeated and turned round, and the same seed does the same', async t => {
  const read = await readBy('board', { client: 'board', seconds: PIECES });
  const count = (byte: number) => read.filter(each => each === byte).length;
  const isWhole = (number: number) => count(number) === 4 && count(number + 128) === 4;
  t.true(
    numbers.some(number => count(number) + count(number + 128) === 0),
    'lost',
  );
  t.true(
    numbers.some(number => count(number) === 8),
    'twice',
  );
  t.true(
    numbers.some(number => count(number) === 3 || count(number + 128) === 3),
    'a bit changed',
  );
  t.true(
    numbers.some(number => isWhole(number) && read.indexOf(number + 128) < read.indexOf(number)),
    'turned round',
  );
  t.true(numbers.filter(isWhole).length > PIECES / 2, 'most arrive');
  t.deepEqual(await readBy('board', { client: 'board', seconds: PIECES }), read);
});

test('nobody else reads garbled bytes, nor does its victim once it is over', async t => {
  t.deepEqual(await readBy('board', { client: 'other', seconds: PIECES }), sent);
  const read = await readBy('board', { client: 'board', seconds: PIECES / 2 });
  t.notDeepEqual(read, sent);
  t.deepEqual(read.slice(-8 * 45), sent.slice(-8 * 45));
});
