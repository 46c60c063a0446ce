/** Downloads over the broker: an image in pieces from a prover, which is believed as little as any image server. */
import test from 'ava';
import { writeNumber } from '../../../firmware/bytes/bigEndian.js';
import { concat } from '../../../firmware/bytes/concat.js';
import { accepted, undetermined } from '../../../firmware/bytes/verdict.js';
import type { ProverAnswer } from '../../../firmware/trust/prover.js';
import { BROKER_SOURCE } from '../../../firmware/update/brokerSource.js';
import { Download } from '../../../firmware/update/download.js';
import { Sources } from '../../../firmware/update/sources.js';
import { MemoryPartition } from '../../../host-sim/node/flash/partition.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';
import { flipped } from '../../fakes/bytes.js';
import { memoryNetwork } from '../../fakes/memoryNetwork.js';
import { crypto, fileAt, HARDWARE, image, offerOf } from './release.js';

const BYTES = image(2, 50_000);
const OFFER = offerOf(BYTES, 2);
const SECTOR = 4096;
const PIECES = Math.ceil(BYTES.length / SECTOR);

/** The answer of an honest prover: the file's length and at most a sector of it; empty where it has no such file. */
function honest(path: string, bytes = BYTES): Uint8Array {
  const [, file, from] = /^\/light\/v1\/file(\/.+)\/(\d+)$/.exec(path)!;
  const whole = fileAt(file) ?? (file.startsWith('/images/') ? bytes : new Uint8Array(0));
  const piece = whole.subarray(Number(from), Number(from) + SECTOR);
  return piece.length === 0 ? piece : framed(whole.length, piece);
}

function framed(length: number, piece: Uint8Array): Uint8Array {
  const head = new Uint8Array(4);
  writeNumber(head, 0, 4, length);
  return concat(head, piece);
}

const isImage = (path: string) => path.includes('/images/');
const silent: ProverAnswer = undetermined('unreachable', 'no prover answered at the broker');

/** A download that knows a prover at the broker, and the servers before it. */
class Attempt {
  readonly clock = new HandClock();
  readonly slot = new MemoryPartition({ size: 65_536, sectorSize: SECTOR });
  readonly asked: { path: string; bytesMax: number; at: number }[] = [];
  readonly sources: Sources;
  download!: Download;
  offset = 0;
  floor: number | undefined;

  constructor(servers: readonly string[] = []) {
    this.sources = new Sources([...servers, BROKER_SOURCE]);
  }

  /** @param answer of the prover; the bytes, or nothing at all */
  begin(answer: (path: string) => Uint8Array | ProverAnswer): Promise<string> {
    this.download = new Download({
      clock: this.clock,
      crypto,
      network: memoryNetwork({ answer: () => undefined, onCrash: () => {} }),
      sources: this.sources,
      prover: {
        ask: async (path, bytesMax) => {
          this.asked.push({ path, bytesMax, at: this.clock.monotonic() });
          const said = answer(path);
          return 'verdict' in said ? said : accepted(said);
        },
      },
      offer: OFFER,
      hardware: HARDWARE,
      slot: this.slot,
      offset: this.offset,
      floorBytesPerSecond: this.floor,
      onProgress: offset => {
        this.offset = offset;
      },
    });
    return this.download.run().then(verdict => {
      if (verdict.verdict !== 'accepted')
        return `${verdict.verdict === 'rejected' ? verdict.code : verdict.cause}: ${verdict.evidence}`;
      return Buffer.compare(this.slot.read(0, BYTES.length), BYTES) === 0 ? 'accepted' : 'wrong bytes';
    });
  }

  async ends(run: Promise<string>): Promise<string> {
    let result: string | undefined;
    void run.then(said => {
      result = said;
    });
    for (let i = 0; result === undefined && i < 2000; i++) await this.clock.advanceSettled(100);
    return result ?? 'does not end';
  }

  from(answer: (path: string) => Uint8Array | ProverAnswer): Promise<string> {
    return this.ends(this.begin(answer));
  }
}

