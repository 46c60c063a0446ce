/** Hand-over: another owner holds everything; the order of the new fleet sets trust, and only then the board obeys. */
import test from 'ava';
import { undetermined } from '../../../firmware/bytes/verdict.js';
import { TRIAL_MS_MAX } from '../../../firmware/handover/handOver.js';
import { StoreKey } from '../../../firmware/ledger/keys.js';
import { encodeConfiguration } from '../../../firmware/trust/configuration.js';
import { address } from '../../fakes/bytes.js';
import { OWNER, TRUST } from '../../fakes/trustKeeper.js';
import { Board, type Prepared, short } from '../command/board.js';
import { asked, BUYER, NEW_BYTES, NEW_TRUST, sold, trustOrder } from './scene.js';

const outcomes = (board: Board, from = 0): string[] => board.said.slice(from).map(short);

test('another owner at the newest block holds everything at once; the twin of the known owner runs', async t => {
  for (const another of [true, false]) {
    const board = await new Board().proveNow();
    const order = board.link('once');
    board.chain.finalise();
    if (another) board.chain.handOver(BUYER);
    else board.chain.mine(1);
    t.is(await board.deliver(order), another ? 'undetermined handover' : 'done');
    t.is(board.effects.length, another ? 0 : 1);
    t.is(board.commands.seen.isOthers, another, 'and a download ends');
    t.deepEqual(board.keeper.ownership.owner, OWNER);
  }
});

test('nothing of the buyer’s fleet runs before trust is set anew, a trust order that cannot be undone included', async t => {
  const board = await sold();
  const orders = [board.link('once', { challenge: board.challenge }), board.link('grave', { class: 1 })];
  board.chain.finalise();
  for (const order of orders) t.is(await board.deliver(order), 'undetermined handover');
  t.deepEqual(board.effects, []);
  t.is(board.ledger.position.epoch, 1, 'it follows the chain');
  t.is(board.ledger.position.sequence, 1, 'and consumes nothing');
});

test('the buyer’s order asks for the configuration, tries it, and makes it the board’s; then the buyer is obeyed', async t => {
  const board = await sold();
  const order = await asked(board);
  t.is(board.about(order), 'undetermined incomplete');
  t.true(board.handOver.awaits);
  t.false(board.handOver.take(Uint8Array.of(1)), 'bytes of another hash are not what it asked for');
  t.true(board.handOver.take(NEW_BYTES));
  t.deepEqual(await board.retry(), ['done']);
  t.deepEqual(board.trials, [NEW_TRUST]);
  t.like(board.goals[0], { owner: BUYER, epoch: 1 });
  t.is(board.goals[0].link?.position.sequence, order.envelope.sequence);
  t.deepEqual(board.keeper.encodedConfiguration, NEW_BYTES);
  t.deepEqual(board.keeper.ownership, { owner: BUYER, epoch: 1, since: board.chain.now });
  t.true(board.handOver.adopted);

  const next = board.link('once');
  board.chain.finalise();
  t.is(await board.deliver(next), 'undetermined handover', 'nothing more under the trust of before');
  board.boot();
  const proof = board.link('once', { challenge: board.challenge });
  board.chain.finalise();
  await board.deliver(next);
  await board.deliver(proof);
  t.is(board.effects.length, 2);
});

test('every link before the order is consumed as voided without its envelope, of the new epoch too', async t => {
  const board = await sold();
  const before = [board.link('once'), board.link('grave', { class: 1 }), board.link('once')];
  const order = trustOrder(board, NEW_BYTES, { challenge: board.challenge });
  board.chain.finalise();
  const from = board.said.length;
  await board.deliver(order);
  t.deepEqual(outcomes(board, from), [
    'voided epoch',
    ...before.map(() => 'voided void'),
    'undetermined incomplete',
  ]);
  for (const one of before) t.is(await board.deliver(one), 'rejected replayed');
  board.handOver.take(NEW_BYTES);
  t.deepEqual(await board.retry(), ['done']);
  t.deepEqual(board.effects, []);
});

