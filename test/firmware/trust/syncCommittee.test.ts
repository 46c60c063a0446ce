/** L4 as a board has it: the way along finality with lying provers, lost power, long sleep and committees that lie. */
import './lightWorld.js';

import test from 'ava';
import fc from 'fast-check';
import { encodeUpdate, parseUpdate } from '../../../firmware/beacon/update.js';
import { accepted, undetermined } from '../../../firmware/bytes/verdict.js';
import { FINALITY_RECORD_BYTES_MAX } from '../../../firmware/trust/finalityRecord.js';
import { OFFERED_BYTES_MAX } from '../../../firmware/trust/syncCommittee.js';
import { flipped } from '../../fakes/bytes.js';
import { holdsAsync } from '../../fakes/holds.js';
import { Cut, type Lie, LightBoard, LightWorld, PERIOD, PERIOD_SECONDS } from './lightWorld.js';

test('a board begins at its root, follows what becomes final, and goes on after a restart without beginning anew', async t => {
  const world = new LightWorld();
  const board = new LightBoard(world);
  t.is(await board.head(), world.startSlot);
  world.slot += 20;
  t.is(await board.head(), world.slot);
  const head = await board.trust.head();
  t.like(head, { value: { level: 4, finalized: true, timestamp: world.timeOf(world.slot) } });
  t.regex(head.verdict === 'accepted' ? head.value.basis : '', /^sync committee, 31 of 32 signed, slot 158$/);
  for (const prover of board.provers)
    prover.lie = (path, honest) => (path.includes('bootstrap') ? undefined : honest);
  t.is(await board.boot().head(), world.slot);
  world.slot += 30;
  t.is(await board.head(), world.slot);
  t.true(
    board.stored!.length <= FINALITY_RECORD_BYTES_MAX && board.stored!.length <= 256,
    `${board.stored!.length}`,
  );
  t.log(`${board.stored!.length} bytes are all that is kept`);
});

test('a state of another beginning is none', async t => {
  const world = new LightWorld();
  const board = new LightBoard(world);
  await board.head();
  const other = new LightBoard(new LightWorld({ seed: 6 }));
  other.stored = board.stored;
  t.is(other.boot().trust.standing, 'nothing');
  t.is(board.boot().trust.standing, 'good');
});

test('what says nothing new is not verified again; an unchanged chain costs a question and no write', async t => {
  const world = new LightWorld();
  const board = new LightBoard(world, undefined, 1);
  world.slot += 20;
  await board.head();
  const { writes } = board;
  const asked = board.provers[0].asked.length;
  await board.head();
  await board.head();
  t.is(board.writes, writes);
  t.is(board.provers[0].asked.length, asked + 2);
});

test('the power may fail at any write of a catch-up over ten periods: the way goes on from there to the same end', async t => {
  const world = new LightWorld();
  world.slot = 12 * PERIOD + 30;
  const uncut = new LightBoard(world, undefined, 1);
  t.is(await uncut.head(), world.slot);
  const questions = uncut.provers[0].asked.length;
  t.is(questions, 1 + 1 + 10 + 1, 'the beginning, finality, each period once, finality');
  t.true(uncut.writes >= 12, `${uncut.writes} writes`);
  for (let write = 1; write <= uncut.writes; write++) {
    for (const after of [false, true]) {
      const board = new LightBoard(world, undefined, 1);
      board.cutAt = { write, after };
      await t.throwsAsync(board.head(), { instanceOf: Cut });
      board.cutAt = undefined;
      t.is(await board.boot().head(), world.slot);
      t.deepEqual(board.stored, uncut.stored, `cut at ${write}`);
      t.true(board.provers[0].asked.length <= questions + 2, 'no step is made twice but one');
    }
  }
  t.log(`${questions} questions, ${uncut.writes} writes, each cut before and after`);
});

