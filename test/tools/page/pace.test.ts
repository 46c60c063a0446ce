import test from 'ava';
import { Pace } from '../../../tools/page/pace.js';

function paced() {
  let lines = 0;
  const ending = new AbortController();
  const pace = new Pace(() => lines, ending.signal);
  return { pace, ending, addLine: () => void lines++ };
}

/** Undefined while the world has to wait. */
const now = <T>(promise: Promise<T>): Promise<T | undefined> =>
  Promise.race([promise, new Promise<undefined>(resolve => setImmediate(resolve, undefined))]);

test('time stands until somebody moves it, and a step goes on to the next line of the log', async t => {
  const { addLine, pace } = paced();
  const waiting = pace.until(0, 7);
  t.is(await now(waiting), undefined);
  pace.step();
  t.is(await waiting, 7);
  t.is(await pace.until(7, 9), 9, 'nothing was told yet');
  addLine();
  const after = pace.until(9, 12);
  t.is(await now(after), undefined);
  t.is(pace.state.moves, 'stands');
  pace.leap(60);
  t.is(await after, 60_009);
  t.is(await now(pace.until(60_009, 60_100)), undefined, 'after a leap it stands');
});

test('time runs as fast as it goes until it is stopped, and a world that ends stays ended', async t => {
  const { ending, pace } = paced();
  pace.run('most');
  t.is(await pace.until(5, 6), Number.POSITIVE_INFINITY);
  pace.run(10);
  t.is(await pace.until(5, 6), 505, 'ten of its seconds in one of ours, a twentieth at once');
  pace.stop();
  const waiting = pace.until(6, 7);
  t.is(await now(waiting), undefined);
  ending.abort(new Error('Ctrl-C'));
  await t.throwsAsync(waiting, { message: 'Ctrl-C' });
  pace.end();
  pace.run(1);
  t.is(pace.state.moves, 'over');
});
