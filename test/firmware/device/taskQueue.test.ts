/** One thing at a time, up to a bound. */
import test from 'ava';
import { TaskQueue } from '../../../firmware/device/taskQueue.js';

const gate = () => {
  let open = () => {};
  const wait = new Promise<void>(resolve => {
    open = resolve;
  });
  return { wait, open: () => open() };
};

test('tasks run one after the other, in the order in which they came', async t => {
  const turns = new TaskQueue(8);
  const seen: string[] = [];
  for (const name of ['a', 'b', 'c']) {
    turns.add(async () => {
      seen.push(`${name} begins`);
      await new Promise(resolve => setImmediate(resolve));
      seen.push(`${name} ends`);
    });
  }
  await new Promise<void>(done => turns.add(async () => done()));
  t.deepEqual(seen, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('beyond the bound there is no room, and there is again once one has ended', async t => {
  const turns = new TaskQueue(2);
  const { open, wait } = gate();
  t.true(turns.add(() => wait));
  t.true(turns.add(async () => {}));
  t.false(turns.add(async () => {}));
  open();
  await new Promise(resolve => setImmediate(resolve));
  t.true(turns.add(async () => {}));
});

test('closed, it waits for what runs and begins nothing more', async t => {
  const turns = new TaskQueue(8);
  const { open, wait } = gate();
  const seen: string[] = [];
  turns.add(async () => {
    await wait;
    seen.push('first');
  });
  turns.add(async () => void seen.push('second'));
  await new Promise(resolve => setImmediate(resolve));
  const closed = turns.close().then(() => seen.push('closed'));
  t.false(turns.add(async () => {}));
  open();
  await closed;
  t.deepEqual(seen, ['first', 'closed']);
});
