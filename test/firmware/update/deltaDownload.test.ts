/** A delta in place of an image: taken where it leads to the image, and left for the whole where it does not. */
import { sha256 } from '@noble/hashes/sha2.js';
import test from 'ava';
import { concat } from '../../../firmware/bytes/concat.js';
import { deltaFrom, deltasField } from '../../../firmware/update/deltaList.js';
import { Download, type DownloadOptions } from '../../../firmware/update/download.js';
import { Sources } from '../../../firmware/update/sources.js';
import { MemoryPartition } from '../../../host-sim/node/flash/partition.js';
import { nodeNetwork } from '../../../host-sim/node/network/socket.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';
import { encodeDelta, packDelta, packSize } from '../../../tools/delta/encode.js';
import { flipped, word } from '../../fakes/bytes.js';
import { clock } from '../rpc/support.js';
import { type Character, type ImageSource, imageSource } from './imageServers.js';
import { crypto, HARDWARE, image, offerOf, offerWithDelta } from './release.js';

const BASE = image(1, 90_000);
const TARGET = image(2, 100_000);
const DELTA = encodeDelta(BASE, TARGET);
const OFFER = offerWithDelta(BASE, TARGET, 2, DELTA);
const SECTOR = 4096;

class Board {
  readonly slot = new MemoryPartition({ size: 131_072, sectorSize: SECTOR });
  offset = 0;
  offer = OFFER;
  running = BASE;
  clock: DownloadOptions['clock'] = clock;
  /** Told of each sector. */
  onSector = (_download: Download) => {};

  async from(...servers: ImageSource[]): Promise<string> {
    const download: Download = new Download({
      ...{ clock: this.clock, crypto, network: nodeNetwork(), offer: this.offer, hardware: HARDWARE },
      ...{ slot: this.slot, offset: this.offset, sources: new Sources(servers.map(({ url }) => url)) },
      base: { length: this.running.length, read: (at, length) => this.running.slice(at, at + length) },
      baseSha256: sha256(this.running),
      onProgress: offset => {
        this.offset = offset;
        this.onSector(download);
      },
    });
    const verdict = await download.run();
    if (verdict.verdict === 'accepted')
      return Buffer.compare(this.slot.read(0, TARGET.length), TARGET) === 0 ? 'accepted' : 'wrong bytes';
    return verdict.verdict === 'rejected' ? verdict.code : verdict.cause;
  }

  get erases(): number {
    return this.slot.erasures.reduce((sum, count) => sum + count, 0);
  }
}

const sectors = Math.ceil(TARGET.length / SECTOR);

async function serving(characters: Character[], run: (servers: ImageSource[]) => Promise<unknown>) {
  const servers = await Promise.all(characters.map(each => imageSource(TARGET, each)));
  try {
    await run(servers);
  } finally {
    await Promise.all(servers.map(server => server.close()));
  }
}

test('a delta from the image that runs brings the whole image, each sector erased once, and no image is asked for', async t => {
  t.true(DELTA.length < TARGET.length / 100, `${DELTA.length}`);
  await serving([{}], async ([server]) => {
    const board = new Board();
    t.is(await board.from(server), 'accepted');
    t.deepEqual([server.deltas, server.asked], [1, []]);
    t.is(board.erases, sectors);
  });
});

test('a board that runs another image, or whose manifest names no delta, asks for the whole', async t => {
  await serving([{}], async ([server]) => {
    const other = new Board();
    other.running = image(3, 90_000);
    t.is(await other.from(server), 'accepted');
    const plain = new Board();
    plain.offer = offerOf(TARGET, 2);
    t.is(await plain.from(server), 'accepted');
    t.deepEqual([server.deltas, server.asked], [0, [0, 0]]);
  });
});

