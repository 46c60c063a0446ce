/** Downloads over real sockets: resumed, from several servers, never more than proven, believed only when hashed. */
import test from 'ava';
import { download } from '../../../firmware/update/download.js';
import { MemoryPartition } from '../../../host-sim/node/flash/partition.js';
import { nodeNetwork } from '../../../host-sim/node/network/socket.js';
import { flipped } from '../../fakes/bytes.js';
import { ManualClock } from '../../fakes/manualClock.js';
import { answering, clock, freePort } from '../rpc/support.js';
import { type Character, type ImageSource, imageSource } from './imageServers.js';
import { crypto, image, offerOf } from './release.js';

const BYTES = image(2, 50_000);
const OFFER = offerOf(BYTES, 2);
const SECTOR = 4096;
const changed = flipped(BYTES, 8 * 20_000);
const longer = Uint8Array.of(...BYTES, 1);
const shorter = BYTES.slice(0, -1);

class Download {
  readonly slot: MemoryPartition;
  progress: number[] = [];
  offset = 0;
  constructor(size = 65_536) {
    this.slot = new MemoryPartition({ size, sectorSize: SECTOR });
  }

  async from(...servers: (ImageSource | string)[]): Promise<string> {
    const verdict = await download({
      clock,
      crypto,
      network: nodeNetwork(),
      servers: servers.map(server => (typeof server === 'string' ? server : server.url)),
      offer: OFFER,
      slot: this.slot,
      offset: this.offset,
      onProgress: offset => {
        this.progress.push(offset);
        this.offset = offset;
      },
    });
    if (verdict.verdict === 'accepted')
      return Buffer.compare(this.slot.read(0, BYTES.length), BYTES) === 0 ? 'accepted' : 'wrong bytes';
    return verdict.verdict === 'rejected' ? verdict.code : verdict.cause;
  }
}

async function serving(
  sources: [Uint8Array, Character?][],
  run: (servers: ImageSource[]) => Promise<unknown>,
) {
  const servers = await Promise.all(sources.map(([bytes, character]) => imageSource(bytes, character)));
  try {
    await run(servers);
  } finally {
    await Promise.all(servers.map(server => server.close()));
  }
}

test('an honest server is enough, with ranges or without, with a length or without', async t => {
  for (const character of [{}, { noRanges: true }, { silent: true }])
    await serving([[BYTES, character]], async ([server]) =>
      t.is(await new Download().from(server), 'accepted'),
    );
});

test('a changed byte is image_hash, more bytes or fewer are image_size; an honest second server is heard', async t => {
  for (const [name, bytes, code, character] of [
    ['changed', changed, 'image_hash', {}],
    ['longer', longer, 'image_size', {}],
    ['shorter', shorter, 'image_size', {}],
    ['longer, without a length', longer, 'image_size', { silent: true }],
    ['shorter, without a length', shorter, 'image_size', { silent: true }],
    ['endless', new Uint8Array(200_000), 'image_size', { silent: true }],
    ['empty', new Uint8Array(0), 'image_size', {}],
  ] as const) {
    await serving([[bytes, character], [BYTES]], async ([liar, honest]) => {
      t.is(await new Download().from(liar), code, name);
      t.is(await new Download().from(liar, honest), 'accepted', name);
      t.is(await new Download().from(honest, liar), 'accepted', name);
    });
  }
});

test('a cut connection is incomplete; what came is kept, and the next attempt goes on there', async t => {
  await serving([[BYTES, { cutAfter: 30_000 }]], async ([server]) => {
    const slow = new Download();
    t.is(await slow.from(server), 'incomplete');
    const kept = Math.floor(30_000 / SECTOR) * SECTOR;
    t.is(slow.offset, kept);
    server.character = {};
    t.is(await slow.from(server), 'accepted');
    t.deepEqual(server.asked, [0, kept]);
  });
});

test('what one server did not finish the next one does, in the same attempt', async t => {
  await serving([[BYTES, { cutAfter: 20_000 }], [BYTES, { cutAfter: 20_000 }], [BYTES]], async servers => {
    const one = new Download();
    t.is(await one.from(...servers), 'accepted');
    t.deepEqual(
      servers.map(server => server.asked[0]),
      [0, 16_384, 32_768],
    );
  });
});

