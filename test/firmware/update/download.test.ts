/** Downloads over real sockets: resumed, from several servers, never more than proven, believed only when hashed. */
import test from 'ava';
import { concat } from '../../../firmware/bytes/concat.js';
import { Download } from '../../../firmware/update/download.js';
import { Sources } from '../../../firmware/update/sources.js';
import { MemoryPartition } from '../../../host-sim/node/flash/partition.js';
import { nodeNetwork } from '../../../host-sim/node/network/socket.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';
import { flipped, word } from '../../fakes/bytes.js';
import { answering, clock, freePort } from '../rpc/support.js';
import { type Character, type ImageSource, imageSource } from './imageServers.js';
import { crypto, HARDWARE, image, manifestOf, offerOf, sectorsOf } from './release.js';

const BYTES = image(2, 50_000);
const OFFER = offerOf(BYTES, 2);
const SECTOR = 4096;
const changed = flipped(BYTES, 8 * 20_000);
const longer = Uint8Array.of(...BYTES, 1);
const shorter = BYTES.slice(0, -1);

class Attempt {
  readonly slot: MemoryPartition;
  progress: number[] = [];
  offset = 0;
  offer = OFFER;
  sources: Sources | undefined;
  constructor(size = 65_536) {
    this.slot = new MemoryPartition({ size, sectorSize: SECTOR });
  }

  async from(...servers: (ImageSource | string)[]): Promise<string> {
    const download = new Download({
      clock,
      crypto,
      network: nodeNetwork(),
      sources:
        this.sources ??
        new Sources(servers.map(server => (typeof server === 'string' ? server : server.url))),
      offer: this.offer,
      hardware: HARDWARE,
      slot: this.slot,
      offset: this.offset,
      onProgress: offset => {
        this.progress.push(offset);
        this.offset = offset;
      },
    });
    const verdict = await download.run();
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
      t.is(await new Attempt().from(server), 'accepted'),
    );
});

test('a changed byte is image_hash, another length is image_size; an honest second server is heard', async t => {
  for (const [name, bytes, code, character] of [
    ['changed', changed, 'image_hash', {}],
    ['longer', longer, 'image_size', {}],
    ['shorter', shorter, 'image_size', {}],
    ['shorter, without a length', shorter, 'image_size', { silent: true }],
    ['endless', new Uint8Array(200_000), 'image_hash', { silent: true }],
    ['empty', new Uint8Array(0), 'image_size', {}],
  ] as const) {
    await serving([[bytes, character], [BYTES]], async ([liar, honest]) => {
      t.is(await new Attempt().from(liar), code, name);
      t.is(await new Attempt().from(liar, honest), 'accepted', name);
      t.is(await new Attempt().from(honest, liar), 'accepted', name);
    });
  }
});

test('a cut connection is incomplete; what came is kept, and the next attempt goes on there', async t => {
  await serving([[BYTES, { cutAfter: 30_000 }]], async ([server]) => {
    const slow = new Attempt();
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
    const one = new Attempt();
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
      const one = new Attempt();
      t.is(await one.from(cutting), 'incomplete');
      t.is(await one.from(simple), 'accepted');
    },
  );
});

test('what follows the image without being announced is not read', async t => {
  await serving([[longer, { silent: true }]], async ([server]) => {
    t.is(await new Attempt().from(server), 'accepted');
  });
});

test('sectors that went bad since they were written are fetched again, from the first of them on', async t => {
  await serving([[BYTES, { cutAfter: 30_000 }], [BYTES]], async ([cutting, honest]) => {
    const one = new Attempt();
    t.is(await one.from(cutting), 'incomplete');
    one.slot.erase(16_384);
    t.is(await one.from(honest), 'accepted');
    t.deepEqual(honest.asked, [16_384]);
    one.slot.erase(8192);
    one.offset = BYTES.length;
    t.is(await one.from(), 'incomplete', 'nobody to ask');
    t.is(await one.from(honest), 'accepted');
    t.deepEqual(honest.asked, [16_384, 8192]);
    one.offset = BYTES.length;
    t.is(await one.from(honest), 'accepted');
    t.deepEqual(honest.asked, [16_384, 8192], 'none that is right is fetched');
  });
});

