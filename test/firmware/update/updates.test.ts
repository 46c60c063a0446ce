/** An update from offer to restart and beyond: every step on flash before the next, nothing kept that is not wanted. */
import test from 'ava';
import { StoreKey } from '../../../firmware/ledger/keys.js';
import { encodeImage } from '../../../firmware/store/imageHeader.js';
import { openJournal } from '../../../firmware/store/journal.js';
import { encodeOffer } from '../../../firmware/update/offer.js';
import { flipped, word, ZERO_WORD } from '../../fakes/bytes.js';
import { HARDWARE, image, offerOf, wanting } from './release.js';
import { UpdateBoard } from './updateBoard.js';

async function started(): Promise<UpdateBoard> {
  const board = new UpdateBoard();
  await board.start();
  return board;
}

/** Offers, downloads and boots another image than the usual one. */
async function offering(bytes: Uint8Array, version: number): Promise<UpdateBoard> {
  const board = new UpdateBoard();
  board.offer = offerOf(bytes, version);
  board.facts = wanting(board.offer);
  board.served = bytes;
  await board.start();
  return board;
}

test('an offer that both sides want is downloaded, started, confirmed and receipted; then it is no news', async t => {
  const board = await started();
  t.is(await board.deliver(), 'accepted, restart update');
  await board.start();
  t.is(board.version, 2);
  t.is(board.settled, 'confirmed');
  t.is(board.boot.running.state, 'confirmed');
  t.deepEqual(board.receipts, ['done']);
  t.is(board.progress, undefined);
  t.is(await board.deliver(), '', 'the broker repeats the offer of what runs');
  await board.start();
  t.deepEqual([board.version, board.settled, board.receipts.length], [2, 'nothing', 1]);
});

test('a board that lost its journal takes no update before that has a new birth: its receipt would say birth 0', async t => {
  const board = await started();
  openJournal(board.memory.open('journal')).put([[StoreKey.birth, undefined]]);
  await board.start();
  t.is(await board.deliver(), 'undetermined not_now');
  t.regex(board.evidence, /the journal was lost/);
  t.is(board.progress, undefined);
  board.ledger.commit({ birth: 1_900_000_000 });
  t.is(await board.deliver(), 'accepted, restart update');
  await board.start();
  t.deepEqual([board.version, board.receipts], [2, ['done']]);
});

test('the receipt of what runs is told once in a boot, since power may have failed before it was sent', async t => {
  const board = await started();
  t.is(await board.deliver(offerOf(board.images.get(1)!, 1)), '');
  t.deepEqual(board.told, [], 'the first image has none');
  t.is(await board.deliver(), 'accepted, restart update');
  await board.start();
  for (const told of [1, 2]) {
    await board.deliver();
    await board.deliver();
    t.deepEqual(board.told, Array(told).fill('done'));
    await board.start();
  }
});

test('an offer that one side does not want leaves the store as it was', async t => {
  const board = await started();
  const before = board.memory.open('journal').read(0, 65_536);
  board.facts = wanting(board.offer, { device: { approval: ZERO_WORD } });
  t.is(await board.deliver(), 'rejected not_approved');
  board.facts = wanting(board.offer, { channel: { record: ZERO_WORD } });
  t.is(await board.deliver(), 'rejected not_published');
  t.is(await board.deliver(Uint8Array.of(1, 2)), 'rejected malformed');
  t.deepEqual(board.memory.open('journal').read(0, 65_536), before);
  t.is(board.requests, 0, 'nothing was fetched');
  t.false(board.updates.waiting);
  board.facts = wanting(board.offer);
  t.is(await board.deliver(), 'accepted, restart update');
});

test('an image with a changed byte is refused and forgotten; the honest one is installed after it', async t => {
  const board = await started();
  board.served = flipped(board.served!, 80_000);
  t.is(await board.deliver(), 'rejected image_hash');
  t.is(board.progress, undefined);
  board.served = board.images.get(2);
  t.is(await board.deliver(), 'accepted, restart update');
});

test('only what runs already is no news: another image of that version, or that image as another version, is', async t => {
  const board = await started();
  const running = offerOf(board.images.get(1)!, 1);
  t.is(await board.deliver(running), '');
  for (const other of [
    { ...running, imageSha256: word(9) },
    { ...running, version: 9 },
  ]) {
    board.facts = wanting(other);
    t.is(await board.deliver(other), other.version === 1 ? 'rejected rollback' : 'rejected malformed');
  }
});

