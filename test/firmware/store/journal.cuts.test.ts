import test from 'ava';
import { openJournal } from '../../../firmware/store/journal.js';
import { randomProgram, tryEveryCut } from './powerCuts.js';

const small = { size: 2048, sectorSize: 256 };

for (const seed of [1, 2, 3, 4]) {
  test(`a cut at any flash operation leaves the state before or after the batch, seed ${seed}`, t => {
    const program = randomProgram(seed, 40, 6, 60);
    const tally = tryEveryCut({
      open: openJournal,
      geometry: small,
      program,
      seed,
      variants: 6,
      doubleEvery: 7,
    });
    t.log(`${tally.cuts} cuts, ${tally.doubleCuts} of them followed by a second one in the recovery`);
    t.true(tally.cuts > 1500 && tally.doubleCuts > 1000);
  });
}
