import { spawn } from 'node:child_process';
import { once } from 'node:events';
import test, { type ExecutionContext } from 'ava';
import { ChipConsole } from '../../../firmware/esp32/console.js';
import { serialConsole } from '../../../tools/console/serial.js';

/** A board's console behind a pseudo-terminal, or the reason why there is none here. */
async function board(t: ExecutionContext): Promise<{ path: string; console: ChipConsole } | string> {
  const child = spawn('script', ['-qfc', 'stty raw -echo; tty; exec sleep 600', '/dev/null'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const started = await Promise.race([once(child, 'spawn'), once(child, 'error')]);
  if (started[0] instanceof Error) return 'script (bsdutils)';
  const chunks: Uint8Array[] = [];
  let path = '';
  await new Promise<void>(resolve => {
    child.stdout.on('data', (chunk: Buffer) => {
      if (path) return void chunks.push(chunk);
      path = /\/\S+/.exec(chunk.toString())?.[0] ?? '';
      if (path) resolve();
    });
  });
  let looking: NodeJS.Timeout | undefined;
  const console = new ChipConsole({
    line: {
      read: () => chunks.shift(),
      write(bytes) {
        child.stdin.write(Uint8Array.from(bytes));
        return bytes.length;
      },
    },
    every(milliseconds, look) {
      looking = setInterval(look, milliseconds);
    },
    ofPlatform: () => undefined,
  });
  t.teardown(() => {
    clearInterval(looking);
    child.kill();
  });
  return { path, console };
}

function serialTest(
  title: string,
  body: (t: ExecutionContext, path: string, console: ChipConsole) => Promise<void>,
) {
  test.serial(title, async t => {
    const made = await board(t);
    if (typeof made !== 'string') return body(t, made.path, made.console);
    t.log(`NOT RUN: there is no ${made}`);
    if (process.env.HOLDFAST_REQUIRE_TOOLS) t.fail(made);
    else t.pass();
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
  const holder = await serialConsole(path, { onLog() {}, signal: given.signal });
  const waiting = holder.request('never');
  setTimeout(() => given.abort(), 4500);
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
