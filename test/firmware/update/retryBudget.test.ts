import test from 'ava';
import { RetryBudget } from '../../../firmware/update/retryBudget.js';

const release = (byte: number) => new Uint8Array(32).fill(byte);

test('three wrong downloads cost no wait, each further one doubles it up to an hour, and another release waits for none', t => {
  let now = 0;
  const budget = new RetryBudget({ monotonic: () => now, after: () => () => {} });
  for (let i = 0; i < 3; i++) {
    budget.failed(release(1));
    t.is(budget.waitMs(release(1)), 0);
  }
  const waits: number[] = [];
  for (let i = 0; i < 12; i++) {
    budget.failed(release(1));
    waits.push(budget.waitMs(release(1)));
    now += waits[i];
    t.is(budget.waitMs(release(1)), 0);
  }
  t.deepEqual(waits.slice(0, 4), [10_000, 20_000, 40_000, 80_000]);
  t.is(waits[11], 3_600_000);
  t.is(budget.waitMs(release(2)), 0);
  budget.failed(release(2));
  t.is(budget.waitMs(release(2)), 0);
});