const other = new LightWorld({ seed: 99 });
const falsehoods: [string, Lie][] = [
  ['nothing', () => undefined],
  ['nonsense', () => Uint8Array.of(0xc3, 1, 2, 3)],
  ['an empty answer', () => new Uint8Array(0)],
  ['a flipped bit', (_, honest) => honest && flipped(honest, 8 * 100 + 3)],
  ['a flipped bit of the end', (_, honest) => honest && flipped(honest, 8 * (honest.length - 5))],
  ['another chain', path => other.answer(path)],
  ['a bootstrap to everything', path => other.answer(path.replace(/\/v1\/.*/, '/v1/finality'))],
];
for (const [name, lie] of falsehoods) {
  test(`a prover that answers ${name} moves nobody, and hinders nobody who asks another as well`, async t => {
    const world = new LightWorld();
    const board = new LightBoard(world);
    await board.head();
    other.slot = world.slot + 30;
    world.slot += 3 * PERIOD;
    for (const prover of board.provers) prover.lie = lie;
    const alone = await board.head();
    t.true(alone === 'unreachable' || alone === 'unsupported', `${alone}`);
    board.provers[1].lie = undefined;
    t.is(await board.head(), world.slot, 'the twin: one of them is honest');
  });
}

test('who withholds finality holds up nobody who asks another as well', async t => {
  const world = new LightWorld();
  const board = new LightBoard(world);
  await board.head();
  const before = world.finality();
  world.slot += 20;
  board.provers[0].lie = path => (path.includes('finality') ? before : undefined);
  t.is(await board.head(), world.slot);
  t.true(board.provers[1].asked.length > 0);
});

test('a finality message that claims a later period leads to the newest committee and no further', async t => {
  const world = new LightWorld();
  const board = new LightBoard(world);
  await board.head();
  world.slot = 5 * PERIOD + 42;
  const exaggerated: Lie = (path, honest) => {
    const update = honest && path.includes('finality') ? parseUpdate(honest, 32) : undefined;
    if (update?.verdict !== 'accepted') return honest;
    return encodeUpdate({ ...update.value, signatureSlot: update.value.signatureSlot + 1000 * PERIOD });
  };
  for (const prover of board.provers) prover.lie = exaggerated;
  t.is(await board.head(), 'unsupported');
  t.true(board.provers[0].asked.length < 10);
  board.provers[1].lie = undefined;
  t.is(await board.head(), world.slot, 'the twin: one of them is honest');
});

test('a period in which nothing became final ends the way: what two thirds signed does not lead over it, a newer root does', async t => {
  const world = new LightWorld();
  const board = new LightBoard(world, undefined, 1);
  world.slot = 3 * PERIOD - 4;
  t.is(await board.head(), world.slot);
  // The stall: what is signed in period 3 names the last final block of period 2, and the next committee beside it.
  const stalled = (attestedSlot: number, next: boolean) =>
    world.update({ attestedSlot, finalizedSlot: 3 * PERIOD - 4, next, absent: [3] });
  board.provers[0].lie = path => (/finality/.test(path) ? stalled(3 * PERIOD + 50, true) : undefined);
  t.is(await board.head(), 3 * PERIOD - 4);
  const last = 3 * PERIOD - 4;
  world.slot = 5 * PERIOD + 30;
  board.provers[0].lie = (path, honest) =>
    path.endsWith('/committee/3') ? stalled(3 * PERIOD + 56, true) : honest;
  for (let looks = 0; looks < 2; looks++) {
    const head = await board.trust.head();
    t.log(head.verdict === 'undetermined' ? head.evidence : head.value.basis);
    t.true(head.verdict === 'undetermined' || head.value.number === world.name(last).number);
    t.is(board.trust.standing, 'good');
  }
  world.rootAt(5 * PERIOD + 2);
  t.is(await board.boot().head(), world.slot);
  world.slot += PERIOD;
  t.is(await board.head(), world.slot);
});

test('too few signers move nobody; the same message with two thirds does', async t => {
  const world = new LightWorld();
  const board = new LightBoard(world);
  await board.head();
  const slot = world.startSlot + 20;
  const few = (absent: number) =>
    world.update({
      attestedSlot: slot + 16,
      finalizedSlot: slot,
      absent: Array.from({ length: absent }, (_, i) => i),
    });
  for (const prover of board.provers) prover.lie = () => few(11);
  t.is(await board.head(), 'no_quorum');
  for (const prover of board.provers) prover.lie = () => few(10);
  t.is(await board.head(), slot);
});

test('a fork that is not known is said as such; once nobody shows it the board goes on', async t => {
  const world = new LightWorld();
  const board = new LightBoard(world);
  await board.head();
  const slot = world.startSlot + 20;
  const forkVersion = Uint8Array.of(9, 9, 9, 9);
  for (const prover of board.provers)
    prover.lie = () => world.update({ attestedSlot: slot + 16, finalizedSlot: slot, forkVersion });
  t.is(await board.head(), 'unknown_fork');
  for (const prover of board.provers) prover.lie = undefined;
  world.slot = slot;
  t.is(await board.head(), slot);
});

