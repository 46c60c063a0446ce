/** Direct commands in order, each at most once, and what they must prove before they run. */
import test from 'ava';
import { toHex } from '../../../firmware/bytes/hex.js';
import { Board, short } from './board.js';
import { OPERATOR } from './modelChain.js';

const ready = () => new Board().proveNow();

test('a linked and final command runs once, is receipted, and its redelivery returns that receipt', async t => {
  const board = await ready();
  const command = board.link('once');
  board.chain.finalise();
  t.is(await board.deliver(command), 'done');
  t.deepEqual(board.effects, ['once 2']);
  t.is(await board.deliver(command), 'rejected replayed');
  const [first, second] = board.said;
  t.deepEqual(second.receipt?.receipt, first.receipt?.receipt);
  t.deepEqual(board.effects, ['once 2']);
});

test('commands run in the order of their links, however they arrive', async t => {
  const board = await ready();
  const commands = [1, 2, 3].map(() => board.link('once'));
  board.chain.finalise();
  t.is(await board.deliver(commands[2]), 'undetermined withheld');
  t.is(await board.deliver(commands[1]), 'undetermined withheld');
  t.deepEqual(board.effects, []);
  t.is(await board.deliver(commands[0]), 'done');
  t.deepEqual(board.effects, ['once 2', 'once 3', 'once 4']);
  t.is(board.about(commands[2]), 'undetermined withheld, undetermined withheld, done');
});

test('a command that is on chain but not final waits, and runs once it is', async t => {
  const board = await ready();
  const command = board.link('once');
  t.is(await board.deliver(command), 'undetermined level');
  t.deepEqual(await board.retry(), [], 'nothing new to say');
  board.chain.finalise();
  t.deepEqual(await board.retry(), ['done']);
  t.deepEqual(board.effects, ['once 2']);
});

test('what nobody linked is not anchored; the twin that was linked runs', async t => {
  const board = await ready();
  const linked = board.link('once');
  board.chain.finalise();
  const forged = board.envelope('once', { sequence: 2, salt: new Uint8Array(32).fill(9) });
  t.is(await board.deliver(forged), 'rejected not_anchored');
  t.is(await board.deliver(board.envelope('once', { sequence: 3 })), 'rejected not_anchored');
  t.is(await board.deliver(linked), 'done');
  t.is(await board.deliver(forged), 'rejected not_anchored');
  t.deepEqual(board.effects, ['once 2']);
});

test('an envelope for another board, and bytes that are none, are told apart from it', async t => {
  const board = await ready();
  const command = board.link('once');
  board.chain.finalise();
  t.is(
    await board.deliver(board.envelope('once', { device: command.hash.slice(0, 20) })),
    'rejected wrong_target',
  );
  await board.commands.deliver(command.bytes.slice(1));
  t.is(short(board.said.pop()!), 'rejected malformed');
  t.is(await board.deliver(command), 'done');
});

test('an envelope that nobody delivers holds the queue until its end, then is receipted as expired', async t => {
  const board = await ready();
  const lost = board.link('once');
  const next = board.link('once', { notAfter: board.chain.now + 90_000 });
  board.chain.finalise();
  t.is(await board.deliver(next), 'undetermined withheld');
  board.chain.mine(1, 3500).finalise();
  t.deepEqual(await board.retry(), []);
  board.chain.mine(1, 150).finalise();
  t.deepEqual(await board.retry(), ['expired expired', 'done']);
  t.deepEqual(board.effects, ['once 3']);
  t.is(await board.deliver(lost), 'rejected replayed');
});

test('it expires only in a final block', async t => {
  const board = await ready();
  board.link('once');
  const next = board.link('loose', { notAfter: board.chain.now + 90_000 });
  board.chain.finalise().mine(1, 4000);
  t.is(await board.deliver(next), 'undetermined withheld');
  t.is(board.ledger.position.sequence, 1);
});

test('each field that disagrees with the link refuses the envelope and consumes its sequence', async t => {
  for (const [field, link] of [
    ['notAfter', { notAfter: 1_800_009_999 }],
    ['class', { class: 1 }],
    ['operator', { operator: new Uint8Array(20).fill(5) }],
    ['epoch', {}],
    ['fleetEpoch', {}],
  ] as const) {
    const board = await ready();
    const command = board.envelope('once', { ...(field.endsWith('poch') ? { [field]: 1 } : {}) });
    board.relink(command, link);
    const next = board.link('once');
    board.chain.finalise();
    t.is(await board.deliver(command), 'refused void', field);
    t.is(await board.deliver(next), 'done', field);
    t.deepEqual(board.effects, ['once 3'], field);
  }
});

test('an envelope of an older epoch is void, but refused at its place where its link came after the newer one began', async t => {
  const board = await ready();
  const raced = board.envelope('once');
  const never = board.envelope('once', { salt: new Uint8Array(32).fill(7) });
  board.chain.bumpEpoch();
  board.relink(raced);
  const next = board.link('once');
  board.chain.finalise();
  t.is(await board.deliver(next), 'undetermined withheld');
  t.is(await board.deliver(never), 'rejected void', 'no link names it');
  t.is(await board.deliver(raced), 'refused void');
  t.deepEqual(board.effects, ['once 3'], 'it holds up nothing');
  t.is(await board.deliver(raced), 'rejected replayed');
});

