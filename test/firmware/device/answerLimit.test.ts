/** The limit on answers that anybody can cause. */
import test from 'ava';
import { AnswerLimit } from '../../../firmware/device/answerLimit.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';

test('of a kind one answer goes out in a second, and says how many did not', t => {
  const clock = new HandClock();
  const limit = new AnswerLimit(clock);
  t.is(limit.take('busy'), 0);
  for (let i = 0; i < 99; i++) t.is(limit.take('busy'), undefined);
  t.is(limit.take('malformed'), 0, 'kinds do not share');
  clock.advance(1000);
  t.is(limit.take('busy'), 99);
  t.is(limit.take('busy'), undefined);
});
