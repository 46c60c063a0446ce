/** An owner who wants an older version again says so, for the version that runs; nobody else brings one back. */
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import type { ChannelFacts } from '../../../firmware/contract/facts.js';
import { approvalHash, encodeOffer, type Offer, parseOffer } from '../../../firmware/update/offer.js';
import { parseProgress } from '../../../firmware/update/progress.js';
import { word, ZERO_WORD } from '../../fakes/bytes.js';
import { holds } from '../../fakes/holds.js';
import { crypto, image, offerOf, wanting } from './release.js';
import { knownIn, UpdateBoard } from './updateBoard.js';

const ACCEPTED = 'accepted, restart update';
const WITHDRAWN = word(0);
WITHDRAWN[31] = 1;

/** A board that was updated from version 1, whose image still lies in the other slot, to version 2. */
async function updated(t: ExecutionContext): Promise<UpdateBoard> {
  const board = new UpdateBoard();
  await board.start();
  t.is(await board.deliver(), ACCEPTED);
  await board.start();
  t.deepEqual([board.version, board.settled], [2, 'confirmed']);
  return board;
}

/** Vendor and owner want this version for boards that run the other one; the offer says so too. */
function wants(
  board: UpdateBoard,
  version: number,
  from: number | undefined,
  channel: Partial<ChannelFacts> = {},
): Offer {
  board.offer = { ...offerOf(image(version), version), ...(from !== undefined && { from }) };
  board.facts = wanting(board.offer, { channel: { newest: 3, ...channel } });
  board.served = image(version);
  return board.offer;
}

test('a board goes back where its owner approved the older version for the one that runs; its receipt names that approval', async t => {
  const board = await updated(t);
  const offer = wants(board, 1, 2);
  const old = board.flash.open('slotA').read(0, 20_480);
  t.is(await board.deliver(), ACCEPTED);
  t.deepEqual(board.flash.open('slotA').read(0, 20_480), old);
  await board.start();
  t.deepEqual([board.version, board.settled], [1, 'confirmed']);
  const { receipt } = board.ledger.receiptFor(board.facts.device.approval)!;
  t.is(receipt.outcome, 'done');
  t.notDeepEqual(receipt.envelopeHash, approvalHash(crypto, { ...offer, from: undefined }));
  t.is(await board.deliver(), '', 'the offer of what runs comes to nothing');
});

test('the older version alone, approved as any is, brings nobody back', async t => {
  const board = await updated(t);
  wants(board, 1, undefined);
  t.is(await board.deliver(), 'rejected rollback');
  t.is(board.evidence, 'version 1 is not newer than 2, which runs');
});

test('an approval for boards that run another version counts for none of these', async t => {
  for (const [version, from] of [
    [1, 1],
    [1, 3],
    [1, 0],
    [3, 1],
  ]) {
    const board = await updated(t);
    wants(board, version, from);
    t.is(await board.deliver(), 'rejected rollback', `${version} from ${from}`);
    t.is(board.evidence, `version ${version} is approved for boards that run ${from}, not 2, which runs`);
  }
});

test('an offer says nothing of itself: what it claims to be approved for is in the approval, or it is not approved', async t => {
  const plain = await updated(t);
  const offer = wants(plain, 1, undefined);
  t.is(await plain.deliver({ ...offer, from: 2 }), 'rejected not_approved');
  const moved = await updated(t);
  wants(moved, 1, 2);
  t.is(await moved.deliver({ ...moved.offer, from: undefined }), 'rejected not_approved');
  t.is(await moved.deliver(), ACCEPTED);
});

test('what restrains an update restrains a way back: floors, withdrawal, the newest block, the cohort, now', async t => {
  const cases: [string, string, (board: UpdateBoard) => void][] = [
    ['floor of the channel', 'rejected floor', board => wants(board, 1, 2, { floor: 2 })],
    [
      'floor of the board',
      'rejected floor',
      board => (knownIn(board.flash).line = { ...line(board), floor: 2 }),
    ],
    ['withdrawn', 'rejected withdrawn', board => wants(board, 1, 2, { record: WITHDRAWN })],
    ['never published', 'rejected not_published', board => wants(board, 1, 2, { record: ZERO_WORD })],
    ['paused', 'undetermined paused', board => wants(board, 1, 2, { flags: 1 })],
    [
      'taken back in the newest block',
      'rejected not_approved',
      board => (board.newest = wanting(board.offer, { device: { approval: ZERO_WORD } })),
    ],
    [
      'an old view of the chain',
      'undetermined stale',
      board => (board.policy = { level: 1, maximumAge: -1 }),
    ],
    ['no proof of now', 'undetermined not_now', board => (board.provesNow = false)],
  ];
  for (const [name, expected, restrain] of cases) {
    const board = await updated(t);
    wants(board, 1, 2);
    restrain(board);
    await board.start();
    t.is(await board.deliver(), expected, name);
    await board.start();
    t.is(board.version, 2, name);
  }
  const twin = await updated(t);
  wants(twin, 1, 2, { floor: 1 });
  t.is(await twin.deliver(), ACCEPTED, 'at the floor');
});

const line = (board: UpdateBoard) => knownIn(board.flash).line!;

test('each approval counts once: repeated after the way forth again, the way back is not gone a second time', async t => {
  const board = await updated(t);
  const back = wants(board, 1, 2);
  const approved = board.facts;
  await board.deliver();
  await board.start();
  wants(board, 2, undefined);
  t.is(await board.deliver(), 'rejected replayed', 'version 2 has its receipt');
  wants(board, 2, 1);
  t.is(await board.deliver(), ACCEPTED, 'but its owner may say that it is meant again');
  await board.start();
  t.deepEqual([board.version, board.settled], [2, 'confirmed']);
  t.is(await board.deliver(back), 'rejected replayed', 'by its receipt');
  board.facts = approved;
  t.is(await board.deliver(back), 'rejected replayed', 'also where a lie brings the old approval with it');
});

test('an older image that is not well is left again, and the receipt says so', async t => {
  const board = await updated(t);
  wants(board, 1, 2);
  board.app = { ...board.app, healthy: () => false };
  for (let lives = 0; lives < 8; lives++) {
    await board.start().catch(() => {});
    if (board.version === 2 && board.receipts.length < 2) await board.deliver();
  }
  await board.start();
  t.is(board.version, 2);
  t.is(board.ledger.receiptFor(board.facts.device.approval)?.receipt.outcome, 'failed');
});

test('offers and the update under way keep the version that is gone back from, and read as before where there is none', t => {
  const plain = offerOf(image(1), 1);
  holds(
    t,
    fc.property(fc.option(fc.integer({ min: 0, max: 0xffffffff }), { nil: undefined }), from => {
      const offer = from === undefined ? plain : { ...plain, from };
      t.deepEqual(parseOffer(encodeOffer(offer)), { verdict: 'accepted', value: offer } as never);
      t.is(encodeOffer(offer).length <= 256, true);
    }),
  );
  t.is(parseOffer(encodeOffer({ ...plain, from: 0x1_0000_0000 })).verdict, 'rejected');
  t.is(parseProgress(undefined), undefined);
});
