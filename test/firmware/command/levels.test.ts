/** Commands where purposes have different levels: what needs the stronger one, and what a weaker one may do. */
import test from 'ava';
import { address } from '../../fakes/bytes.js';
import { Board } from './board.js';

/** Commands by L1, lifecycle by L4. */
function mixed(): Board {
  const board = new Board();
  board.lifecycle = { level: 4, maximumAge: 7200 };
  board.boot();
  board.chain.levels = { lifecycle: 4, firmware: 4 };
  return board;
}

const grave = (board: Board) => board.link('grave', { class: 1, challenge: board.challenge });

test('what cannot be undone waits for a head of lifecycle’s level; a routine command beside it does not', async t => {
  const board = mixed();
  board.chain.levels = { lifecycle: 1 };
  const wipe = grave(board);
  board.chain.finalise();
  t.is(await board.deliver(wipe), 'undetermined level');
  t.deepEqual(board.effects, []);
  t.is(board.ledger.position.sequence, 0, 'nothing is consumed');
  board.chain.levels = { lifecycle: 4 };
  t.deepEqual(await board.retry(), ['done'], 'the twin');
  const routine = board.link('once');
  board.chain.finalise();
  board.chain.levels = { lifecycle: 1 };
  t.is(await board.deliver(routine), 'done');
});

test('what cannot be undone waits where lifecycle’s head is behind, and runs once that has come so far', async t => {
  const board = mixed();
  const wipe = grave(board);
  board.chain.mine(3).finalise();
  board.chain.behind = 4;
  t.not(await board.deliver(wipe), 'done');
  t.deepEqual(board.effects, []);
  board.chain.behind = 1;
  t.deepEqual(await board.retry(), ['done']);
  t.deepEqual(board.effects, ['grave 1']);
});

test('now must be proven at the level of lifecycle, too, for what cannot be undone', async t => {
  const board = mixed();
  board.chain.levels = { lifecycle: 1, firmware: 1 };
  await board.proveNow();
  t.true(board.floors.nowProven(1));
  t.false(board.floors.nowProven(4));
  board.chain.levels = { lifecycle: 4 };
  const wipe = board.link('grave', { class: 1 });
  board.chain.finalise();
  t.is(await board.deliver(wipe), 'done', 'its head contains the challenge of the command before');
  t.true(board.floors.nowProven(4));
  board.boot();
  const another = board.link('grave', { class: 1 });
  board.chain.finalise();
  t.is(await board.deliver(another), 'undetermined not_now');
});

test('an irreversible action of one level needs no other', async t => {
  const board = await new Board().proveNow();
  const wipe = board.link('grave', { class: 1 });
  t.is(await board.deliver(wipe), 'undetermined level', 'not final');
  board.chain.finalise();
  t.deepEqual(await board.retry(), ['done']);
});

test('a head at any level that contains the challenge proves now at that level; an older one does not', async t => {
  const board = mixed();
  const before = board.chain.tip.number;
  const command = board.link('again', { challenge: board.challenge });
  board.chain.mine(2).finalise();
  t.is(await board.deliver(command), 'done');
  t.false(board.floors.nowProven(4));
  board.chain.behind = board.chain.finalized - before;
  await board.commands.proveNow('firmware');
  t.false(board.floors.nowProven(4), 'a head from before the link');
  board.chain.behind = 1;
  await board.commands.proveNow('firmware');
  t.true(board.floors.nowProven(4));
});

test('links after the one with the challenge contain it as well', async t => {
  const board = mixed();
  const commands = [
    board.link('again', { challenge: board.challenge }),
    board.link('again'),
    board.link('again'),
  ];
  board.chain.finalise();
  for (const command of commands) await board.deliver(command);
  t.deepEqual(board.effects.length, 3);
  const later = board.link('again');
  board.chain.finalise();
  await board.deliver(later);
  await board.commands.proveNow('firmware');
  t.true(board.floors.nowProven(4));
});

test('a newer epoch is entered by a head of lifecycle’s level, as soon as there is one', async t => {
  const board = mixed();
  await board.proveNow();
  board.chain.levels = { lifecycle: 1 };
  board.chain.bumpEpoch();
  const command = board.link('once');
  board.chain.finalise();
  t.is(await board.deliver(command), 'undetermined level');
  t.is(board.ledger.position.epoch, 0);
  board.chain.levels = { lifecycle: 4 };
  const after = await board.retry();
  t.true(after.includes('voided epoch') && after.includes('done'), after.join());
  t.is(board.ledger.position.level, 4);
});

test('the newest block only restrains: of a weaker level it holds a board, and makes it do nothing', async t => {
  const board = new Board();
  board.policy = { level: 4, maximumAge: 7200 };
  board.lifecycle = board.policy;
  board.chain.level = 4;
  board.chain.newestLevel = 1;
  board.boot();
  await board.proveNow();
  const command = board.link('loose');
  t.is(await board.deliver(command), 'undetermined level', 'what tolerates a reorganisation waits as well');
  board.chain.change({ paused: true }).finalise(board.chain.tip.number - 1);
  board.chain.change({ paused: true });
  t.deepEqual(await board.retry(), ['undetermined paused']);
  board.chain.change({ paused: false });
  t.deepEqual(await board.retry(), ['done']);
});