test('a hostile delta costs no erase, and the whole image comes from where the delta stood', async t => {
  const nothing = new Uint8Array(0);
  const half = DELTA.length >> 1;
  const cases: [string, Uint8Array | null][] = [
    ['none', null],
    ['an empty one', nothing],
    ['one that ends early', DELTA.slice(0, half)],
    ['one that goes on', concat(DELTA, new Uint8Array(9000))],
    ['one with a flipped bit', flipped(DELTA, 8 * half)],
    ['zeros', new Uint8Array(DELTA.length)],
    ['the delta to another image', encodeDelta(BASE, image(3, 100_000))],
    [
      'a little that unpacks to a whole image of zeros',
      packDelta(
        TARGET.length,
        concat(packSize(0), packSize(0), packSize(TARGET.length), new Uint8Array(TARGET.length)),
      ),
    ],
  ];
  for (const [name, delta] of cases)
    await serving([{ delta }, {}], async ([liar, honest]) => {
      const alone = new Board();
      t.is(await alone.from(liar), 'accepted', name);
      t.is(alone.erases, sectors, name);
      t.true(
        alone.slot.erasures.every(count => count <= 1),
        name,
      );
      const board = new Board();
      t.is(await board.from(honest, liar), 'accepted', name);
      t.deepEqual(honest.asked, [], name);
    });
});

test('a server that lies about delta and image wears nothing; the next one’s delta goes on', async t => {
  const zeros = new Uint8Array(TARGET.length);
  await serving([{ delta: flipped(DELTA, 100) }, {}], async ([liar, honest]) => {
    liar.bytes = zeros;
    const board = new Board();
    t.is(await board.from(liar, honest), 'accepted');
    t.is(board.erases, sectors);
    t.deepEqual([honest.deltas, honest.asked], [1, []]);
  });
});

test('a delta goes on after a cut without an erase more, and is left where little is missing', async t => {
  await serving([{}], async ([server]) => {
    const board = new Board();
    let cut = 5;
    board.onSector = download => --cut === 0 && download.cancel('the power fails');
    t.is(await board.from(server), 'incomplete');
    t.is(board.offset, 5 * SECTOR);
    t.is(await board.from(server), 'accepted');
    t.is(board.erases, sectors);
    t.deepEqual([server.deltas, server.asked], [2, []]);
    const last = new Board();
    last.slot.write(0, TARGET);
    last.slot.erase((sectors - 1) * SECTOR);
    last.offset = (sectors - 1) * SECTOR;
    last.offer = offerWithDelta(BASE, TARGET, 2, concat(DELTA, new Uint8Array(4096)));
    t.is(await last.from(server), 'accepted');
    t.deepEqual([server.deltas, server.asked], [2, [(sectors - 1) * SECTOR]]);
  });
});

test('others have their turn every few sectors, and a cancelled delta writes nothing more', async t => {
  await serving([{}], async ([server]) => {
    const hand = new HandClock();
    const board = new Board();
    board.clock = hand;
    let download: Download | undefined;
    board.onSector = each => {
      download = each;
    };
    const turn = async () => {
      for (let looks = 0; looks < 1000 && hand.dueWithin(0) === 0; looks++)
        await new Promise(resolve => setTimeout(resolve, 2));
      const { offset } = board;
      await new Promise(resolve => setTimeout(resolve, 20));
      t.is(board.offset, offset, 'nothing goes on before the others had their turn');
      return offset / SECTOR;
    };
    const running = board.from(server);
    const first = await turn();
    t.true(first > 0 && first <= 4, `${first} sectors`);
    hand.advance(0);
    const second = await turn();
    t.true(second > first && second <= 8, `${second} sectors`);
    download!.cancel('another approval');
    hand.advance(0);
    t.is(await running, 'incomplete');
    t.is(board.offset, second * SECTOR);
    t.is(hand.waiting, 0);
  });
});

test('a field of the manifest names deltas, each for the image that it begins with', t => {
  const [one, two] = [1, 2].map(n => ({ baseSha256: word(n), sha256: word(10 * n), length: 1000 * n }));
  const field = deltasField([one, two]);
  t.deepEqual(deltaFrom([{ tag: 3, value: word(1) }, field], word(1)), one);
  t.deepEqual(deltaFrom([field], word(2)), two);
  t.is(deltaFrom([field], word(3)), undefined);
  t.is(deltaFrom([], word(1)), undefined);
  t.is(deltaFrom([{ ...field, tag: 3 }], word(1)), undefined);
  for (let length = 0; length < 136; length++) {
    const cut = [{ ...field, value: field.value.slice(0, length) }];
    t.deepEqual(deltaFrom(cut, word(1)), length < 68 ? undefined : one);
    t.is(deltaFrom(cut, word(2)), undefined);
  }
});
