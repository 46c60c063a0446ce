import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { concat } from '../../../firmware/bytes/concat.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import { RecordReader } from '../../../firmware/bytes/record.js';
import { encodeText } from '../../../firmware/bytes/text.js';
import { parseAccess } from '../../../firmware/device/brokerAccess.js';
import { IdentityKey } from '../../../firmware/device/identityKeys.js';
import { headerLength } from '../../../firmware/store/imageHeader.js';
import { type Journal, openJournal } from '../../../firmware/store/journal.js';
import { encodeEntry, encodeFrame, MAGIC, RecordingReader } from '../../../host-sim/recording/format.js';
import { OPERATIONS } from '../../../host-sim/recording/operations.js';
import { playOnNode } from '../../../tools/recording/play.js';
import { bench, configured, image, played, startRecorded } from './stage.js';

const find = (where: Uint8Array, what: Uint8Array) => Buffer.from(where).indexOf(what);

/** The first field of 32 bytes in a record of the identity. */
function keyIn(journal: Journal, name: number, before = 0): Uint8Array {
  const reader = new RecordReader(journal.get(name)!, 512);
  for (let i = 0; i < before; i++) reader.number();
  return reader.fixed(32);
}

/** A board that is told its broker, dials it, and asked some things. */
async function lived(password: string, topicSecret: Uint8Array) {
  const board = bench();
  const recorded = startRecorded(board);
  await board.calm();
  const asked = [
    board.request('identify', null),
    board.request('configure', configured(password, topicSecret)),
  ];
  await board.calm();
  await Promise.all(asked);
  await mustFail(board.request('nonsense', null), board);
  await board.pass(1000);
  return { board, ...recorded };
}

async function mustFail(asked: Promise<unknown>, board: ReturnType<typeof bench>): Promise<void> {
  const failed = asked.then(
    () => false,
    () => true,
  );
  await board.calm();
  if (!(await failed)) throw new Error('a request that no firmware knows was answered');
}

const secret = new Uint8Array(32).map((_, i) => 7 * i + 3);

test('the firmware is replayed to the same outputs, and the board keeps its keys without the recorder', async t => {
  const { board, bytes } = await lived('correct horse', secret);
  const same = await played(bytes());
  t.is(same.verdict, 'same', JSON.stringify(same));
  t.is(same.bytes, bytes().length);

  const identity = openJournal(board.flash.open('identity'));
  const access = parseAccess(identity.get(IdentityKey.access)!)!;
  t.is(access.password, 'correct horse');
  t.is(toHex(access.topicSecret), toHex(secret));
  const again = bench(board.flash);
  const { bytes: second } = startRecorded(again);
  await again.calm();
  t.is(again.lines[1], board.lines[1], 'the same key after a restart');
  t.is((await played(concat(bytes(), second().subarray(MAGIC.length)))).starts, 2);
});

test('no key, password or topic secret of a board is in its recording, whatever they are', async t => {
  const password = fc.stringMatching(/^[ -~]{8,40}$/);
  await fc.assert(
    fc.asyncProperty(
      password,
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      async (chosen, topicSecret) => {
        // Words of the image itself, which is in the recording, and rows of one sign would be found as themselves.
        fc.pre(new Set(topicSecret).size > 4 && new Set(chosen).size > 4);
        fc.pre(find(image, encodeText(chosen)) < 0);
        const { board, bytes } = await lived(chosen, topicSecret);
        const identity = openJournal(board.flash.open('identity'));
        const secrets = [
          keyIn(identity, IdentityKey.identity),
          keyIn(identity, IdentityKey.journalKey),
          topicSecret,
          encodeText(chosen),
        ];
        const recording = bytes();
        for (const what of secrets)
          for (const spelt of [
            what,
            encodeText(toHex(what).slice(2)),
            encodeText(toHex(what).toUpperCase().slice(2)),
          ])
            if (find(recording, spelt) >= 0) return false;
        return find(recording, encodeText('broker.example')) >= 0;
      },
    ),
    { numRuns: 12 },
  );
  t.pass();
});

