import test from 'ava';
import { ConcurrencyLimiter, Overloaded } from '../../../tools/prover/concurrencyLimiter.js';

test('so many run, so many wait, the rest is refused; in the end all places are free again', async t => {
  const limiter = new ConcurrencyLimiter(3, 4);
  let [running, most, done] = [0, 0, 0];
  const ends: (() => void)[] = [];
  const work = async () => {
    most = Math.max(most, ++running);
    await new Promise<void>(resolve => ends.push(resolve));
    running--;
    done++;
    if (done % 3 === 0) throw new Error('work that fails');
  };
  const asked = Array.from({ length: 10 }, () => limiter.run(work));
  const outcomes = Promise.allSettled(asked);
  await new Promise(setImmediate);
  t.is(running, 3);
  t.is(limiter.inFlight, 7);
  for (let i = 0; i < 7; i++) {
    ends[i]();
    await new Promise(setImmediate);
    t.true(running <= 3);
  }
  const refused = (await outcomes).filter(
    one => one.status === 'rejected' && one.reason instanceof Overloaded,
  );
  t.is(refused.length, 3);
  t.deepEqual({ most, done, inFlight: limiter.inFlight }, { most: 3, done: 7, inFlight: 0 });
});