test('time: too early waits and runs later; too late is expired; longer than 30 days is refused', async t => {
  const board = await ready();
  const early = board.link('once', { notBefore: board.chain.now + 600 });
  board.chain.finalise();
  t.is(await board.deliver(early), 'rejected not_yet');
  board.chain.mine(1, 700).finalise();
  t.deepEqual(await board.retry(), ['done']);

  const late = board.link('once');
  board.chain.mine(1, 4000).finalise();
  t.is(await board.deliver(late), 'expired expired');

  const eternal = board.link('once', { notAfter: board.chain.now + 31 * 86_400 });
  const long = board.link('once', { notAfter: board.chain.now + 30 * 86_400 });
  board.chain.finalise();
  t.is(await board.deliver(eternal), 'refused void');
  t.is(await board.deliver(long), 'done');
  t.deepEqual(board.effects, ['once 2', 'once 5']);
});

test('an irreversible action needs class 1, params need their schema, the action must exist', async t => {
  const board = await ready();
  const commands = [
    board.link('grave'),
    board.link('grave', { class: 1 }),
    board.link('once', { params: Uint8Array.of(0xa0) }),
    board.link('nothing'),
    board.link('constructor'),
    board.link('once'),
  ];
  board.chain.finalise();
  const said: string[] = [];
  for (const command of commands) said.push(await board.deliver(command));
  t.deepEqual(said, ['refused class', 'done', 'refused params', 'refused params', 'refused params', 'done']);
  t.deepEqual(board.effects, ['grave 3', 'once 7']);
});

test('what would be refused is refused only in a final block, and is not forgotten until then', async t => {
  const board = await ready();
  const bad = board.link('loose', { params: Uint8Array.of(0xa0) });
  t.is(await board.deliver(bad), 'undetermined level');
  t.is(board.ledger.position.sequence, 1);
  board.chain.finalise();
  t.deepEqual(await board.retry(), ['refused params']);
});

test('what the app throws, forgets to end or says too much of is a failed receipt, and the next one runs', async t => {
  const board = await ready();
  const commands = ['throws', 'huge', 'endless', 'once'].map(name => board.link(name));
  board.chain.finalise();
  t.is(await board.deliver(commands[0]), 'failed threw');
  t.is(await board.deliver(commands[1]), 'failed result_size');
  const endless = board.deliver(commands[2]);
  while (board.clock.waiting === 0) await new Promise(resolve => setImmediate(resolve));
  board.clock.advance(10_000);
  t.is(await endless, 'failed timeout');
  t.is(await board.deliver(commands[3]), 'done');
  t.is(board.clock.waiting, 0, 'no timer is left');
});

test('with every place taken the last in order is told busy, never the one that the others wait for', async t => {
  const board = await ready();
  const commands = Array.from({ length: 10 }, () => board.link('once'));
  for (const command of commands.slice(1, 9)) await board.deliver(command);
  t.is(await board.deliver(commands[9]), 'undetermined busy');
  board.chain.finalise();
  t.is(await board.deliver(commands[0]), 'done');
  t.deepEqual(
    board.effects,
    [2, 3, 4, 5, 6, 7, 8, 9].map(n => `once ${n}`),
  );
  t.regex(board.about(commands[8]), /undetermined busy/);
  t.is(await board.deliver(commands[8]), 'done');
  t.is(await board.deliver(commands[9]), 'done');
});

test('an envelope that ran while another delivery of it waited is a replay, and its receipt is said again', async t => {
  const board = await new Board().proveNow();
  const command = board.link('once');
  board.chain.finalise();
  board.onEffect = () => t.true(board.commands.take(command.bytes));
  t.true(board.commands.take(command.bytes));
  await board.commands.work();
  await board.commands.work();
  const about = board.said.filter(({ hash }) => Buffer.compare(hash, command.hash) === 0);
  t.is(about.map(short).join(', '), 'done, rejected replayed');
  t.truthy(about[1].receipt);
  t.deepEqual(board.effects, ['once 2']);
});

test('an action is told who ordered it, as the link says; run again after a power cut it is told nobody', async t => {
  const board = await ready();
  const command = board.link('by');
  board.chain.finalise();
  t.is(await board.deliver(command), 'done');
  t.deepEqual(board.effects, [`by ${toHex(OPERATOR)}`]);
  const { action, params, replyKey } = command.envelope;
  const block = { number: 1, hash: command.hash };
  board.ledger.commit({
    inFlight: { envelopeHash: command.hash, sequence: 2, action, params, replyKey, block },
  });
  board.boot();
  await board.commands.recover();
  t.deepEqual(board.effects.slice(1), ['by undefined']);
});