test('nobody answers: unreachable, and the state is as it was', async t => {
  const world = new LightWorld();
  const board = new LightBoard(world);
  for (const prover of board.provers) prover.silent = true;
  t.is(await board.head(), 'unreachable');
  t.is(board.trust.standing, 'nothing');
  for (const prover of board.provers) prover.silent = false;
  t.is(await board.head(), world.startSlot);
});

// Weak subjectivity.

const asleep = () => {
  const world = new LightWorld();
  const board = new LightBoard(world, 4 * PERIOD_SECONDS);
  return { world, board };
};

test('who slept no longer than committees may speak for each other goes on by them alone', async t => {
  const { board, world } = asleep();
  await board.head();
  world.slot += 4 * PERIOD - 20;
  t.is(await board.boot().head(), world.slot);
  board.checkpoint = async () => accepted({ ...world.name(world.slot), timestamp: world.timeOf(world.slot) });
  world.slot += 4 * PERIOD - 20;
  t.is(await board.boot().head(), world.slot, 'a checkpoint over the challenge says where it is up to date');
  board.checkpoint = async () => undetermined('level', 'none');
  world.slot += 4 * PERIOD - 20;
  t.is(await board.boot().head(), world.slot, 'and again, from there');
});

test('past that age nothing counts before a checkpoint over the challenge, of the same chain', async t => {
  const { board, world } = asleep();
  await board.head();
  world.slot += 9 * PERIOD;
  t.is(await board.boot().head(), 'stale');
  t.is(await board.head(), 'stale');
  board.checkpoint = async () => undetermined('not_now', 'the checkpoint does not answer the challenge');
  t.is(await board.boot().head(), 'stale');
  board.checkpoint = async () => accepted({ ...world.name(world.slot), timestamp: world.timeOf(world.slot) });
  t.is(await board.boot().head(), world.slot);
  t.is(board.trust.standing, 'good');
  board.checkpoint = async () => undetermined('level', 'none');
  world.slot += 20;
  t.is(await board.boot().head(), world.slot, 'from there on alone again');
});

test('committees that lead to another chain than the checkpoint are forgotten; the right ones lead on', async t => {
  const { board, world } = asleep();
  await board.head();
  world.slot += 9 * PERIOD;
  const slot = world.slot - 3;
  // The committee of long ago signs a past of its own.
  const forged = world.world.block(slot);
  const lie: Lie = (path, honest) =>
    path.includes('finality')
      ? world.update({ attestedSlot: slot + 10, finalizedSlot: slot, finalized: forged })
      : honest;
  for (const prover of board.provers) prover.lie = lie;
  board.checkpoint = async () => accepted({ ...world.name(world.slot), timestamp: world.timeOf(world.slot) });
  t.is(await board.boot().head(), 'stale');
  t.is(board.trust.standing, 'nothing');
  t.regex(board.bad.join(), /another chain than the checkpoint/);
  for (const prover of board.provers) prover.lie = undefined;
  t.is(await board.head(), world.slot);
});

test('the power may fail at any write of a way past the age: no block of it ever counts unconfirmed', async t => {
  const { board: uncut, world } = asleep();
  world.slot += 9 * PERIOD;
  const confirming = async () => accepted({ ...world.name(world.slot), timestamp: world.timeOf(world.slot) });
  uncut.checkpoint = confirming;
  t.is(await uncut.head(), world.slot);
  t.true(uncut.writes > 8);
  for (let write = 1; write <= uncut.writes; write++) {
    for (const after of [false, true]) {
      const board = new LightBoard(world, 4 * PERIOD_SECONDS);
      board.checkpoint = confirming;
      board.cutAt = { write, after };
      await t.throwsAsync(board.head(), { instanceOf: Cut });
      board.cutAt = undefined;
      board.checkpoint = async () => undetermined('unreachable', 'nobody');
      const alone = await board.boot().head();
      const done = write === uncut.writes && after;
      t.is(alone, done ? world.slot : 'stale', `cut at ${write}`);
      board.checkpoint = confirming;
      t.is(await board.boot().head(), world.slot);
    }
  }
});

