/** The walk back over links: all there, in order, none forged and none withheld, whoever tells of them. */
import test from 'ava';
import { KEPT_LINKS_MAX, LINKS_PER_QUESTION_MAX } from '../../../firmware/command/walk.js';
import { word } from '../../fakes/bytes.js';
import { Board } from './board.js';

const ready = () => new Board().proveNow();

test('a gap longer than one piece is walked in pieces, and the queue goes on in the middle of it', async t => {
  const board = await ready();
  const notAfter = board.chain.now + 20 * 86_400;
  const commands = Array.from({ length: 2 * KEPT_LINKS_MAX + 7 }, () => board.link('once', { notAfter }));
  board.chain.finalise();
  const said: string[] = [];
  for (const command of commands) said.push(await board.deliver(command));
  t.deepEqual(new Set(said), new Set(['done']));
  t.deepEqual(
    board.effects,
    commands.map(({ envelope }) => `once ${envelope.sequence}`),
  );
});

test('what lies in older blocks than the proven one is still found after the queue stopped in the middle', async t => {
  const board = await ready();
  const [first, second] = [board.link('once'), board.link('once')];
  board.chain.mine(20).finalise();
  t.is(await board.deliver(first), 'done');
  board.chain.mine(20).finalise();
  t.is(await board.deliver(second), 'done');
});

test('a source that withholds, forges or says nonsense is passed over for one that does not', async t => {
  const lies = {
    silent: () => [],
    forged: (links: readonly object[]) => links.map(link => ({ ...link, commandHash: word(9) })),
    'without heads': (links: readonly object[]) => links.map(link => ({ ...link, previousHead: undefined })),
    'with other heads': (links: readonly object[]) => links.map(link => ({ ...link, previousHead: word(8) })),
    'another epoch': (links: readonly object[]) => links.map(link => ({ ...link, epoch: 7 })),
  };
  for (const [name, lie] of Object.entries(lies)) {
    const board = await ready();
    const commands = Array.from({ length: 3 }, () => board.link('once'));
    board.chain.finalise();
    board.chain.liars = [lie as never];
    for (const command of commands.reverse()) await board.deliver(command);
    t.deepEqual(board.effects, ['once 2', 'once 3', 'once 4'], name);
  }
});

test('when every source withholds or forges a link nothing runs; it is withheld, not refused', async t => {
  for (const lie of [() => [], (links: readonly object[]) => links.map(link => ({ ...link, notAfter: 1 }))]) {
    const board = await ready();
    const [first, second] = [board.link('once'), board.link('once')];
    board.chain.finalise();
    const honest = board.chain.linkSources.bind(board.chain);
    board.chain.liars = [lie as never];
    board.chain.linkSources = (from, to) => honest(from, to).slice(0, 1);
    t.is(await board.deliver(second), 'undetermined withheld');
    t.is(await board.deliver(first), 'undetermined withheld');
    t.deepEqual(board.effects, []);
    board.chain.linkSources = honest;
    await board.retry();
    t.deepEqual(board.effects, ['once 2', 'once 3']);
  }
});

test('a chain with another past than the final one is not followed', async t => {
  const board = await ready();
  t.is(await board.deliver(board.link('once')), 'undetermined level');
  board.chain.finalise();
  await board.retry();
  board.chain.reorganise(2);
  const other = [1, 2, 3].map(n => board.link('once', { salt: word(n) }));
  board.chain.mine(2).finalise();
  t.is(await board.deliver(other[2]), 'undetermined withheld');
  t.deepEqual(board.effects, ['once 2']);
});

test('a walk asks in pages, not link by link', async t => {
  const board = await ready();
  const notAfter = board.chain.now + 20 * 86_400;
  const commands = Array.from({ length: 64 }, () => board.link('once', { notAfter }));
  board.chain.finalise();
  board.chain.questions = 0;
  await board.deliver(commands[0]);
  t.true(
    board.chain.questions <= 64 / LINKS_PER_QUESTION_MAX,
    `${board.chain.questions} questions for 64 links`,
  );
});
