/** The vetoes of an app on an update, their limit, which the owner sets, and the version that a release wants before it. */
import test from 'ava';
import type { Battery } from '../../../firmware/app/app.js';
import { numberToBytes } from '../../../firmware/bytes/bigEndian.js';
import { StoreKey } from '../../../firmware/ledger/keys.js';
import { REQUIRED_VERSION } from '../../../firmware/update/manifestFields.js';
import { ZERO_WORD } from '../../fakes/bytes.js';
import { image, manifestOf, offerOf, wanting } from './release.js';
import { UpdateBoard } from './updateBoard.js';

const HOUR_MS = 3_600_000;

async function started(): Promise<UpdateBoard> {
  const board = new UpdateBoard();
  // Blocks stay as fresh as they are, however far the clock is moved.
  board.policy = { level: 1, maximumAge: 10 ** 9 };
  await board.start();
  return board;
}

test('a battery below its least is a veto with its own evidence; at the least, on a supply and unread it is none', async t => {
  const board = await started();
  let battery: Battery | undefined = { charge: 29, least: 30 };
  board.app.battery = () => battery;
  t.is(await board.deliver(), 'undetermined busy');
  t.regex(board.evidence, /^the battery has 29 %, an update begins with 30 %; 168 h on/);
  t.is(board.requests, 0);
  battery = { charge: Number.NaN, least: 30 };
  t.is(await board.deliver(), 'undetermined busy', 'what is no number is no charge');
  for (const charged of [{ charge: 30, least: 30 }, undefined]) {
    const twin = await started();
    twin.app.battery = () => charged;
    t.is(await twin.deliver(), 'accepted, restart update');
  }
});

test('an app puts a release off for as long as its owner lets it, over restarts, and is then not asked', async t => {
  const board = await started();
  board.postponeHours = 48;
  board.app.busy = () => true;
  await board.start();
  t.is(await board.deliver(), 'undetermined busy');
  t.regex(board.evidence, /48 h on/);
  const stored = board.ledger.read(StoreKey.postponed);
  board.clock.advance(47 * HOUR_MS);
  t.is(await board.deliver(), 'undetermined busy');
  t.deepEqual(board.ledger.read(StoreKey.postponed), stored, 'written once');
  // Off and on again: the time is that of the blocks, not of this boot.
  await board.start();
  board.clock.advance(48 * HOUR_MS - 1000);
  t.is(await board.deliver(), 'undetermined busy');
  board.clock.advance(2000);
  t.is(await board.retry(), 'accepted, restart update');
});

test('an owner who lets an app put nothing off is obeyed at once; unless told, a board waits a week', async t => {
  for (const [hours, passed, said] of [
    [0, 0, 'accepted, restart update'],
    [undefined, 167, 'undetermined busy'],
    [undefined, 168, 'accepted, restart update'],
  ] as const) {
    const board = await started();
    board.postponeHours = hours;
    board.app.quiet = () => ({ from: '00:00', until: '23:59' });
    board.app.battery = () => ({ charge: 1, least: 50 });
    await board.start();
    await board.deliver();
    board.clock.advance(passed * HOUR_MS);
    if (board.version === 1 && hours !== 0) t.is(await board.deliver(), said);
    else t.is(board.said.join(', '), said);
  }
});

test('a release that was refused meanwhile is put off anew when it is wanted again', async t => {
  const board = await started();
  board.app.busy = () => true;
  await board.deliver();
  board.clock.advance(169 * HOUR_MS);
  board.facts = wanting(board.offer, { device: { approval: ZERO_WORD } });
  t.is(await board.deliver(), 'rejected not_approved');
  board.facts = wanting(board.offer);
  t.is(await board.deliver(), 'undetermined busy');
});

test('a veto that begins while an offer waits is told at once, and once', async t => {
  const board = await started();
  board.failure = 'unreachable';
  t.is(await board.deliver(), 'undetermined unreachable');
  board.failure = undefined;
  board.app.busy = () => true;
  t.is(await board.retry(), 'undetermined busy');
  t.is(await board.retry(), '');
  board.failure = 'unreachable';
  t.is(await board.retry(), '', 'trouble with the chain is no decision');
});

test('a release that wants a newer version before it waits for that one; the version that it names is enough', async t => {
  for (const [required, said] of [
    [2, 'rejected not_yet'],
    [1, 'accepted, restart update'],
  ] as const) {
    const bytes = image(3);
    const fields = [{ tag: REQUIRED_VERSION, value: numberToBytes(required, 4) }];
    const board = await started();
    board.offer = offerOf(bytes, 3, {}, manifestOf(bytes, 3, { fields }));
    board.facts = wanting(board.offer);
    board.served = bytes;
    for (let i = 0; i < 5; i++) if (board.said.length === i) t.is(await board.deliver(), said);
    t.is(board.requests, required === 2 ? 0 : 1, 'no sector is fetched');
  }
  const unreadable = await started();
  const fields = [{ tag: REQUIRED_VERSION, value: new Uint8Array(32).fill(1) }];
  unreadable.offer = offerOf(image(2), 2, {}, manifestOf(image(2), 2, { fields }));
  unreadable.facts = wanting(unreadable.offer);
  t.is(await unreadable.deliver(), 'rejected not_yet');
});