test('restarts between short ways do not add up: committees of long ago cannot hop an age a boot', async t => {
  const { board, world } = asleep();
  await board.head();
  world.slot += 3 * PERIOD;
  t.is(await board.boot().head(), world.slot);
  world.slot += 3 * PERIOD;
  t.is(await board.boot().head(), 'stale', 'six periods with the power off are more than four');
});

test('steps that are each short lead no further in one boot than time went on', async t => {
  const { board, world } = asleep();
  await board.head();
  let reached = 0;
  for (let step = 0; step < 12; step++) {
    world.slot += PERIOD;
    const head = await board.head();
    if (typeof head === 'number') reached = head;
  }
  t.true(reached < world.startSlot + 4 * PERIOD, `${reached}`);
  t.is(await board.head(), 'stale');
});

/** Lets the monotonic clock count while finality arrives, an epoch of eight slots at a time. */
async function online(board: LightBoard, world: LightWorld, periods: number): Promise<void> {
  for (let step = 0; step < (periods * PERIOD) / 8; step++) {
    board.clock.advance(8 * 12 * 1000);
    world.slot += 8;
    await board.head();
  }
}

test('time that the clock counts while finality arrives costs no age, over any number of periods and a restart', async t => {
  const { board, world } = asleep();
  await board.head();
  await online(board, world, 6);
  t.is(await board.head(), world.slot);
  world.slot += 3 * PERIOD;
  t.is(await board.boot().head(), world.slot, 'asleep for three periods from there');
  world.slot += 2 * PERIOD;
  t.is(await board.boot().head(), 'stale', 'and for two more: five are too many');
});

test('time that the clock counts while nothing arrives is sleep: after the age nothing counts, old as it may be', async t => {
  const { board, world } = asleep();
  await board.head();
  for (let day = 0; day < 3; day++) {
    // A prover of the past shows one step a period.
    board.clock.advance(2 * PERIOD_SECONDS * 1000);
    world.slot += 8;
    await board.head();
  }
  t.is(await board.head(), 'stale', 'six periods were counted, whatever the messages say');
  board.checkpoint = async () => accepted({ ...world.name(world.slot), timestamp: world.timeOf(world.slot) });
  t.is(await board.head(), world.slot);
  world.slot += 3 * PERIOD;
  t.is(await board.head(), world.slot, 'up to date by the checkpoint, and on from there');
});

test('L3 on the very block of the state says that the board is up to date', async t => {
  const { board, world } = asleep();
  await board.head();
  world.slot += 3 * PERIOD;
  await board.head();
  await board.trust.settle({ ...world.name(world.slot), hash: new Uint8Array(32) });
  await board.trust.settle(world.name(world.slot));
  world.slot += 3 * PERIOD;
  t.is(await board.boot().head(), world.slot);
});

test('a checkpoint that is far away from the state, or that nobody can connect, confirms nothing', async t => {
  const { board, world } = asleep();
  await board.head();
  world.slot += 9 * PERIOD;
  board.checkpoint = async () =>
    accepted({
      number: 22_000_000 + world.slot,
      hash: new Uint8Array(32).fill(7),
      timestamp: world.timeOf(world.slot),
    });
  t.is(await board.boot().head(), 'stale');
  t.is(board.trust.known, undefined);
});

// Equivocation.

test('a committee that contradicts itself suspends L4, over restarts, until L3 speaks', async t => {
  for (const right of [true, false]) {
    const world = new LightWorld();
    const board = new LightBoard(world);
    world.slot += 20;
    await board.head();
    const { slot } = world;
    const twin = world.update({
      attestedSlot: slot + 17,
      finalizedSlot: slot,
      finalized: world.world.block(slot),
    });
    for (const prover of board.provers) prover.lie = () => twin;
    t.is(await board.head(), 'level');
    for (const prover of board.provers) prover.lie = undefined;
    t.is(await board.head(), 'level');
    t.is(board.boot().trust.standing, 'suspended');
    t.is(await board.head(), 'level');
    t.is(board.trust.known, undefined);
    world.slot += 10;
    const l3 = world.name(world.slot);
    await board.trust.settle(right ? l3 : { ...l3, hash: new Uint8Array(32) });
    t.is(board.trust.standing, right ? 'good' : 'nothing');
    t.is(await board.head(), world.slot);
  }
});

