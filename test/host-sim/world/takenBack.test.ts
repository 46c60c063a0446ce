/** Blocks that a chain takes back: their transactions come again, and rules know what is in no block any more. */
import test from 'ava';
import { Chance } from '../../../host-sim/node/chance.js';
import { Checkers } from '../../../host-sim/world/checkers.js';
import type { ReceiptFact } from '../../../host-sim/world/receiptRules.js';
import { BLOCKS_UNTIL_WHOLE_MAX, TakenBack } from '../../../host-sim/world/takenBack.js';

/** Three blocks, 5 to 7: a loser's and another's transactions, of which the last block has one of each. */
const TRANSACTIONS = [['l1', 'o1', 'l2'], ['o2', 'l3'], ['o3']];
const DEPTH = TRANSACTIONS.length;

/** The order in which transactions come again, by block, and the Unix seconds of the blocks that others take the place of. */
async function again(seed: number, mayLose: (sender: string) => boolean, transactions = TRANSACTIONS) {
  const calls: string[] = [];
  const sent: string[][] = [];
  const takenBack = new TakenBack(async (method, [first]) => {
    if (method === 'eth_sendRawTransaction') sent.at(-1)!.push(`${first}`);
    else if (method !== 'eth_getBlockByNumber') calls.push(method);
    const number = Number(first);
    return {
      ...{ number: first, timestamp: `0x${(number * 12).toString(16)}` },
      transactions: transactions[number - 5]?.map(hash => ({ hash, from: hash[0] })),
    };
  });
  for (const raw of transactions.flat()) {
    const body = JSON.stringify({ method: 'eth_sendRawTransaction', params: [raw] });
    takenBack.sent(body, JSON.stringify({ result: raw }));
  }
  const from: number[] = [];
  const reorganisation = { depth: DEPTH, mayLose, onTakenBack: (first: number) => void from.push(first) };
  const seconds = await takenBack.begin({ ...reorganisation, chance: new Chance(seed) }, 7);
  while (!takenBack.isEmpty) {
    sent.push([]);
    await takenBack.sendSome();
  }
  return { calls, from, seconds, sent };
}

test('what was taken back comes again, all of it in its order and in time, unless its sender may lose it', async t => {
  const lengths = new Set<number>();
  for (let seed = 0; seed < 40; seed++) {
    const { calls, from, seconds, sent } = await again(seed, () => false);
    t.deepEqual(sent.flat(), TRANSACTIONS.flat());
    t.true(sent.length <= DEPTH + BLOCKS_UNTIL_WHOLE_MAX);
    t.deepEqual({ from, seconds }, { from: [5], seconds: [60, 72, 84] });
    t.deepEqual(calls, ['anvil_rollback', 'anvil_setCoinbase']);
    t.deepEqual((await again(seed, () => false)).sent, sent, 'the seed repeats it');
    lengths.add(sent.length);
  }
  t.true(lengths.size > 3);
});

test('who loses one transaction loses those behind it; none whose sender has not seen the last one yet', async t => {
  const mayLose = (sender: string) => sender === 'l';
  const kept = new Set<string>();
  for (let seed = 0; seed < 40; seed++) {
    const left = (await again(seed, mayLose)).sent.flat();
    t.deepEqual(
      left.filter(raw => raw[0] === 'o'),
      ['o1', 'o2', 'o3'],
    );
    kept.add(left.filter(raw => raw[0] === 'l').join(' '));
    const unseen = [['l1', 'o1'], ['o2'], ['l2']];
    t.deepEqual((await again(seed, mayLose, unseen)).sent.flat(), unseen.flat());
  }
  t.deepEqual([...kept].sort(), ['', 'l1', 'l1 l2', 'l1 l2 l3']);
});

const ZERO = `0x${'00'.repeat(32)}`;
const NOW = { nowMs: 1000, nowSeconds: 1000, finalNumber: 7 };
const rules = (findings: { rule: string }[]) => findings.map(({ rule }) => rule);

