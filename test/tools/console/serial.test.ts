import test, { type ExecutionContext } from 'ava';
import { ChipConsole } from '../../../firmware/esp32/console.js';
import { serialConsole } from '../../../tools/console/serial.js';
import { ptyTest } from '../serial/pty.js';

/** A board's console behind a pseudo-terminal. */
function serialTest(
  title: string,
  body: (t: ExecutionContext, path: string, console: ChipConsole) => Promise<void>,
) {
  ptyTest(title, (t, pty) => {
    const chunks: Uint8Array[] = [];
    pty.onData(bytes => void chunks.push(bytes));
    let looking: NodeJS.Timeout | undefined;
    const console = new ChipConsole({
      line: {
        read: () => chunks.shift(),
        write(bytes) {
          pty.write(Uint8Array.from(bytes));
          return bytes.length;
        },
      },
      every(milliseconds, look) {
        looking = setInterval(look, milliseconds);
      },
      ofPlatform: () => undefined,
    });
    t.teardown(() => clearInterval(looking));
    return body(t, pty.path, console);
  });
}

const { signal } = new AbortController();

serialTest(
  'requests reach a board through a terminal device, its answers, logs and refusals come back',
  async (t, path, console) => {
    console.onRequest(async (method, parameters) => {
      if (method === 'fail') throw new Error('not today');
      return { method, parameters };
    });
    const logs: string[] = [];
    const holder = await serialConsole(path, { onLog: line => logs.push(line), signal });
    console.log('hello');
    const parameters = { text: 'ä'.repeat(1500) };
    t.deepEqual(await holder.request('echo', parameters), { method: 'echo', parameters });
    await t.throwsAsync(holder.request('fail'), { message: 'The board refuses: not today.' });
    t.true(logs.includes('hello'));
    await holder.close();
  },
);

serialTest('a console that is closed or given up leaves no request waiting', async (t, path) => {
  const given = new AbortController();
  const holder = await serialConsole(path, { onLog() {}, signal: given.signal, startMs: 50 });
  const waiting = holder.request('never');
  setTimeout(() => given.abort(), 200);
  await t.throwsAsync(waiting, { message: /was given up/ });
  const closed = holder.request('never');
  setTimeout(() => void holder.close(), 100);
  await t.throwsAsync(closed, { message: /was closed/ });
});

test('a line that is not there is refused in one line', async t => {
  await t.throwsAsync(serialConsole('/dev/no-such-line', { onLog() {}, signal }), {
    message: /plug the board in/,
  });
});