test('what could not be decided is looked at again, and only what changed is said', async t => {
  const board = await started();
  for (const failure of ['unreachable', 'no_quorum', 'stale'] as const) {
    board.failure = failure;
    t.is(await board.deliver(), `undetermined ${failure}`);
    t.true(board.updates.waiting);
    t.is(await board.retry(), '');
  }
  board.failure = undefined;
  t.is(await board.retry(), 'accepted, restart update');
});

test('no update before now is proven, and none by a head of too low a level', async t => {
  const board = new UpdateBoard();
  board.provesNow = false;
  await board.start();
  t.is(await board.deliver(), 'undetermined not_now');
  t.is(board.requests, 0);
  board.provesNow = true;
  board.policy = { level: 3 as never, maximumAge: 3600 };
  await board.start();
  t.is(await board.deliver(), 'undetermined level');
  board.policy = { level: 1, maximumAge: 3600 };
  await board.start();
  t.is(await board.deliver(), 'accepted, restart update');
});

test('a board whose bootloader was not seen to roll back takes no update and says why; nothing is downloaded', async t => {
  const board = await started();
  const boot = board.boot as { refusesUpdates?: string };
  boot.refusesUpdates = 'the bootloader was not seen to go back';
  t.is(await board.deliver(), 'undetermined unsupported');
  t.is(board.requests, 0);
  delete boot.refusesUpdates;
  t.is(await board.deliver(), 'accepted, restart update');
});

test('a busy app is not interrupted, before the download or after it; the download is kept', async t => {
  const board = await started();
  let busy = true;
  board.app.busy = () => busy;
  t.is(await board.deliver(), 'undetermined busy');
  t.is(board.requests, 0);
  busy = false;
  let asked = 0;
  // It becomes busy while the download runs: when the chain is asked for the second time.
  board.onAsked = () => {
    if (++asked > 2) busy = true;
  };
  t.is(await board.deliver(), 'undetermined busy');
  t.is(board.requests, 1);
  board.onAsked = undefined;
  busy = false;
  t.is(await board.retry(), 'accepted, restart update');
  t.is(board.requests, 1, 'not downloaded again');
});

test('in its quiet hours an app is not interrupted, by the proven clock: an update waits for their end', async t => {
  const board = await started();
  // The chain says that it is 8 o'clock.
  board.app.quiet = () => ({ from: '22:00', until: '08:01' });
  t.is(await board.deliver(), 'undetermined busy');
  t.is(board.requests, 0);
  board.clock.advance(61_000);
  t.is(await board.retry(), 'accepted, restart update');
});

test('what is taken back while the download runs is not started, and its download is forgotten', async t => {
  for (const [change, said] of [
    [wanting(offerOf(image(2), 2), { device: { approval: ZERO_WORD } }), 'rejected not_approved'],
    [wanting(offerOf(image(2), 2), { fleet: { paused: true } }), 'undetermined paused'],
  ] as const) {
    const board = await started();
    let asked = 0;
    board.onAsked = () => {
      if (++asked > 2) board.facts = change;
    };
    t.is(await board.deliver(), said);
    t.is(board.requests, 1);
    t.is(board.progress === undefined, said.startsWith('rejected'));
    await board.start();
    t.is(board.version, 1);
  }
});

test('approved bytes that are no whole image of that version, for this hardware, are refused, never started', async t => {
  const torn = flipped(image(2), 8 * 5000);
  const cases: [string, Uint8Array, number, string][] = [
    ['a body that does not match its checksum', torn, 2, 'rejected image_hash'],
    ['another version in the header', image(2), 3, 'rejected image_hash'],
    ['no image at all', new Uint8Array(5000).fill(7), 2, 'rejected image_hash'],
    ['shorter than its file', Uint8Array.of(...image(2), 0), 2, 'rejected image_hash'],
    ['other hardware', image(2, 10_000, word(9)), 2, 'rejected hardware'],
  ];
  for (const [name, bytes, version, said] of cases) {
    const board = await offering(bytes, version);
    t.is(await board.deliver(), said, name);
    t.is(board.progress, undefined);
    await board.start();
    t.is(board.version, 1);
  }
  const twin = await offering(encodeImage(2, HARDWARE, new Uint8Array(10)), 2);
  t.is(await twin.deliver(), 'accepted, restart update');
});

