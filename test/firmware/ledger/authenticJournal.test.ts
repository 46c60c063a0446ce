import test from 'ava';
import { CODE_BYTES } from '../../../firmware/ledger/authenticJournal.js';
import { ROOT_KEY } from '../../../firmware/ledger/keys.js';
import { FlashCounter } from '../../../firmware/store/counter.js';
import { openJournal } from '../../../firmware/store/journal.js';
import { MemoryPartition } from '../../../host-sim/node/flash/partition.js';
import { partOf } from '../../fakes/partOfPartition.js';
import { wholeOf } from '../store/powerCuts.js';
import { JOURNAL_BYTES, open, small } from './smallJournal.js';

const bytes = (...values: number[]) => Uint8Array.from(values);

const copy = (partition: MemoryPartition) => new MemoryPartition(small, wholeOf(partition));

/** The flash with its journal, or its counter, as it was before. */
function putBack(now: MemoryPartition, before: Uint8Array, part: 'journal' | 'counter'): MemoryPartition {
  const mixed = Uint8Array.from(wholeOf(now));
  const [from, to] = part === 'journal' ? [0, JOURNAL_BYTES] : [JOURNAL_BYTES, small.size];
  mixed.set(before.subarray(from, to), from);
  return new MemoryPartition(small, mixed);
}

test('what is stored is read back over restarts; nothing of the codes shows', t => {
  const partition = new MemoryPartition(small);
  const journal = open(partition);
  t.is(journal.state, 'blank');
  journal.put([
    [4, bytes(1, 2)],
    [1, bytes()],
  ]);
  journal.put([[4, bytes(3)]]);
  journal.put([[1, undefined]]);
  const again = open(partition);
  t.is(again.state, 'restored');
  t.deepEqual([...again.entries()], [[4, bytes(3)]]);
  t.is(again.get(1), undefined);
  t.is(again.get(ROOT_KEY), undefined);
  t.throws(() => again.put([[ROOT_KEY, bytes(1)]]), { instanceOf: RangeError });
});

test('a forged record is a lost journal, whatever its checksums say; the untouched twin is restored', t => {
  const partition = new MemoryPartition(small);
  open(partition).put([
    [2, bytes(1)],
    [3, bytes(1)],
  ]);
  const forgeries: Record<string, (raw: ReturnType<typeof openJournal>) => void> = {
    'another value': raw => raw.put([[2, bytes(9, ...raw.get(2)!.slice(1))]]),
    'a value without a code': raw => raw.put([[2, bytes(9)]]),
    'a record more': raw => raw.put([[6, raw.get(2)!]]),
    'a record less': raw => raw.put([[3, undefined]]),
    'the record of another key': raw => raw.put([[3, raw.get(2)!]]),
    'no root': raw => raw.put([[ROOT_KEY, undefined]]),
    'another root': raw =>
      raw.put([[ROOT_KEY, raw.get(ROOT_KEY)!.map((byte, i) => (i === 4 ? byte ^ 1 : byte))]]),
  };
  for (const [name, forge] of Object.entries(forgeries)) {
    const forged = copy(partition);
    forge(openJournal(partOf(forged, 0, JOURNAL_BYTES)));
    const journal = open(forged);
    t.is(journal.state, 'lost', name);
    t.deepEqual([...journal.entries()], []);
    t.is(open(forged).state, 'lost', 'and stays so until a batch is stored');
    journal.put([[8, bytes(5)]]);
    t.deepEqual([...open(forged).entries()], [[8, bytes(5)]], 'which replaces all');
  }
  t.is(open(copy(partition)).state, 'restored');
  t.is(open(copy(partition), { key: new Uint8Array(32) }).state, 'lost', 'another board');
});

test('an old record, whole as it was, cannot stand in for a newer one', t => {
  const partition = new MemoryPartition(small);
  const journal = open(partition);
  journal.put([[3, bytes(1)]]);
  const old = openJournal(partOf(copy(partition), 0, JOURNAL_BYTES)).get(3)!;
  journal.put([[3, bytes(2)]]);
  const mixed = copy(partition);
  openJournal(partOf(mixed, 0, JOURNAL_BYTES)).put([[3, old]]);
  t.is(open(mixed).state, 'lost');
});

test('the journal alone, or the counter alone, put back to before a counted change is lost; one step is a cut', t => {
  const partition = new MemoryPartition(small);
  const journal = open(partition);
  journal.put([[2, bytes(1)]]);
  const [one, afterOne] = [wholeOf(partition), copy(partition)];
  journal.put([[2, bytes(2)]]);
  const two = copy(partition);
  journal.put([[2, bytes(3)]]);
  t.is(open(putBack(two, one, 'journal')).state, 'lost', 'a journal of before');
  t.is(open(putBack(partition, one, 'counter')).state, 'lost', 'a journal two ahead of its counter');
  // One ahead is what a cut between the two leaves: the newer journal counts, and the counter follows.
  const cut = putBack(two, one, 'counter');
  t.deepEqual([...open(cut).entries()], [[2, bytes(2)]]);
  t.is(open(putBack(cut, one, 'journal')).state, 'lost', 'from then on it is the newer one for ever');
  t.is(open(afterOne).state, 'restored', 'both put back together: a stated limit');
});

test('an erased journal is lost once anything was counted, and so is an erased counter', t => {
  const partition = new MemoryPartition(small);
  open(partition).put([[2, bytes(1)]]);
  open(partition).put([[2, bytes(2)]]);
  const erased = new Uint8Array(small.size).fill(0xff);
  t.is(open(putBack(partition, erased, 'journal')).state, 'lost');
  t.is(open(putBack(partition, erased, 'counter')).state, 'lost');
});

test('what may be forgotten does not move the count', t => {
  const partition = new MemoryPartition(small);
  const counter = () => new FlashCounter(partOf(partition, JOURNAL_BYTES, 512)).value;
  const journal = open(partition);
  journal.put([[2, bytes(1)]]);
  for (let i = 0; i < 20; i++) journal.put([[3, bytes(i)]]);
  t.is(counter(), 1);
  journal.put([
    [3, bytes(1)],
    [2, bytes(1)],
  ]);
  t.is(counter(), 2);
  journal.put([[7, undefined]]);
  t.is(counter(), 2);
});

test('a journal of before there were codes is adopted once, with a cut at any write of it', t => {
  const before = new MemoryPartition(small);
  const raw = openJournal(partOf(before, 0, JOURNAL_BYTES));
  raw.put([
    [2, bytes(1)],
    [5, new Uint8Array(40).fill(3)],
  ]);
  const expected = [...raw.entries()];
  t.is(open(copy(before)).state, 'lost', 'unless it is asked for');
  const adopted = copy(before);
  t.is(open(adopted, { adopt: true }).state, 'restored');
  t.deepEqual([...open(adopted).entries()], expected);
  t.is(openJournal(partOf(adopted, 0, JOURNAL_BYTES)).get(2)!.length, 1 + CODE_BYTES);
  // A cut in the middle: some records have their codes, the root is not there.
  const half = copy(adopted);
  openJournal(partOf(half, 0, JOURNAL_BYTES)).put([
    [ROOT_KEY, undefined],
    [5, expected[1][1]],
  ]);
  t.deepEqual([...open(half, { adopt: true }).entries()], expected);
});