test('a firmware that does something else is told by the first difference, and what it should have been', async t => {
  const { bytes } = await lived('correct horse', secret);
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-replay-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  const file = join(directory, 'recording');
  await writeFile(file, bytes());
  const { signal } = new AbortController();
  const playedWith = async (name: string, code: Uint8Array) => {
    await writeFile(join(directory, name), code);
    const found = await playOnNode({ file, image: join(directory, name), signal, tell() {} });
    return found.verdict === 'different' ? found : t.fail(JSON.stringify(found));
  };
  t.is((await playOnNode({ file, signal, tell() {} })).verdict, 'same', 'its twin');

  const changed = Buffer.from(image.slice());
  changed.write('wants at its console', changed.indexOf('waits at its console'), 'latin1');
  const mutant = await playedWith('mutant', changed);
  if (mutant) t.regex(mutant.expected, /^says: .* waits at its console/);
  if (mutant) t.regex(mutant.came, /^says: .* wants at its console/);

  const idle = concat(image.subarray(0, headerLength), encodeText('var image = { start() {} };'));
  const silent = await playedWith('silent', idle);
  t.is(silent?.came, 'nothing');
  t.is(silent?.expected, 'asks for random bytes: 32');
  const failing = concat(
    image.subarray(0, headerLength),
    encodeText('var image = { start() { Promise.reject(new Error("oh")); } };'),
  );
  const fault = await playedWith('failing', failing);
  if (fault) t.regex(fault.came, /^the image fails: .*oh/);
});

test('a recording that was cut anywhere is replayed up to there, or said to be none', async t => {
  const { bytes } = await lived('correct horse', secret);
  const whole = bytes();
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: whole.length }), async at => {
      const { verdict } = await played(whole.subarray(0, at));
      return verdict === 'same' || verdict === 'unreadable';
    }),
    { numRuns: 25 },
  );
  t.is((await played(whole)).verdict, 'same');
});

test('a recording in which a bit was flipped is never played past it', async t => {
  const { bytes } = await lived('correct horse', secret);
  const whole = bytes();
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 0, max: 8 * whole.length - 1 }), async bit => {
      const flipped = whole.slice();
      flipped[bit >> 3] ^= 1 << (bit & 7);
      const found = await played(flipped);
      return found.verdict === 'unreadable' || (found.verdict === 'same' && found.bytes <= bit >> 3);
    }),
    { numRuns: 25 },
  );
  t.is((await played(whole)).verdict, 'same');
});

test('a hostile file gets a verdict, and is told no memory', async t => {
  const { bytes } = await lived('correct horse', secret);
  const entry = fc
    .record({
      operation: fc.constantFrom(...OPERATIONS),
      about: fc.string({ maxLength: 60 }),
      outcome: fc.constantFrom('done' as const, 'gave' as const, 'threw' as const),
      given: fc.uint8Array({ maxLength: 60 }),
    })
    .map(encodeEntry);
  await fc.assert(
    fc.asyncProperty(
      fc.array(entry, { maxLength: 8 }),
      fc.uint8Array(),
      fc.boolean(),
      async (all, junk, behind) => {
        const frames = concat(encodeFrame(concat(...all)), encodeFrame(junk));
        const found = await played(concat(behind ? bytes() : MAGIC, frames));
        return ['same', 'different', 'unreadable'].includes(found.verdict);
      },
    ),
    { numRuns: 60 },
  );
  const long = new RecordingReader(concat(MAGIC, Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0)));
  t.is(long.next(), undefined);
  t.regex(long.unreadable!.reason, /too long/);
  t.is((await played(encodeText('something else'))).verdict, 'unreadable');
});

test('a recording that is as long as one may be ends, and the board goes on', async t => {
  const board = bench();
  const { bytes, stopped } = startRecorded(board, 500_000);
  for (let i = 0; i < 500 && stopped.length === 0; i++) {
    await board.calm();
    const asked = board.request('identify', null);
    await board.calm();
    await asked;
  }
  t.is(stopped.length, 1);
  t.regex(stopped[0], /as long as one may be/);
  t.true(bytes().length <= 500_100);
  const asked = board.request('identify', null);
  await board.calm();
  t.truthy(await asked, 'the board goes on');
  t.is((await played(bytes())).verdict, 'same');
});