test('an unhealthy image goes back, is tried once more, then given up in a receipt, and not offered again', async t => {
  const board = await started();
  t.is(await board.deliver(), 'accepted, restart update');
  board.app.healthy = () => {
    throw new Error('ill');
  };
  await t.throwsAsync(board.start(), { message: 'rollBack' });
  await board.start();
  t.deepEqual([board.version, board.settled], [1, 'rolled back']);
  t.true(board.updates.waiting, 'by itself');
  t.is(await board.retry(), 'accepted, restart update');
  await t.throwsAsync(board.start(), { message: 'rollBack' });
  await board.start();
  t.deepEqual([board.version, board.settled, board.receipts], [1, 'given up', ['failed']]);
  t.is(await board.deliver(), 'rejected replayed');
  board.app.healthy = () => true;
  const third = image(3);
  board.offer = offerOf(third, 3);
  board.facts = wanting(board.offer);
  board.served = third;
  t.is(await board.deliver(), 'accepted, restart update');
  await board.start();
  t.deepEqual([board.version, board.settled], [3, 'confirmed']);
});

test('a health check that fails, never ends, or says anything but true sends the image back', async t => {
  for (const healthy of [
    () => Promise.reject(new Error('ill')),
    () => new Promise<boolean>(() => {}),
    () => false,
    () => 'yes' as never,
  ]) {
    const board = await started();
    await board.deliver();
    board.app.healthy = healthy;
    const starting = t.throwsAsync(board.start(), { message: 'rollBack' });
    await new Promise(resolve => setImmediate(resolve));
    board.clock.advance(30_000);
    await starting;
    await board.start();
    t.is(board.version, 1);
  }
});

test('a pending image that the journal knows nothing of does not confirm', async t => {
  const board = await started();
  await board.deliver();
  board.memory.wipe('journal');
  await t.throwsAsync(board.start(), { message: 'rollBack' });
  await board.start();
  t.is(board.version, 1);
});

test('a floor takes effect when an image at or above it is confirmed, and condemns the older slot', async t => {
  const board = await started();
  board.facts = wanting(board.offer, { channel: { floor: 2 } });
  await board.deliver();
  t.not(board.memory.open('slotA').read(0, 1)[0], 0xff, 'still there while the new one is on trial');
  await board.start();
  t.is(board.settled, 'confirmed');
  t.deepEqual(board.memory.open('slotA').read(0, 64), new Uint8Array(64).fill(0xff));
  const older = offerOf(image(1), 1);
  board.facts = wanting(older);
  t.is(await board.deliver(older), 'rejected rollback');

  const plain = await started();
  await plain.deliver();
  await plain.start();
  t.is(plain.memory.open('slotA').read(0, 1)[0], 0x48, 'without a floor the older slot stays');
});

test('a worthless offer does not make the board forget what it was about', async t => {
  const board = await started();
  board.failure = 'unreachable';
  await board.deliver();
  board.failure = undefined;
  board.served = undefined;
  t.is(await board.deliver(), 'undetermined incomplete');
  const junk = { ...board.offer, imageSha256: word(9) };
  t.is(await board.deliver(encodeOffer(junk)), 'rejected not_published');
  t.true(board.updates.waiting);
  board.served = board.images.get(2);
  t.is(await board.retry(), 'accepted, restart update');
});

test('a restart in the middle of a download goes on with it, unasked', async t => {
  const board = await started();
  board.served = undefined;
  t.is(await board.deliver(), 'undetermined incomplete');
  await board.start();
  t.true(board.updates.waiting);
  board.served = board.images.get(2);
  t.is(await board.retry(), 'accepted, restart update');
});

test('at L4 with endpoints, what only the newest block that the committee signed shows keeps an image out, and so does what endpoints show', async t => {
  const atL4 = async () => {
    const board = new UpdateBoard();
    board.level = 4;
    board.newestLevel = 1;
    await board.start();
    return board;
  };
  const paused = (board: UpdateBoard) => wanting(board.offer, { fleet: { paused: true } });
  const hidden = await atL4();
  hidden.signed = paused(hidden);
  t.is(await hidden.deliver(), 'undetermined paused');
  const shown = await atL4();
  shown.newest = paused(shown);
  t.is(await shown.deliver(), 'undetermined paused');
  t.is(await (await atL4()).deliver(), 'accepted, restart update');
});