test('a message that came by itself is as good as an answer, and junk as bad', async t => {
  const world = new LightWorld();
  const board = new LightBoard(world, undefined, 1);
  await board.head();
  const old = world.finality();
  board.provers[0].lie = path => (path.includes('finality') ? old : undefined);
  world.slot += 20;
  board.trust.offer(Uint8Array.of(1, 2, 3));
  t.is(await board.head(), world.startSlot);
  board.trust.offer(world.finality());
  t.is(await board.head(), world.slot);
});

test('a message that came by itself is kept only if it may say something new and is short: noise takes no place', async t => {
  const world = new LightWorld();
  const board = new LightBoard(world, undefined, 1);
  await board.head();
  const old = world.finality();
  const keeps = (bytes: Uint8Array) => {
    board.trust.offer(bytes);
    return board.trust.hasOffer;
  };
  world.slot += 20;
  const parsed = parseUpdate(world.finality(), 32);
  if (parsed.verdict === 'rejected') return t.fail(parsed.evidence);
  const update = parsed.value;
  t.false(keeps(new Uint8Array(2000)), 'noise');
  t.false(keeps(old), 'what is known');
  t.false(keeps(encodeUpdate({ ...update, signatureSlot: update.attested.slot })), 'out of order');
  t.false(keeps(encodeUpdate({ ...update, bits: new Uint8Array(4) })), 'signed by nobody');
  t.false(keeps(encodeUpdate({ ...update, absent: new Uint8Array(OFFERED_BYTES_MAX) })), 'too long');
  t.true(keeps(encodeUpdate(update)), 'the message itself');
  t.is(await board.head(), world.slot);
});

type Event =
  | { kind: 'chain'; slots: number }
  | { kind: 'time'; periods: number }
  | { kind: 'boot' }
  | { kind: 'cut'; write: number; after: boolean }
  | { kind: 'lie'; prover: number; which: number }
  | { kind: 'checkpoint'; there: boolean };

const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constant('chain' as const), slots: fc.integer({ min: 1, max: 5 * PERIOD }) }),
  fc.record({ kind: fc.constant('time' as const), periods: fc.nat(4) }),
  fc.record({ kind: fc.constant('boot' as const) }),
  fc.record({
    kind: fc.constant('cut' as const),
    write: fc.integer({ min: 1, max: 4 }),
    after: fc.boolean(),
  }),
  fc.record({ kind: fc.constant('lie' as const), prover: fc.nat(1), which: fc.nat(falsehoods.length) }),
  fc.record({ kind: fc.constant('checkpoint' as const), there: fc.boolean() }),
);

test('whatever happens, a head is a block of the chain, none goes back, and with everybody honest there is one', async t => {
  let heads = 0;
  await holdsAsync(
    t,
    fc.asyncProperty(fc.array(event, { maxLength: 14 }), async events => {
      const { board, world } = asleep();
      let greatest = 0;
      const look = async () => {
        try {
          const head = await board.head();
          if (typeof head !== 'number') return head;
          t.true(head >= greatest, 'none goes back');
          greatest = head;
          heads++;
          return head;
        } catch (error) {
          if (!(error instanceof Cut)) throw error;
          board.cutAt = undefined;
          board.boot();
          return 'cut';
        }
      };
      for (const happened of events) {
        if (happened.kind === 'chain') world.slot += happened.slots;
        if (happened.kind === 'time') board.clock.advance(happened.periods * PERIOD_SECONDS * 1000);
        if (happened.kind === 'boot') board.boot();
        if (happened.kind === 'cut')
          board.cutAt = { write: board.writes + happened.write, after: happened.after };
        if (happened.kind === 'lie') board.provers[happened.prover].lie = falsehoods[happened.which]?.[1];
        if (happened.kind === 'checkpoint') {
          board.checkpoint = async () =>
            happened.there
              ? accepted({ ...world.name(world.slot), timestamp: world.timeOf(world.slot) })
              : undetermined('level', 'none');
        }
        await look();
      }
      board.cutAt = undefined;
      board.checkpoint = async () =>
        accepted({ ...world.name(world.slot), timestamp: world.timeOf(world.slot) });
      for (const prover of board.provers) prover.lie = undefined;
      t.is(await look(), world.slot);
    }),
    { numRuns: Number(process.env.HOLDFAST_MODEL_RUNS ?? 25) },
  );
  t.log(`${heads} heads`);
});
