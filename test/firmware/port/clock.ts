/** The contract that every Clock must keep. */
import test from 'ava';
import type { Clock } from '../../../firmware/port/clock.js';

export function clockContract(name: string, make: () => Clock): void {
  test(`${name}: time only goes forward, in whole milliseconds`, async t => {
    const clock = make();
    let last = clock.monotonic();
    for (let i = 0; i < 20; i++) {
      await new Promise(resolve => setTimeout(resolve, 1));
      const now = clock.monotonic();
      t.true(Number.isInteger(now) && now >= last);
      last = now;
    }
  });

  test(`${name}: callbacks come once, later, the sooner ones first, and not when they were cancelled`, async t => {
    const clock = make();
    const called: string[] = [];
    await new Promise<void>(resolve => {
      clock.after(120, resolve);
      clock.after(60, () => called.push('second'));
      clock.after(1, () => called.push('first'));
      const cancel = clock.after(20, () => called.push('cancelled'));
      clock.after(5, cancel);
      t.deepEqual(called, []);
    });
    t.deepEqual(called, ['first', 'second']);
  });

  test(`${name}: cancelling what has been called, or twice, changes nothing`, async t => {
    const clock = make();
    let calls = 0;
    const cancel = clock.after(0, () => calls++);
    await new Promise<void>(resolve => void clock.after(30, resolve));
    t.notThrows(() => {
      cancel();
      cancel();
    });
    t.is(calls, 1);
  });

  test(`${name}: a wait longer than a timer can count is not a short one`, async t => {
    const clock = make();
    const cancel = clock.after(2 ** 33, () => t.fail('called'));
    await new Promise<void>(resolve => void clock.after(30, resolve));
    cancel();
    t.pass();
  });
}