test('more links before the order than one walk keeps are voided all the same', async t => {
  const board = await sold();
  for (let i = 0; i < 70; i++) board.link('once');
  const order = await asked(board);
  t.is(board.ledger.position.sequence, order.envelope.sequence - 1);
  board.handOver.take(NEW_BYTES);
  t.deepEqual(await board.retry(), ['done']);
});

test('an order that sets trust has its place, however many orders that wait for it were linked and delivered before it', async t => {
  for (const many of [3, 12]) {
    const board = await sold();
    const proof = board.link('once', { challenge: board.challenge });
    const before = Array.from({ length: many }, () => board.link('once'));
    const order = trustOrder(board);
    board.chain.finalise();
    await board.deliver(proof);
    for (const held of before) await board.deliver(held);
    await board.deliver(order);
    t.is(board.about(order), 'undetermined incomplete', `${many} before it`);
    t.true(board.handOver.take(NEW_BYTES));
    t.true((await board.retry()).includes('done'));
    t.deepEqual(board.effects, []);
  }
});

test('an order that no link commits to voids nothing', async t => {
  const board = await sold();
  board.link('once', { challenge: board.challenge });
  board.chain.finalise();
  const forged = {
    ...trustOrder(new Board(), NEW_BYTES, { sequence: 9, epoch: 1, challenge: board.challenge }),
  };
  t.not(await board.deliver(forged as Prepared), 'done');
  t.is(board.ledger.position.sequence <= 1, true);
});

test('without now proven, or below the level of lifecycle, no hand-over begins; the twin begins', async t => {
  for (const [name, level, now, begins] of [
    ['now unproven', 4, false, false],
    ['level too low', 1, true, false],
    ['the twin', 4, true, true],
  ] as const) {
    const board = new Board();
    board.lifecycle = { level: 4, maximumAge: 7200 };
    board.boot();
    board.chain.levels = { lifecycle: 4, firmware: 4 };
    await board.proveNow();
    if (!now) board.boot();
    board.chain.levels = { lifecycle: level, firmware: level };
    board.chain.handOver(BUYER);
    const order = trustOrder(board, NEW_BYTES, now ? { challenge: board.challenge } : {});
    board.chain.finalise();
    const answer = await board.deliver(order);
    t.is(board.handOver.awaits, begins, `${name}: ${answer}`);
    t.is(board.ledger.position.epoch, begins ? 1 : 0, name);
  }
});

test('an order of class 0, one by a batch, and one of the former epoch set no trust', async t => {
  const board = await sold();
  const routine = trustOrder(board, NEW_BYTES, { class: 0, challenge: board.challenge });
  board.chain.finalise();
  t.is(await board.deliver(routine), 'undetermined handover');
  t.false(board.handOver.awaits);
  const old = board.envelope('once', { ...trustOrder(board).envelope, epoch: 0 });
  t.is(await board.deliver(old), 'rejected void');
  t.deepEqual(board.keeper.ownership.owner, OWNER);
});

test('a configuration that lowers the level of firmware or lifecycle is refused; one that keeps it is not', async t => {
  const board = new Board();
  const strict = { level: 3 as const, maximumAge: 7200 };
  board.configuration = { ...TRUST, policies: { ...TRUST.policies, lifecycle: strict } };
  board.boot();
  await sold(board);
  const order = await asked(board);
  board.handOver.take(NEW_BYTES);
  const [said] = await board.retry();
  t.is(said, 'refused params');
  t.is(board.about(order).split(', ').pop(), 'refused params');
  t.deepEqual(board.trials, []);
  const twin = new Board();
  await sold(twin);
  await asked(twin);
  twin.handOver.take(NEW_BYTES);
  t.deepEqual(await twin.retry(), ['done']);
});