test('a server that knows no ranges serves a resumed download too', async t => {
  await serving(
    [
      [BYTES, { cutAfter: 30_000 }],
      [BYTES, { noRanges: true }],
    ],
    async ([cutting, simple]) => {
      const one = new Download();
      t.is(await one.from(cutting), 'incomplete');
      t.is(await one.from(simple), 'accepted');
    },
  );
});

test('bytes that an earlier attempt left and that are wrong do not make an honest server a liar', async t => {
  await serving([[changed, { cutAfter: 30_000 }], [BYTES]], async ([liar, honest]) => {
    const one = new Download();
    t.is(await one.from(liar), 'incomplete');
    t.is(await one.from(honest), 'accepted');
    t.deepEqual(honest.asked, [28_672, 0]);
  });
});

test('a slot that is full of the wrong bytes is begun again; one that is full of the right ones asks nobody', async t => {
  await serving([[BYTES]], async ([honest]) => {
    const one = new Download();
    t.is(await one.from(honest), 'accepted');
    one.offset = BYTES.length;
    t.is(await one.from(), 'accepted');
    one.slot.erase(8192);
    one.offset = BYTES.length;
    t.is(await one.from(), 'incomplete', 'nobody to ask');
    one.offset = BYTES.length;
    t.is(await one.from(honest), 'accepted');
    t.deepEqual(honest.asked, [0, 0]);
  });
});

test('a page that says why there is no image is no image, whatever its length', async t => {
  for (const [status, length] of [
    [404, 0],
    [404, BYTES.length],
    [500, 60_000],
    [302, 10],
  ]) {
    await serving(
      [[BYTES, { status, page: new Uint8Array(length).fill(0x20) }], [BYTES]],
      async ([none, honest]) => {
        const one = new Download();
        t.is(await one.from(none), 'incomplete', `${status}`);
        t.is(one.offset, 0);
        t.deepEqual(one.slot.read(0, 64), new Uint8Array(64).fill(0xff), 'nothing was written');
        t.is(await one.from(none, honest), 'accepted');
      },
    );
  }
});

test('a server that does not speak HTTP is no liar about the image, only of no use', async t => {
  const answers = [
    'nonsense\r\n\r\n',
    'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    'HTTP/1.1 206 Part\r\nContent-Length: 1\r\nContent-Range: bytes 5-5/9\r\n\r\nx',
  ];
  for (const answer of answers) {
    const server = await answering(answer);
    t.is(await new Download().from(server.url), 'incomplete', answer);
    await server.close();
  }
});

test('a shorter image is image_size also to one who resumes beyond its end', async t => {
  await serving([[BYTES, { cutAfter: 45_100 }], [BYTES.slice(0, 20_000)]], async ([cutting, short]) => {
    const one = new Download();
    t.is(await one.from(cutting), 'incomplete');
    t.is(await one.from(short), 'image_size');
  });
});

test('nobody there, no URL, no server at all: incomplete', async t => {
  const port = await freePort();
  t.is(await new Download().from(`http://127.0.0.1:${port}`), 'incomplete');
  t.is(await new Download().from('not a URL'), 'incomplete');
  t.is(await new Download().from(), 'incomplete');
  await serving([[BYTES]], async ([honest]) => {
    t.is(await new Download().from('not a URL', `http://127.0.0.1:${port}`, honest), 'accepted');
  });
});

test('an image that does not fit into the slot is refused before anything is asked or erased', async t => {
  await serving([[BYTES]], async ([honest]) => {
    const small = new Download(49_152);
    t.is(await small.from(honest), 'image_size');
    t.deepEqual(honest.asked, []);
    t.is(await new Download(53_248).from(honest), 'accepted');
  });
});

test('a server that falls silent is given up after ten seconds', async t => {
  await serving([[BYTES, { stallAfter: 9000 }]], async ([server]) => {
    const manual = new ManualClock();
    const slot = new MemoryPartition({ size: 65_536, sectorSize: SECTOR });
    let offset = 0;
    const running = download({
      clock: manual,
      crypto,
      network: nodeNetwork(),
      servers: [server.url],
      offer: OFFER,
      slot,
      offset: 0,
      onProgress: at => {
        offset = at;
      },
    });
    while (offset < 8192) await new Promise(resolve => setTimeout(resolve, 5));
    manual.advance(10_000);
    manual.advance(10_000);
    const verdict = await running;
    t.is(verdict.verdict === 'undetermined' && verdict.cause, 'incomplete');
    t.is(offset, 8192);
    t.is(manual.waiting, 0);
  });
});
