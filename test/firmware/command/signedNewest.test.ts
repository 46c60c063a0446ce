/**
 * At L4 with endpoints the newest block has two sources, the quorum's and what the sync committee signed last: what
 * either shows holds, neither stands in for the other, and neither makes anything run.
 */
import test from 'ava';
import { Board } from './board.js';

/** A board at L4 whose newest block endpoints tell as well, with one command that is final. */
async function ready() {
  const board = await new Board().proveNow();
  board.chain.level = 4;
  board.chain.newestLevel = 1;
  const command = board.link('once');
  board.chain.finalise();
  return { board, chain: board.chain, command, before: board.chain.tip.number };
}

test('where both show the same, a command runs', async t => {
  const { board, chain, command } = await ready();
  t.is(await board.deliver(command), 'done');
  t.deepEqual(board.effects, ['once 2']);
  t.true(chain.askedSigned > 0);
});

for (const [what, change, cause] of [
  ['a pause', { paused: true }, 'paused'],
  ['a suspension', { status: 3 }, 'suspended'],
  ['a report as stolen', { status: 4 }, 'suspended'],
  ['another owner', { owner: new Uint8Array(20).fill(9) }, 'handover'],
  ['a newer epoch of the fleet', { fleetEpoch: 1 }, 'level'],
] as const) {
  test(`${what} holds that endpoints hide and the committee signed, or that endpoints show and provers hide`, async t => {
    for (const hiding of ['latest', 'signed'] as const) {
      const { before, board, chain, command } = await ready();
      chain.change(change);
      chain.shown = { [hiding]: before };
      t.is(await board.deliver(command), `undetermined ${cause}`, `${hiding} hides it`);
      t.deepEqual(board.effects, []);
    }
  });
}

test('provers that are silent about the newest block hide nothing: nothing is decided until one answers', async t => {
  const { board, chain, command } = await ready();
  chain.shown = { signed: 'silent' };
  t.is(await board.deliver(command), 'undetermined unreachable');
  t.deepEqual(board.effects, []);
  chain.shown = {};
  t.deepEqual(await board.retry(), ['done']);
});

test('it is not asked for below L4, nor where the committee is the source of the newest block already', async t => {
  for (const [level, newestLevel] of [
    [3, 1],
    [4, 4],
  ] as const) {
    const { board, chain, command } = await ready();
    chain.level = level;
    chain.newestLevel = newestLevel;
    t.is(await board.deliver(command), 'done', `${level}, ${newestLevel}`);
    t.is(chain.askedSigned, 0);
  }
});
