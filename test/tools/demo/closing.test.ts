import test from 'ava';
import { Closing, unlessStopped } from '../../../tools/demo/closing.js';

test('what was made is undone in the reverse order, once', async t => {
  const undone: string[] = [];
  const closing = new Closing();
  for (const name of ['chain', 'broker', 'board']) await closing.add(() => undone.push(name));
  await closing.close();
  await closing.close();
  t.deepEqual(undone, ['board', 'broker', 'chain']);
});

test('what is made after the end is undone at once, and its maker is told', async t => {
  const undone: string[] = [];
  const closing = new Closing();
  await closing.close();
  await t.throwsAsync(
    closing.add(() => undone.push('late')),
    { message: 'stopped' },
  );
  t.deepEqual(undone, ['late']);
});

test('work that is not stopped gives its result or its error', async t => {
  const { signal } = new AbortController();
  t.is(await unlessStopped(signal, Promise.resolve(7)), 7);
  await t.throwsAsync(unlessStopped(signal, Promise.reject(new Error('its own'))), { message: 'its own' });
});

test('work that never ends is left when it is stopped, before or in the middle', async t => {
  const controller = new AbortController();
  const endless = new Promise<never>(() => {});
  const waiting = unlessStopped(controller.signal, endless);
  controller.abort();
  await t.throwsAsync(waiting, { message: 'stopped' });
  await t.throwsAsync(unlessStopped(controller.signal, endless), { message: 'stopped' });
});

test('what work says after it was left is nobody’s error', async t => {
  const controller = new AbortController();
  let fail = (_: Error) => {};
  const work = new Promise<never>((_, reject) => (fail = reject));
  const waiting = unlessStopped(controller.signal, work);
  controller.abort();
  await t.throwsAsync(waiting, { message: 'stopped' });
  fail(new Error('too late'));
  await new Promise(resolve => setImmediate(resolve));
  t.pass();
});