/** An order that tolerates a reorganisation and one that does not, in block 9, and the receipt of the first. */
function linked() {
  const checkers = new Checkers();
  for (const mark of [1, 2]) {
    const times = { notBefore: 0, notAfter: 5000, epoch: 0, fleetEpoch: 0, fleet: '', owner: '' };
    checkers.ordered(`0xe${mark}`, { board: 'board', mark, isTolerant: mark === 1, ...times });
    checkers.linked(`0xe${mark}`, 9);
  }
  const done: ReceiptFact = {
    ...{ birth: 0, counter: 1, previous: ZERO, envelope: '0xe1', outcome: 'done', hash: '0xr1' },
  };
  return {
    checkers,
    done,
    reorged: { ...done, counter: 2, previous: '0xr1', outcome: 'reorged', hash: '0xr2' },
  };
}

test('what tolerates a reorganisation may run before its block is final, and a while after it was taken back', t => {
  const { checkers } = linked();
  t.deepEqual(checkers.ran('board', 1, NOW), []);
  t.deepEqual(rules(checkers.ran('board', 2, NOW)), ['unfinal']);
  for (const [ms, broken] of [
    [240_000, []],
    [240_001, ['unlinked']],
  ] as const) {
    const late = linked().checkers;
    late.takenBack(9, 1000);
    t.deepEqual(rules(late.ran('board', 1, { ...NOW, nowMs: 1000 + ms })), [...broken]);
    t.deepEqual(rules(late.ran('board', 2, NOW)), ['unlinked'], 'it had to wait for what is final');
  }
});

test('a link that was taken back is awaited until it is in a block again, or nobody links it any more', t => {
  const { checkers, done } = linked();
  checkers.takenBack(10, 1000);
  t.is(checkers.links, 2, 'those blocks had none');
  checkers.takenBack(9, 1000);
  t.is(checkers.links, 0);
  t.deepEqual(checkers.unlinked, ['0xe1', '0xe2']);
  t.true(checkers.isTakenBack('0xe2'));
  checkers.linked('0xe1', 11);
  t.deepEqual(checkers.ran('board', 1, { ...NOW, finalNumber: 10 }), []);
  t.deepEqual(checkers.receipted('board', done, 1000), []);
  checkers.refused('0xe2');
  t.false(checkers.isTakenBack('0xe2'));
  t.true(checkers.isQuiet);
  t.deepEqual(checkers.end(), [], 'of what never ran there is nothing to say');
});

test('what ran and was taken back for good must be receipted as such, as often as it was taken back, and nothing else', t => {
  const { checkers, done, reorged } = linked();
  checkers.ran('board', 1, NOW);
  t.deepEqual(checkers.receipted('board', done, 1000), []);
  t.deepEqual(rules(checkers.receipted('board', reorged, 1000)), ['reorged'], 'nothing was taken back');
  const taken = linked();
  taken.checkers.ran('board', 1, NOW);
  taken.checkers.receipted('board', done, 1000);
  taken.checkers.takenBack(9, 1000);
  for (const envelope of ['0xe1', '0xe2']) taken.checkers.refused(envelope);
  t.false(taken.checkers.isQuiet);
  t.deepEqual(rules(taken.checkers.end()), ['reorged']);
  t.deepEqual(taken.checkers.receipted('board', reorged, 1000), []);
  t.true(taken.checkers.isQuiet);
  t.deepEqual(taken.checkers.end(), []);
  const again = { ...reorged, counter: 3, previous: '0xr2', hash: '0xr3' };
  t.deepEqual(rules(taken.checkers.receipted('board', again, 1000)), ['reorged']);
});

test('what only blocks had that are gone restrains nobody until it is in others', t => {
  for (const [pausedMs, broken] of [
    [99_999, ['paused']],
    [100_000, []],
  ] as const) {
    const { checkers } = linked();
    checkers.restraints.paused('', pausedMs);
    checkers.restraints.takenBack({ fromMs: 100_000, untilMs: 200_000 });
    t.deepEqual(rules(checkers.ran('board', 1, { ...NOW, nowMs: 400_000 })), [...broken]);
  }
});
