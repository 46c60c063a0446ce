import test from 'ava';
import { EPOCHS_PER_PERIOD } from '../../../host-sim/world/beacon.js';
import { drawForks } from '../../../tools/sim/forks.js';

test('forks are drawn by the seed, in their order, and Gloas begins anywhere in a period', t => {
  const drawn = Array.from({ length: 200 }, (_, seed) => drawForks(seed));
  for (const [seed, { electra, fulu, gloas }] of drawn.entries()) {
    t.is(electra, 0);
    t.true(fulu! > 0 && gloas! > fulu!);
    t.deepEqual(drawForks(seed), { electra, fulu, gloas });
  }
  t.is(new Set(drawn.map(({ gloas }) => gloas! % EPOCHS_PER_PERIOD)).size, EPOCHS_PER_PERIOD);
});
