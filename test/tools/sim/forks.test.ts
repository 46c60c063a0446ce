import test from 'ava';
import { EPOCHS_PER_PERIOD } from '../../../host-sim/world/beacon.js';
import { drawForks } from '../../../tools/sim/forks.js';

test('forks are drawn by the seed, in their order, and Gloas leaves its first period time for a final block', t => {
  const drawn = Array.from({ length: 200 }, (_, seed) => drawForks(seed));
  for (const [seed, { electra, fulu, gloas }] of drawn.entries()) {
    t.is(electra, 0);
    t.true(fulu! > 0 && gloas! > fulu!);
    t.true(gloas! % EPOCHS_PER_PERIOD < 12, `${seed}: epoch ${gloas}`);
    t.deepEqual(drawForks(seed), { electra, fulu, gloas });
  }
  t.true(new Set(drawn.map(({ gloas }) => gloas)).size > 8);
});
