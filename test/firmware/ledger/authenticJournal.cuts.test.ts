/** The power cut at every flash operation of a journal with codes and its counter. */
import test from 'ava';
import { randomProgram, tryEveryCut } from '../store/powerCuts.js';
import { open, small } from './smallJournal.js';

for (const seed of [1, 2])
  test(`a cut at any flash operation of journal and counter leaves the state before or after, seed ${seed}`, t => {
    const program = randomProgram(seed, 24, 6, 40);
    const tally = tryEveryCut({ open, geometry: small, program, seed, variants: 4, doubleEvery: 19 });
    t.log(`${tally.cuts} cuts, ${tally.doubleCuts} of them with a second`);
    t.true(tally.cuts > 1000 && tally.doubleCuts > 300);
  });
