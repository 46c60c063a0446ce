/** Facts that only restrain hold from the newest head on, and void nothing before they are final. */
import test from 'ava';
import { DeviceStatus } from '../../../firmware/contract/facts.js';
import { address } from '../../fakes/bytes.js';
import { Board, short } from './board.js';

const ready = () => new Board().proveNow();

const restraints = [
  ['fleet paused', { paused: true }, { paused: false }, 'paused'],
  ['board suspended', { status: 3 }, { status: DeviceStatus.active }, 'suspended'],
  ['board stolen', { status: DeviceStatus.stolen }, { status: DeviceStatus.active }, 'suspended'],
  ['only provisioned', { status: 1 }, { status: DeviceStatus.active }, 'suspended'],
  ['another key', { key: address(9) }, undefined, 'suspended'],
] as const;

for (const [name, change, undo, cause] of restraints) {
  test(`${name}: holds from the newest block on, and its twin without it runs`, async t => {
    const board = await ready();
    const command = board.link('once');
    board.chain.finalise().change(change);
    t.is(await board.deliver(command), `undetermined ${cause}`, 'not final yet');
    board.chain.finalise();
    t.is(await board.deliver(command), `undetermined ${cause}`, 'final');
    t.is(board.ledger.position.sequence, 1, 'nothing is consumed');
    if (undo) {
      board.chain.change(undo);
      t.deepEqual(await board.retry(), [], 'the undoing counts when it is final');
      board.chain.finalise();
      t.deepEqual(await board.retry(), ['done']);
    }
    t.deepEqual(board.effects, undo ? ['once 2'] : []);
  });
}

test('a restraint holds what tolerates a reorganisation as well', async t => {
  const board = await ready();
  const command = board.link('loose');
  board.chain.change({ paused: true });
  t.is(await board.deliver(command), 'undetermined paused');
  board.chain.change({ paused: false });
  t.is(await board.deliver(command), 'done');
});

test('a newer fleet epoch holds at once and voids when final, with or without the envelope', async t => {
  const board = await ready();
  const [first, second] = [board.link('once'), board.link('once')];
  board.chain.finalise().change({ fleetEpoch: 1 });
  t.is(await board.deliver(first), 'undetermined level');
  board.chain.finalise();
  const third = board.link('once');
  board.chain.finalise();
  t.deepEqual(await board.retry(), ['voided void', 'voided void', 'undetermined withheld']);
  t.is(board.about(second), 'voided void', 'it was never delivered');
  t.is(await board.deliver(third), 'done');
  t.deepEqual(board.effects, ['once 4']);
});

test('a newer device epoch holds at once; when final it is receipted once, and older links are skipped', async t => {
  const board = await ready();
  const first = board.link('once');
  board.link('once');
  board.chain.finalise().bumpEpoch();
  t.is(await board.deliver(first), 'undetermined level');
  t.is(board.ledger.position.epoch, 0);
  const after = board.link('once');
  board.chain.finalise();
  const said = board.said.length;
  t.is(await board.deliver(after), 'done');
  t.deepEqual(board.effects, ['once 4'], 'no envelope of the older epoch was needed');
  const outcomes = board.said
    .slice(said)
    .map(({ receipt, verdict }) => receipt?.receipt.outcome ?? verdict.verdict);
  t.deepEqual(outcomes, ['voided', 'done', 'rejected']);
  t.is(board.about(first).split(', ').pop(), 'rejected void');
  t.is(await board.deliver(board.envelope('once', { epoch: 0, sequence: 9 })), 'rejected void');
});

test('the receipt of a newer epoch is told at each start, and an order of before it is answered with its own', async t => {
  const board = await ready();
  const ran = board.link('once');
  board.chain.finalise();
  t.is(await board.deliver(ran), 'done');
  board.chain.bumpEpoch();
  const after = board.link('once');
  board.chain.finalise();
  t.is(await board.deliver(after), 'done');
  board.boot();
  const said = board.said.length;
  await board.commands.recover();
  t.deepEqual(
    board.said.slice(said).map(short),
    ['voided epoch'],
    'the power may have failed before it was out',
  );
  t.is(await board.deliver(ran), 'rejected replayed');
  const { receipt } = board.said[board.said.length - 1];
  t.is(receipt?.receipt.outcome, 'done', 'its receipt may have been lost');
  const never = board.envelope('once', { epoch: 0, sequence: 9 });
  t.is(await board.deliver(never), 'rejected void', 'its twin that never ran has none');
});

test('an epoch that no final block shows is not entered, even by what tolerates a reorganisation', async t => {
  const board = await ready();
  board.chain.finalise().bumpEpoch();
  const command = board.link('loose');
  t.is(await board.deliver(command), 'undetermined level');
  board.chain.reorganise(2);
  const instead = board.link('loose');
  t.is(await board.deliver(instead), 'done');
  t.is(board.ledger.position.epoch, 0);
});

test('a newer epoch needs the level of the purpose lifecycle', async t => {
  const board = new Board();
  board.lifecycle = { level: 3, maximumAge: 7200 };
  board.boot();
  await board.proveNow();
  board.chain.bumpEpoch();
  const command = board.link('once');
  board.chain.finalise();
  t.is(await board.deliver(command), 'undetermined level');
  t.is(board.ledger.position.epoch, 0);
  board.chain.level = 3;
  t.deepEqual(await board.retry(), ['voided epoch', 'done']);
});

test('a head of too low a level decides nothing, consumes nothing; at the level it does', async t => {
  const board = new Board();
  board.policy = { level: 3, maximumAge: 7200 };
  board.boot();
  const command = board.link('early', { challenge: board.challenge });
  board.chain.finalise();
  t.is(await board.deliver(command), 'undetermined level');
  t.is(board.ledger.position.sequence, 0);
  board.chain.level = 3;
  t.deepEqual(await board.retry(), ['done']);
});

test('a head that is too old, or older than one that was final before, is stale', async t => {
  const board = await ready();
  const command = board.link('once', { notAfter: board.chain.now + 90_000 });
  board.chain.finalise();
  board.clock.advance(8_000_000);
  t.is(await board.deliver(command), 'undetermined stale');
  board.chain.mine(1, 8000).finalise();
  t.deepEqual(await board.retry(), ['done']);

  const next = board.link('once');
  board.chain.finalise(1);
  t.is(await board.deliver(next), 'undetermined stale', 'an older final block');
  board.chain.finalise();
  t.deepEqual(await board.retry(), ['done']);
});

test('what cannot be learnt is said as it is, and nothing is lost by it', async t => {
  const board = await ready();
  const command = board.link('once');
  board.chain.finalise();
  for (const cause of ['unreachable', 'no_quorum', 'no_witness'] as const) {
    board.chain.failure = cause;
    t.is(await board.deliver(command), `undetermined ${cause}`);
  }
  board.chain.failure = undefined;
  t.deepEqual(await board.retry(), ['done']);
});
