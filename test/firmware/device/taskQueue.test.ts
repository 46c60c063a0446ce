/** One thing at a time, and of a name one thing at most that waits. */
import test from 'ava';
import { TaskQueue } from '../../../firmware/device/taskQueue.js';

const gate = () => {
  let open = () => {};
  const wait = new Promise<void>(resolve => {
    open = resolve;
  });
  return { wait, open: () => open() };
};
const later = () => new Promise<void>(resolve => setImmediate(resolve));

test('tasks run one after the other, in the order in which they came', async t => {
  const tasks = new TaskQueue();
  const seen: string[] = [];
  for (const name of ['a', 'b', 'c']) {
    tasks.add(name, async () => {
      seen.push(`${name} begins`);
      await later();
      seen.push(`${name} ends`);
    });
  }
  await new Promise<void>(done => tasks.add('d', async () => done()));
  t.deepEqual(seen, ['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

test('of one name one task waits, however often it is added; one that runs already does not count', async t => {
  const tasks = new TaskQueue();
  const { open, wait } = gate();
  const seen: string[] = [];
  const flood = (what: string) => {
    for (let i = 0; i < 1000; i++) tasks.add('junk', async () => void seen.push(what));
  };
  tasks.add('junk', () => wait);
  await later();
  flood('while it ran');
  tasks.add('trust', async () => void seen.push('trust'));
  open();
  await later();
  t.deepEqual(seen, ['while it ran', 'trust'], 'others have their turn');
  flood('afterwards');
  await later();
  t.deepEqual(seen.slice(2), ['afterwards']);
});

test('closed, it waits for what runs and begins nothing more', async t => {
  const tasks = new TaskQueue();
  const { open, wait } = gate();
  const seen: string[] = [];
  tasks.add('first', async () => {
    await wait;
    seen.push('first');
  });
  tasks.add('second', async () => void seen.push('second'));
  await later();
  const closed = tasks.close().then(() => seen.push('closed'));
  tasks.add('third', async () => void seen.push('third'));
  open();
  await closed;
  await later();
  t.deepEqual(seen, ['first', 'closed']);
});
