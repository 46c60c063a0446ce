import test from 'ava';
import { accepted } from '../../../firmware/bytes/verdict.js';
import { word } from '../../fakes/bytes.js';
import { Board } from './board.js';

const ready = () => new Board().proveNow();

test('a pause that the board has seen holds though an endpoint goes back to before it; at the newest block it lifts', async t => {
  const board = await ready();
  const command = board.link('once');
  board.chain.finalise();
  board.chain.mine(1);
  const before = board.chain.tip.number;
  board.chain.change({ paused: true });
  t.is(await board.deliver(command), 'undetermined paused');
  const honest = board.chain.facts.bind(board.chain);
  board.chain.facts = async (tag, slot) =>
    tag === 'latest' ? accepted(board.chain.factsAt(before, tag, slot)) : honest(tag, slot);
  await board.retry();
  t.deepEqual(board.effects, []);
  t.is(await board.deliver(command), 'undetermined stale');
  board.chain.facts = honest;
  board.chain.change({ paused: false });
  await board.retry();
  t.deepEqual(board.effects, ['once 2']);
});

test('junk for a link that is not final yet is refused, and does not crowd out its envelope', async t => {
  const board = await ready();
  const command = board.link('once');
  for (let i = 0; i < 20; i++) {
    const { sequence } = command.envelope;
    const junk = board.envelope('once', { sequence, salt: word(i + 1) });
    t.is(await board.deliver(junk), 'rejected not_anchored');
  }
  t.is(await board.deliver(command), 'undetermined level');
  board.chain.finalise();
  await board.retry();
  t.deepEqual(board.effects, ['once 2']);
});

test('a forged head of the far future is left behind by a restart, and links are found again', async t => {
  const board = await ready();
  const honest = board.chain.facts.bind(board.chain);
  const first = board.link('once', { challenge: board.challenge });
  board.chain.finalise();
  board.chain.facts = async (tag, slot) => {
    const facts = await honest(tag, slot);
    if (facts.verdict !== 'accepted') return facts;
    const { head } = facts.value;
    const forged = { ...head, timestamp: head.timestamp + 10 ** 9, number: head.number + 10 ** 6 };
    return accepted({ ...facts.value, head: forged });
  };
  await board.deliver(first);
  board.chain.facts = honest;
  board.boot();
  const second = board.link('again', { challenge: board.challenge });
  board.chain.finalise();
  t.is(await board.deliver(second), 'done');
});

test('a board asks for links only in blocks after the last final one that showed none', async t => {
  const board = new Board();
  board.chain.mine(500);
  board.chain.finalise();
  const quiet = board.chain.tip.number;
  // Linked to nothing: it makes the board look at the chain.
  await board.deliver(board.envelope('once', { sequence: 9 }));
  const asked: number[] = [];
  const linkSources = board.chain.linkSources.bind(board.chain);
  board.chain.linkSources = (from, to) => {
    asked.push(from);
    return linkSources(from, to);
  };
  await board.proveNow();
  t.true(asked.length > 0);
  t.true(
    asked.every(from => from > quiet - 100),
    `${asked} after ${quiet}`,
  );
});

test('a replay is work, so it takes a turn; what is malformed or for another board takes none', async t => {
  const board = await ready();
  const command = board.link('once');
  board.chain.finalise();
  t.is(await board.deliver(command), 'done');
  const said = board.said.length;
  t.true(board.commands.take(command.bytes));
  t.is(board.said.length, said);
  await board.commands.work();
  t.is(board.said.length, said + 1);
  t.false(board.commands.take(Uint8Array.of(0)));
  t.is(board.said.length, said + 2);
});