test('a board that knows no image server gets manifest, list and image from the prover at the broker, a sector a question', async t => {
  const attempt = new Attempt();
  t.is(await attempt.from(path => honest(path)), 'accepted');
  t.is(attempt.asked.length, 2 + PIECES);
  t.true(attempt.asked.every(({ bytesMax }) => bytesMax === 4 + SECTOR));
  // Its proofs find room: a prover answers eight questions a second.
  const times = attempt.asked.filter(({ path }) => isImage(path)).map(({ at }) => at);
  t.true(times.every((at, i) => i === 0 || at - times[i - 1] >= 250));
  t.is(attempt.clock.waiting, 0);
});

test('the prover is asked after the image servers, and goes on where they stopped', async t => {
  const attempt = new Attempt(['http://images']);
  attempt.offset = 3 * SECTOR;
  attempt.slot.write(0, BYTES.subarray(0, 3 * SECTOR));
  t.is(await attempt.from(path => honest(path)), 'accepted');
  t.is(attempt.asked.filter(({ path }) => isImage(path)).length, PIECES - 3);
  t.deepEqual(attempt.sources.order, [BROKER_SOURCE, 'http://images']);
});

const lies: Record<string, [code: RegExp, lie: (path: string) => Uint8Array | ProverAnswer]> = {
  'another sector': [/^image_hash/, path => honest(path, flipped(BYTES, 8 * 20_000))],
  'another manifest': [
    /^image_hash: .*manifest/,
    path => (path.includes('/manifests/') ? framed(144, new Uint8Array(144)) : honest(path)),
  ],
  'another list': [
    /^image_hash: .*root/,
    path => (path.includes('/sectors/') ? framed(32, new Uint8Array(32)) : honest(path)),
  ],
  'a longer image': [/^image_size/, path => honest(path, concat(BYTES, Uint8Array.of(1)))],
  'a length that changes': [
    /^image_size/,
    path =>
      isImage(path) && !path.endsWith('/0') ? framed(60_000, BYTES.subarray(0, SECTOR)) : honest(path),
  ],
  'more than the length': [
    /^image_size/,
    path => (isImage(path) ? framed(3, new Uint8Array(4)) : honest(path)),
  ],
  'a list without end': [
    /^image_size/,
    path => (path.includes('/sectors/') ? framed(0xffffffff, new Uint8Array(SECTOR)) : honest(path)),
  ],
  'nothing of the image': [
    /^incomplete: .*has no/,
    path => (isImage(path) ? new Uint8Array(0) : honest(path)),
  ],
  'three bytes': [/^incomplete: .*has no/, () => new Uint8Array(3)],
  'a piece of nothing': [
    /^incomplete: .*has no/,
    path => (isImage(path) ? framed(BYTES.length, new Uint8Array(0)) : honest(path)),
  ],
  silence: [/^incomplete: .*no prover answered/, () => silent],
};
for (const [name, [code, lie]] of Object.entries(lies))
  test(`a prover that gives ${name} is left, and its honest twin is taken after it`, async t => {
    const attempt = new Attempt();
    const before = attempt.slot.read(0, 65_536);
    t.regex(await attempt.from(lie), code);
    // No byte of a lie is in flash.
    const written = attempt.slot.read(0, attempt.offset);
    t.is(Buffer.compare(written, BYTES.subarray(0, attempt.offset)), 0);
    const rest = attempt.slot.read(attempt.offset, 65_536 - attempt.offset);
    t.is(Buffer.compare(rest, before.subarray(attempt.offset)), 0);
    t.is(await attempt.from(path => honest(path)), 'accepted');
  });

test('a prover that gives less than it should is left, and what came is kept', async t => {
  const attempt = new Attempt();
  attempt.floor = 100_000;
  const slow = (path: string) => {
    attempt.clock.advance(2000);
    return honest(path);
  };
  t.regex(await attempt.from(slow), /^incomplete: .*gave \d+ bytes in \d+ s/);
  t.true(attempt.offset > 0);
  attempt.floor = undefined;
  t.is(await attempt.from(path => honest(path)), 'accepted');
});

test('a download that is ended asks nothing more, in a pause too', async t => {
  const attempt = new Attempt();
  const run = attempt.begin(path => honest(path));
  await attempt.clock.advanceSettled(600);
  const asked = attempt.asked.length;
  attempt.download.cancel('another release is approved');
  t.is(await run, 'incomplete: another release is approved');
  t.is(attempt.asked.length, asked);
  t.is(attempt.clock.waiting, 0);
});