test('a configuration for another chain, or that is none, is refused', async t => {
  for (const bytes of [encodeConfiguration({ ...NEW_TRUST, chainId: 5 }), Uint8Array.of(1, 2, 3)]) {
    const board = await sold();
    await asked(board, bytes);
    board.handOver.take(bytes);
    t.deepEqual(await board.retry(), ['refused params']);
    t.deepEqual(board.keeper.ownership.owner, OWNER);
  }
});

test('a trial that proves nothing ends as failed, with the old trust; the next order may succeed', async t => {
  const board = await sold();
  const order = await asked(board);
  board.handOver.take(NEW_BYTES);
  board.trial = undetermined('unreachable', 'nobody there');
  t.deepEqual(await board.retry(), ['undetermined unreachable']);
  board.clock.advance(TRIAL_MS_MAX - 1);
  t.deepEqual(await board.retry(), [], 'it goes on, and is not announced again');
  t.is(board.trials.length, 1, 'one trial of several attempts');
  board.clock.advance(1);
  t.deepEqual(await board.retry(), ['failed trial']);
  t.is(board.ledger.position.sequence, order.envelope.sequence);
  t.deepEqual(board.keeper.ownership.owner, OWNER);
  board.trial = { verdict: 'accepted', value: undefined };
  await asked(board);
  board.handOver.take(NEW_BYTES);
  t.deepEqual(await board.retry(), ['done']);
});

test('what was proven for one owner makes no trust of another’s: the board looks again after the trial', async t => {
  for (const soldOn of [true, false]) {
    const board = await sold();
    const order = await asked(board);
    board.handOver.take(NEW_BYTES);
    board.onTrial = () => soldOn && board.chain.handOver(address(0x0c)).finalise();
    await board.retry();
    t.is(board.handOver.adopted, !soldOn, board.about(order));
    t.deepEqual(board.keeper.ownership.owner, soldOn ? OWNER : BUYER);
  }
});

test('a trial that an order waits for runs between two looks at the chain, and in its turn alone', async t => {
  const board = await sold();
  const order = await asked(board);
  board.handOver.take(NEW_BYTES);
  let looks = 0;
  const read = board.chain.facts.bind(board.chain);
  board.chain.facts = async (...asked) => {
    looks++;
    const facts = await read(...asked);
    looks--;
    return facts;
  };
  const during: number[] = [];
  board.onTrial = () => during.push(looks);
  await board.commands.work();
  t.deepEqual(during, [], 'no look asked for it');
  t.deepEqual(await board.retry(), ['done']);
  t.deepEqual(during, [0]);
  t.is(board.about(order).split(', ').pop(), 'done');
});

test('a download of the former owner is dropped with the epoch; a newer epoch of the same owner keeps it', async t => {
  for (const handedOver of [true, false]) {
    const board = await new Board().proveNow();
    board.ledger.commit({ records: [[StoreKey.update, Uint8Array.of(1)]] });
    if (handedOver) board.chain.handOver(BUYER);
    else board.chain.bumpEpoch();
    const order = board.link('once', { challenge: board.challenge });
    board.chain.finalise();
    await board.deliver(order);
    t.is(board.ledger.position.epoch, 1);
    t.is(board.ledger.read(StoreKey.update) === undefined, handedOver);
    t.is(board.keeper.ownership.epoch, handedOver ? 0 : 1);
  }
});

test('a fleet may give its board another trust without a hand-over; the order is class 1 all the same', async t => {
  const board = await new Board().proveNow();
  const order = trustOrder(board);
  board.chain.finalise();
  t.is(await board.deliver(order), 'undetermined incomplete');
  board.handOver.take(NEW_BYTES);
  t.deepEqual(await board.retry(), ['done']);
  t.deepEqual(board.keeper.ownership, { owner: OWNER, epoch: 0, since: 0 });
  const routine = await new Board().proveNow();
  const refused = trustOrder(routine, NEW_BYTES, { class: 0 });
  routine.chain.finalise();
  t.is(await routine.deliver(refused), 'refused class');
});