test('another manifest, a changed list of sectors, or more than a kilobyte of manifest is its server’s fault alone', async t => {
  const manifest = manifestOf(BYTES, 2);
  const list = sectorsOf(BYTES);
  const cases: [string, Character, string][] = [
    ['a changed manifest', { manifest: flipped(manifest, 8 * 50) }, 'image_hash'],
    ['the manifest of another image', { manifest: manifestOf(changed, 2) }, 'image_hash'],
    ['no manifest', { manifest: new Uint8Array(0) }, 'image_hash'],
    ['a manifest with a byte more', { manifest: Uint8Array.of(...manifest, 0) }, 'image_hash'],
    ['a manifest of 2 KB', { manifest: new Uint8Array(2048) }, 'image_hash'],
    ['a manifest of 200 KB', { manifest: new Uint8Array(200_000) }, 'image_size'],
    ['a changed list', { sectors: flipped(list, 8 * 40) }, 'image_hash'],
    ['the list of another image', { sectors: sectorsOf(changed) }, 'image_hash'],
    ['a list without its last leaf', { sectors: list.slice(0, -32) }, 'image_hash'],
    ['a list of 200 KB', { sectors: new Uint8Array(200_000) }, 'image_size'],
    [
      'two sectors in the other order',
      { sectors: concat(list.slice(32, 64), list.slice(0, 32), list.slice(64)) },
      'image_hash',
    ],
  ];
  for (const [name, character, code] of cases) {
    await serving([[BYTES, character], [BYTES]], async ([liar, honest]) => {
      const one = new Attempt();
      t.is(await one.from(liar), code, name);
      t.true(
        one.slot.erasures.every(count => count === 0),
        name,
      );
      t.deepEqual(liar.asked, [], `${name}: no image was asked for`);
      t.is(await one.from(liar, honest), 'accepted', name);
    });
  }
});

test('a manifest of the vendor’s that is for another image, for other hardware, or none at all, ends the download', async t => {
  const wrong: [string, Uint8Array, string][] = [
    ['another version', manifestOf(BYTES, 3), 'malformed'],
    ['another image', manifestOf(changed, 2), 'malformed'],
    ['another size', manifestOf(BYTES, 2, { size: BYTES.length - 1 }), 'malformed'],
    ['other hardware', manifestOf(BYTES, 2, { hardware: word(9) }), 'hardware'],
    ['a document', Uint8Array.from(Buffer.from('{"name":"relay"}')), 'malformed'],
  ];
  for (const [name, manifest, code] of wrong) {
    await serving([[BYTES], [BYTES]], async servers => {
      const one = new Attempt();
      one.offer = offerOf(BYTES, 2, {}, manifest);
      t.is(await one.from(...servers), code, name);
      t.deepEqual(servers[1].asked, [], 'no other server can mend that');
      t.true(one.slot.erasures.every(count => count === 0));
      one.offer = OFFER;
      t.is(await one.from(...servers), 'accepted');
    });
  }
});

test('a server that failed is asked last from then on', async t => {
  await serving([[changed], [BYTES], [BYTES]], async ([liar, first, second]) => {
    const sources = new Sources([liar, first, second].map(server => server.url));
    sources.askLast(liar.url);
    t.deepEqual(sources.order, [first.url, second.url, liar.url]);
    const one = new Attempt();
    one.sources = new Sources([liar.url, first.url]);
    t.is(await one.from(), 'accepted');
    t.deepEqual(one.sources.order, [first.url, liar.url]);
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
        const one = new Attempt();
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
    t.is(await new Attempt().from(server.url), 'incomplete', answer);
    await server.close();
  }
});

test('a shorter image is image_size also to one who resumes beyond its end', async t => {
  await serving([[BYTES, { cutAfter: 45_100 }], [BYTES.slice(0, 20_000)]], async ([cutting, short]) => {
    const one = new Attempt();
    t.is(await one.from(cutting), 'incomplete');
    t.is(await one.from(short), 'image_size');
  });
});

test('nobody there, no URL, no server at all: incomplete', async t => {
  const port = await freePort();
  t.is(await new Attempt().from(`http://127.0.0.1:${port}`), 'incomplete');
  t.is(await new Attempt().from('not a URL'), 'incomplete');
  t.is(await new Attempt().from(), 'incomplete');
  await serving([[BYTES]], async ([honest]) => {
    t.is(await new Attempt().from('not a URL', `http://127.0.0.1:${port}`, honest), 'accepted');
  });
});

test('an image that does not fit into the slot is refused before anything is asked or erased', async t => {
  await serving([[BYTES]], async ([honest]) => {
    const small = new Attempt(49_152);
    t.is(await small.from(honest), 'image_size');
    t.deepEqual(honest.asked, []);
    t.is(await new Attempt(53_248).from(honest), 'accepted');
  });
});

test('a server that falls silent is given up after five seconds', async t => {
  await serving([[BYTES, { stallAfter: 9000 }]], async ([server]) => {
    const manual = new HandClock();
    const slot = new MemoryPartition({ size: 65_536, sectorSize: SECTOR });
    let offset = 0;
    const running = new Download({
      clock: manual,
      crypto,
      network: nodeNetwork(),
      sources: new Sources([server.url]),
      offer: OFFER,
      hardware: HARDWARE,
      slot,
      offset: 0,
      onProgress: at => {
        offset = at;
      },
    }).run();
    while (offset < 8192) await new Promise(resolve => setTimeout(resolve, 5));
    manual.advance(5000);
    manual.advance(5000);
    const verdict = await running;
    t.is(verdict.verdict === 'undetermined' && verdict.cause, 'incomplete');
    t.is(offset, 8192);
    t.is(manual.waiting, 0);
  });
});