test('under finalOnly an action that tolerates a reorganisation waits for finality; without, it runs at once', async t => {
  for (const finalOnly of [true, false]) {
    const board = new Board();
    board.policy = { level: 1, maximumAge: 7200, finalOnly };
    board.boot();
    await board.proveNow();
    const command = board.link('loose');
    t.is(await board.deliver(command), finalOnly ? 'undetermined level' : 'done');
    board.chain.finalise();
    if (finalOnly) t.deepEqual(await board.retry(), ['done']);
  }
});

test('an epoch that only a forged head named locks nobody: after a restart a head that answers the challenge overrules it', async t => {
  const board = await new Board().proveNow();
  const honest = board.chain;
  const one = board.link('once');
  honest.finalise();
  t.is(await board.deliver(one), 'done');
  const before = honest.tip.number;
  // A quorum lies once: another epoch, which no honest chain has.
  honest.bumpEpoch().bumpEpoch();
  const lure = board.link('once', { epoch: 2 });
  honest.finalise();
  t.is(await board.deliver(lure), 'done', 'forged, but how should it know');
  t.is(board.ledger.position.epoch, 2);
  honest.reorganise(honest.tip.number - before);
  const real = board.link('once');
  honest.mine(6).finalise();
  t.is(await board.deliver(real), 'rejected void', 'its epoch is over, as far as the board knows');
  board.boot();
  const challenged = board.link('again', { challenge: board.challenge });
  honest.mine(1).finalise();
  await board.deliver(challenged);
  t.is(board.ledger.position.epoch, 0, 'overruled');
  const next = board.link('once');
  honest.finalise();
  t.is(await board.deliver(next), 'done');
  t.is(board.effects.filter(effect => effect.startsWith('once')).length, 3, 'and nothing ran twice');
});

test('a weaker head overrules no epoch of a stronger one, nor does one without the challenge, nor in the same boot', async t => {
  for (const [name, level, challenge, boot, expected] of [
    ['weaker', 1, true, true, 1],
    ['without the challenge', 4, false, true, 1],
    ['same boot', 4, true, false, 1],
    ['the twin', 4, true, true, 0],
  ] as const) {
    const board = new Board();
    board.chain.level = 4;
    await board.proveNow();
    const before = board.chain.tip.number;
    board.chain.bumpEpoch();
    const command = board.link('once');
    board.chain.finalise();
    await board.deliver(command);
    t.is(board.ledger.position.epoch, 1, name);
    board.chain.reorganise(board.chain.tip.number - before);
    if (boot) board.boot();
    board.chain.level = level;
    const answer = board.link('again', challenge ? { challenge: board.challenge } : {});
    board.chain.mine(9).finalise();
    await board.deliver(answer);
    t.is(board.ledger.position.epoch, expected, name);
  }
});

test('a forged owner’s key or fleet at the newest block holds, and is gone with it', async t => {
  const board = await new Board().proveNow();
  const command = board.link('once');
  board.chain.finalise().change({ key: address(5) });
  t.is(await board.deliver(command), 'undetermined suspended');
});

test('refused: a head older than the restart, final and genuine at L4; accepted: one that contains this boot’s challenge', async t => {
  const board = new Board();
  board.policy = { level: 4, maximumAge: 7200 };
  board.lifecycle = board.policy;
  board.chain.level = 4;
  board.boot();
  await board.proveNow();
  const before = board.link('once');
  board.chain.finalise();
  board.boot();
  // Whoever recorded the chain shows it as it was: final, signed by the committee, with a command that never ran.
  t.is(await board.deliver(before), 'undetermined not_now');
  t.deepEqual(board.effects, []);
  const challenged = board.link('again', { challenge: board.challenge });
  board.chain.finalise();
  await board.deliver(challenged);
  t.deepEqual(board.effects, ['once 2', 'again 3'], 'and then the whole queue, in order');
});

test('a look at the level of lifecycle runs no order that needs a stronger one; a head of that level does', async t => {
  const board = new Board();
  board.policy = { level: 4, maximumAge: 7200 };
  board.boot();
  board.chain.levels = { command: 4, lifecycle: 1, firmware: 4 };
  await board.proveNow();
  const before = board.effects.length;
  const order = board.link('once');
  board.chain.finalise();
  board.chain.failure = 'no_quorum';
  t.is(await board.deliver(order), 'undetermined no_quorum', 'the committee is silent');
  board.chain.failure = undefined;
  await board.commands.watch();
  t.is(board.effects.length, before, 'endpoints alone do not make it run');
  t.deepEqual(await board.retry(), ['done'], 'the twin');
});
