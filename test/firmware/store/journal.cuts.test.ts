import test from 'ava';
import { openJournal } from '../../../firmware/store/journal.js';
import { flipBits } from '../../../host-sim/flash/faults.js';
import { Chance } from '../../../host-sim/node/chance.js';
import { MemoryPartition } from '../../../host-sim/node/flash/partition.js';
import { partitionTable } from '../../../host-sim/node/flash/table.js';
import { openInPlace, openTwoCopies } from './naiveStores.js';
import { type Campaign, type OpenStore, randomProgram, tryEveryCut, wholeOf } from './powerCuts.js';

const small = { size: 2048, sectorSize: 256 };
const summary = ({ cuts, doubleCuts }: ReturnType<typeof tryEveryCut>) =>
  `${cuts} cuts, and ${doubleCuts} with a second one in the recovery`;

for (const seed of [1, 2, 3]) {
  test(`a cut at any flash operation leaves the state before or after the batch, seed ${seed}`, t => {
    const program = randomProgram(seed, 40, 6, 60);
    const tally = tryEveryCut({
      open: openJournal,
      geometry: small,
      program,
      seed,
      variants: 8,
      doubleEvery: 23,
    });
    t.log(summary(tally));
    t.true(tally.cuts > 2000 && tally.doubleCuts > 1000);
  });
}

test("a cut at any flash operation leaves the state before or after the batch, a board's journal", t => {
  const program = randomProgram(5, 45, 24, 1000).map(batch => batch.slice(0, 2));
  const geometry = partitionTable.journal;
  const tally = tryEveryCut({ open: openJournal, geometry, program, seed: 5, variants: 2, doubleEvery: 0 });
  t.log(summary(tally));
  t.true(tally.cuts > 500);
});

test("a cut at any flash operation leaves the state before or after the batch, a board's identity", t => {
  const program = randomProgram(6, 14, 3, 800).map(batch => batch.slice(0, 2));
  const geometry = partitionTable.identity;
  const tally = tryEveryCut({ open: openJournal, geometry, program, seed: 6, variants: 6, doubleEvery: 29 });
  t.log(summary(tally));
  t.true(tally.cuts > 300);
});

/** Ways to lose a journal, each from a partition that held one. */
const losses: Record<string, (contents: Uint8Array) => Uint8Array> = {
  'a damaged snapshot': contents => {
    const partition = new MemoryPartition(small, contents);
    for (const half of [0, 1024]) flipBits(partition, half + 40, 0x10);
    return wholeOf(partition);
  },
  'no header whole': contents => {
    const partition = new MemoryPartition(small, contents);
    for (const half of [0, 1024]) flipBits(partition, half + 5, 0x01);
    return wholeOf(partition);
  },
  'no header whole, cut in a take-over': contents => {
    const partition = new MemoryPartition(small, contents);
    flipBits(partition, 5, 0x01);
    for (let at = 1024; at < 2048; at += 256) partition.erase(at);
    return wholeOf(partition);
  },
  'foreign bytes': contents => {
    const chance = new Chance(9);
    return contents.map(() => chance.byte());
  },
};

for (const [name, damage] of Object.entries(losses)) {
  test(`a lost journal stays lost until a batch is stored, cuts or not: ${name}`, t => {
    const partition = new MemoryPartition(small);
    openJournal(partition).put([[1, Uint8Array.of(1, 2, 3)]]);
    const undamaged = openJournal(new MemoryPartition(small, wholeOf(partition)));
    t.is(undamaged.state, 'restored');
    const contents = damage(wholeOf(partition));
    const program = randomProgram(7, 6, 4, 40);
    const tally = tryEveryCut({
      open: openJournal,
      geometry: small,
      program,
      seed: 7,
      variants: 8,
      doubleEvery: 11,
      begin: { contents, lost: true },
    });
    t.log(summary(tally));
    t.true(tally.cuts > 200 && tally.doubleCuts > 100);
  });
}

const wrong: Record<string, OpenStore> = {
  'a store that rewrites its sector in place': openInPlace,
  'a store of two copies that trusts what it reads once': openTwoCopies,
};

for (const [name, open] of Object.entries(wrong)) {
  test(`the cuts find ${name}`, t => {
    const program = randomProgram(1, 12, 4, 30);
    const campaign: Campaign = { open, geometry: small, program, seed: 1, variants: 8, doubleEvery: 5 };
    const error = t.throws(() => tryEveryCut(campaign), { message: /^seed/ });
    t.log(String(error?.message).slice(0, 100));
  });
}
