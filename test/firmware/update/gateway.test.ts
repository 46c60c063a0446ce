/** An IPFS gateway among image servers: asked by CIDs that follow from hashes, and believed as little as any server. */
import { sha256 } from '@noble/hashes/sha2.js';
import test from 'ava';
import fc from 'fast-check';
import { equal } from '../../../firmware/bytes/equal.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import { encodeText } from '../../../firmware/bytes/text.js';
import { Download } from '../../../firmware/update/download.js';
import { cidOf, pathOn } from '../../../firmware/update/gateway.js';
import { Sources } from '../../../firmware/update/sources.js';
import { MemoryPartition } from '../../../host-sim/node/flash/partition.js';
import { flipped } from '../../fakes/bytes.js';
import { holds } from '../../fakes/holds.js';
import { memoryNetwork, rangeAnswer } from '../../fakes/memoryNetwork.js';
import { clock } from '../rpc/support.js';
import { crypto, HARDWARE, image, manifestOf, offerOf, sectorsOf } from './release.js';

const BYTES = image(2, 50_000);
const nameOf = (file: Uint8Array) => toHex(sha256(file)).slice(2);
const OFFER = offerOf(BYTES, 2);
const MANIFEST = manifestOf(BYTES, 2);
const [IMAGE, HEAD] = [`/images/${nameOf(BYTES)}`, `/manifests/${nameOf(MANIFEST)}`];
const [imageCid, manifestCid] = [cidOf(sha256(BYTES)), cidOf(sha256(MANIFEST))];

test('CIDs are those that others compute: of nothing, and of the examples of the packages ipfs-cid and excid', t => {
  t.is(cidOf(sha256(encodeText(''))), 'bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku');
  t.is(
    cidOf(sha256(encodeText('Hello world'))),
    'bafkreide5semuafsnds3ugrvm6fbwuyw2ijpj43gwjdxemstjkfozi37hq',
  );
  t.is(cidOf(sha256(encodeText('hello'))), 'bafkreibm6jg3ux5qumhcn2b3flc3tyu6dmlb4xa7u5bf44yegnrjhc4yeq');
});

/** The bits of base32 as RFC 4648 has it, without those that fill the last digit. */
function bitsOf(digits: string): string {
  const bits = [...digits].map(digit =>
    'abcdefghijklmnopqrstuvwxyz234567'.indexOf(digit).toString(2).padStart(5, '0'),
  );
  return bits.join('').slice(0, 8 * Math.floor((5 * digits.length) / 8));
}

test('a CID is its head and the hash, whatever the hash', t => {
  holds(
    t,
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), hash => {
      const cid = cidOf(hash);
      t.is(cid.length, 59);
      const bits = [1, 0x55, 0x12, 32, ...hash].map(byte => byte.toString(2).padStart(8, '0')).join('');
      t.is(bitsOf(cid.slice(1)), bits);
    }),
  );
});

test('a server whose path ends in /ipfs is asked by CID, any other by the name of the file', t => {
  const hash = 'ab'.repeat(32);
  const cid = cidOf(new Uint8Array(32).fill(0xab));
  for (const base of ['/ipfs', '/ipfs/', '/cache/ipfs']) {
    const begin = base.replace(/\/$/, '');
    for (const folder of ['images', 'manifests', 'deltas'])
      t.is(pathOn(base, `/${folder}/${hash}`), `${begin}/${cid}`, folder);
    t.is(pathOn(base, `/sectors/${hash}`), undefined, 'a Merkle root is no hash of a file');
  }
  for (const base of ['', '/', '/releases', '/ipfs-like', '/ipfs/releases'])
    t.is(pathOn(base, `/images/${hash}`), `${base.replace(/\/$/, '')}/images/${hash}`);
});

/** Servers by their names; each has files by their paths. */
type Servers = Readonly<Record<string, Readonly<Record<string, Uint8Array>>>>;

/** The outcome of a download from all of them, in their order, and what was asked. */
async function downloadFrom(servers: Servers): Promise<{ outcome: string; asked: string[] }> {
  const asked: string[] = [];
  const network = memoryNetwork({
    answer(request) {
      const path = / (\S+) /.exec(request)![1];
      const host = /host: (\S+)/i.exec(request)![1];
      asked.push(`${host}${path}`);
      const file = servers[host][path];
      return file ? rangeAnswer(file, request) : encodeText('HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n');
    },
    onCrash: error => {
      throw error;
    },
  });
  const slot = new MemoryPartition({ size: 65_536, sectorSize: 4096 });
  const urls = Object.keys(servers).map(host => `http://${host}${host.startsWith('gateway') ? '/ipfs' : ''}`);
  const verdict = await new Download({
    ...{ clock, crypto, network, sources: new Sources(urls) },
    ...{ offer: OFFER, hardware: HARDWARE, slot, offset: 0, onProgress: () => {} },
  }).run();
  if (verdict.verdict !== 'accepted')
    return { outcome: verdict.verdict === 'rejected' ? verdict.code : verdict.cause, asked };
  const isImage = equal(slot.read(0, BYTES.length), BYTES);
  return { outcome: isImage ? 'accepted' : 'wrong bytes', asked };
}

const blocks = (bytes: Uint8Array) => ({
  [`/ipfs/${imageCid}`]: bytes,
  [`/ipfs/${manifestCid}`]: MANIFEST,
});
/** A server that has the list of sectors alone, which no gateway can have. */
const POOR = { [`/sectors/${toHex(MANIFEST.slice(48, 80)).slice(2)}`]: sectorsOf(BYTES) };

test('a gateway gives manifest and image, a server the list of sectors', async t => {
  const { asked, outcome } = await downloadFrom({ gateway: blocks(BYTES), poor: POOR });
  t.is(outcome, 'incomplete', 'asked one after the other, once each');
  t.deepEqual(asked, [
    `gateway/ipfs/${manifestCid}`,
    ...Object.keys(POOR).map(path => `poor${path}`),
    `poor${IMAGE}`,
  ]);
  const { asked: again, outcome: other } = await downloadFrom({
    poor: { ...POOR, [HEAD]: MANIFEST },
    gateway: blocks(BYTES),
  });
  t.is(other, 'accepted');
  t.is(again.at(-1), `gateway/ipfs/${imageCid}`);
});

test('a gateway that lies is left as any other server; its honest twin is not', async t => {
  const other = manifestOf(BYTES, 3);
  const server = { ...POOR, [HEAD]: MANIFEST };
  for (const [what, lie, outcome] of [
    ['a changed byte', blocks(flipped(BYTES, 8 * 20_000)), 'image_hash'],
    ['a longer image', blocks(Uint8Array.of(...BYTES, 1)), 'image_size'],
    ['a shorter image', blocks(BYTES.slice(0, -1)), 'image_size'],
    ['nothing', {}, 'incomplete'],
    ['another manifest', { ...blocks(BYTES), [`/ipfs/${manifestCid}`]: other }, 'accepted'],
    ['the truth', blocks(BYTES), 'accepted'],
  ] as const) {
    t.is((await downloadFrom({ server, gateway: lie })).outcome, outcome, what);
    const whole = { ...server, [IMAGE]: BYTES };
    t.is(
      (await downloadFrom({ gateway: lie, whole })).outcome,
      'accepted',
      `${what}, and a server that has all`,
    );
  }
});
