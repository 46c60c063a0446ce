import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { flashBoard } from '../../../host-sim/board/flashing.js';
import { nodeArguments } from '../../../host-sim/node/program/nodeArguments.js';
import { type Board, startBoard } from '../../../host-sim/process/board.js';
import { drivesBuses, opensBuses } from './buses.js';
import { boardWith, directory, probeImage, update } from './probe.js';
import { ends, isAlive, listeners } from './processes.js';

const linux = process.platform === 'linux' ? test.serial : test.serial.skip;
const ended = (board: Board) => new Promise<string>(resolve => board.once('ended', end => resolve(end.why)));

test.serial('a board is another process that runs the very bytes that were flashed', async t => {
  const image = probeImage(3);
  const board = await boardWith(t, image);
  t.like(board.hello, { slot: 'A', state: 'confirmed', version: 3, length: image.length, pid: board.pid });
  t.not(board.pid, process.pid);
  t.true(isAlive(board.pid));
  t.deepEqual(await board.request('executed'), [...image]);
});

test.serial('a request is answered, or refused in the image’s words', async t => {
  const board = await boardWith(t, probeImage(1));
  t.deepEqual(await board.request('echo', { a: [1, null, 'ä'] }), { a: [1, null, 'ä'] });
  t.is(await board.request('echo'), null);
  await t.throwsAsync(board.request('fail'), { message: 'no' });
  await t.throwsAsync(board.request('never', null, { timeout: 100 }), {
    message: /no answer to never in time/,
  });
  const many = await Promise.all(Array.from({ length: 50 }, (_, i) => board.request('echo', i)));
  t.deepEqual(
    many,
    many.map((_, i) => i),
  );
});

test.serial('requests and answers are bounded, and what exceeds them harms nobody', async t => {
  const board = await boardWith(t, probeImage(1));
  t.is(await board.request('echo', 'x'.repeat(4000)), 'x'.repeat(4000));
  await t.throwsAsync(board.request('echo', 'x'.repeat(4200)), { message: /4096 bytes/ });
  t.is(((await board.request('long', 50_000)) as string).length, 50_000);
  await t.throwsAsync(board.request('long', 1_000_000), { message: /too long/ });
  t.is(await board.request('echo', 1), 1);
  t.is(board.restarts, 0);
});

test.serial('a line that is longer than any request ends the run, as a lost console does', async t => {
  const board = await boardWith(t, probeImage(1));
  const why = ended(board);
  const back = board.waitForRestart();
  board.request('echo', 'x'.repeat(6000)).catch(() => {});
  t.is(await why, 'fault');
  await back;
  t.is(await board.request('echo', 1), 1);
});

test.serial('logs and pins are shown as they happen, long lines cut, floods in order', async t => {
  const lines: string[] = [];
  const board = await boardWith(t, probeImage(1), { onLog: line => void lines.push(line) });
  const pins: unknown[] = [];
  board.on('pin', (pin, on) => pins.push([pin, on]));
  await board.request('pin', [4, true]);
  await board.request('pin', [4, false]);
  t.deepEqual(pins, [
    [4, true],
    [4, false],
  ]);
  await t.throwsAsync(board.request('pin', [99, true]), { message: /no pin 99/ });
  t.is(await board.request('sample', 2), 0);
  board.setInput(2, 1234);
  board.setInput(3, 5000);
  t.is(await board.request('sample', 2), 1234);
  t.is(await board.request('sample', 3), 0);
  await board.request('chatter', 300);
  t.is(lines[0], 'version 1 runs');
  t.deepEqual(
    lines.slice(1).map(line => Number.parseInt(line, 10)),
    Array.from({ length: 300 }, (_, i) => i),
  );
});

test.serial('buses are driven and read at the console, by the devices that the board was started with', t =>
  drivesBuses(t, options => boardWith(t, probeImage(1, opensBuses), options)),
);

test.serial('a line is heard though it comes at once with one before it that was not waited for', async t => {
  const board = await boardWith(t, probeImage(1));
  const said = board.waitForLog(/^second$/, { timeout: 2000 });
  for (const line of ['first', 'second']) board.emit('log', line);
  t.is(await said, 'second');
});

test.serial('a restart is a new process on the same flash', async t => {
  const board = await boardWith(t, probeImage(1));
  const { pid } = board;
  await board.request('journal', { offset: 100, bytes: [1, 2, 3, 4] });
  const why = ended(board);
  const back = board.waitForRestart();
  await t.throwsAsync(board.request('restart', 'update'), { message: /ended before it answered/ });
  t.is(await why, 'restart');
  t.not((await back).pid, pid);
  t.false(isAlive(pid));
  t.is(board.restarts, 1);
  t.deepEqual(await board.request('journal', { offset: 100 }), [1, 2, 3, 4]);
});

test.serial(
  'what was written survives a power cut, and the board stays off until it is given power',
  async t => {
    const board = await boardWith(t, probeImage(1));
    await board.request('journal', { offset: 100, bytes: [1, 2, 3, 4] });
    const { pid } = board;
    await board.powerCut();
    t.false(isAlive(pid));
    t.is(board.pid, 0);
    await t.throwsAsync(board.request('echo', 1), { message: /off/ });
    await board.powerOn();
    t.deepEqual(await board.request('journal', { offset: 100 }), [1, 2, 3, 4]);
  },
);

for (const [how, method] of [
  ['in a callback', 'crash'],
  ['in a promise', 'reject'],
]) {
  test.serial(
    `an error that the image does not catch ${how} ends the run; the board comes back and says why`,
    async t => {
      const board = await boardWith(t, probeImage(1));
      const said = board.waitForLog(/^fault: /);
      const back = board.waitForRestart();
      await board.request(method);
      t.regex(await said, /^fault: Error: (on purpose|nobody catches this)\n {4}at .*image:\d+/);
      await back;
      t.is(await board.request('echo', 1), 1);
    },
  );
}

test.serial(
  'an image that blocks its event loop is killed by the watchdog, and the board comes back',
  async t => {
    const board = await boardWith(t, probeImage(1), { watchdog: 1000 });
    const why = ended(board);
    const back = board.waitForRestart();
    await t.throwsAsync(board.request('hang'), { message: /watchdog/ });
    t.is(await why, 'watchdog');
    await back;
    t.is(await board.request('echo', 1), 1);
  },
);

test.serial('a board that faults at every start is given up after a bounded number', async t => {
  const where = directory(t);
  flashBoard(where, probeImage(1, 'throw new Error("at every start")'));
  const faults: string[] = [];
  const board = await startBoard({ directory: where, faultLimit: 3, onLog: line => faults.push(line) });
  t.teardown(() => board.close());
  const reason = await new Promise<string>(resolve => board.once('dead', resolve));
  t.regex(reason, /^3 faults in a row, the last: Error: at every start/);
  t.is(faults.filter(line => line.startsWith('fault: ')).length, 3);
  await t.throwsAsync(board.request('echo', 1), { message: /3 faults in a row/ });
});

test.serial(
  'a confirmed image that faults three times in a row gives way to the one before it; that one then recovers',
  async t => {
    const board = await boardWith(t, probeImage(1));
    const next = probeImage(2);
    const updated = board.waitForRestart();
    await update(board, next);
    t.like(await updated, { slot: 'B', state: 'pending' });
    await board.request('confirm');
    const fault = async () => {
      const back = board.waitForRestart();
      await board.request('crash');
      return back;
    };
    for (let i = 0; i < 2; i++) t.like(await fault(), { slot: 'B', state: 'confirmed' });
    t.like(await fault(), { slot: 'A', state: 'confirmed', rolledBack: 'it failed again and again' });
    for (let i = 0; i < 2; i++) t.like(await fault(), { slot: 'A', state: 'confirmed' });
    t.like(await fault(), { slot: 'A', state: 'recovery' });
    t.is(await board.request('state'), 'recovery');
    await board.powerCut();
    t.like(await board.powerOn(), { slot: 'A', state: 'confirmed' }, 'a power-on counts nothing');
  },
);

test.serial('an update restarts into the new image, which confirms and stays', async t => {
  const next = probeImage(2);
  const board = await boardWith(t, probeImage(1));
  const back = board.waitForRestart();
  await update(board, next);
  t.like(await back, { version: 2, slot: 'B', state: 'pending' });
  t.deepEqual(await board.request('executed'), [...next]);
  await board.request('confirm');
  t.is(await board.request('state'), 'confirmed');
  await board.powerCut();
  t.like(await board.powerOn(), { version: 2, slot: 'B', state: 'confirmed' });
});

for (const [what, atStart, watchdog] of [
  ['throws at its start', 'throw new Error("bad")', 10_000],
  ['throws later', 'clock.after(50, () => { throw new Error("bad"); })', 10_000],
  ['blocks', 'for (;;);', 1000],
  ['asks for it', 'boot.restart("rollBack")', 10_000],
] as [string, string, number][]) {
  test.serial(`a pending image that ${what} is rolled back; its twin that does not is kept`, async t => {
    const board = await boardWith(t, probeImage(1), { watchdog });
    await update(board, probeImage(2, atStart));
    const back = await board.waitForRestart(2);
    t.like(back, { version: 1, slot: 'A', state: 'confirmed', rolledBack: 'it did not confirm' });
    t.is(await board.request('echo', 1), 1);
    await update(board, probeImage(2, 'boot.confirm()'));
    t.like(await board.waitForRestart(3), { version: 2, slot: 'B', state: 'pending' });
    t.is(await board.request('state'), 'confirmed');
  });
}

test.serial('a pending image whose power is cut before it confirms is rolled back', async t => {
  const board = await boardWith(t, probeImage(1));
  await update(board, probeImage(2));
  t.like(await board.waitForRestart(1), { version: 2, state: 'pending' });
  await board.powerCut();
  t.like(await board.powerOn(), { version: 1, rolledBack: 'it did not confirm' });
});

test.serial('an empty or damaged board is one clear reason, and the holder does not try again', async t => {
  const where = directory(t);
  await t.throwsAsync(startBoard({ directory: where }), { message: /never flashed/ });
  t.throws(() => flashBoard(where, probeImage(1).slice(0, 200)), { message: /not an image/ });
  await t.throwsAsync(startBoard({ directory: where }), { message: /never flashed/ });
  flashBoard(where, probeImage(1));
  const board = await startBoard({ directory: where });
  t.is(await board.request('echo', 1), 1);
  await board.close();
});

test.serial('a second board on the same flash is refused, and a killed one holds nothing back', async t => {
  const where = directory(t);
  const board = await boardWith(t, probeImage(1), { directory: where });
  const { message } = await t.throwsAsync(startBoard({ directory: where }));
  t.true(message.includes(`another board runs on ${where}: process ${board.pid}`), message);
  t.is(await board.request('echo', 1), 1);
  await board.powerCut();
  const other = await startBoard({ directory: where });
  t.is(await other.request('echo', 1), 1);
  await other.close();
});

test.serial('an image that takes more memory than a board has is a fault', async t => {
  const board = await boardWith(t, probeImage(1));
  const why = ended(board);
  await t.throwsAsync(board.request('devour'), { message: /ended before/ });
  t.is(await why, 'fault');
  await board.waitForRestart(1);
});

test.serial('the board dials out, over TCP, and is told when nobody listens', async t => {
  const board = await boardWith(t, probeImage(1));
  const server = createServer(socket => {
    socket.on('error', () => {}).once('data', data => socket.end(`you said ${data}`));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  t.is(await board.request('dial', { host: '127.0.0.1', port }), 'you said hi');
  await new Promise(resolve => server.close(resolve));
  t.is(await board.request('dial', { host: '127.0.0.1', port }), 'ECONNREFUSED');
});

linux(
  'the process of a board listens on nothing, and gets no secret of the holder’s environment',
  async t => {
    process.env.HOLDFAST_TEST_SECRET = 'hush';
    t.teardown(() => delete process.env.HOLDFAST_TEST_SECRET);
    const server = createServer();
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    t.true(listeners(process.pid) > 0, 'the way of counting sees a listener');
    const board = await boardWith(t, probeImage(1));
    await board.request('echo', 1);
    t.is(listeners(board.pid), 0);
    const environment = readFileSync(`/proc/${board.pid}/environ`, 'utf8');
    t.true(environment.includes('PATH='));
    t.false(environment.includes('hush'));
    server.close();
  },
);

linux(
  'only who shows the token may be the board: others are cut, and the board is not disturbed',
  async t => {
    const board = await boardWith(t, probeImage(1));
    const command = readFileSync(`/proc/${board.pid}/cmdline`, 'utf8').split('\0');
    const port = Number(command[command.indexOf('--console') + 1].split(':')[1]);
    t.notRegex(command.join(' '), /token/i);
    // Lines come in order: once the image has answered, nothing that it said at its start is still on the way.
    t.is(await board.request('echo', 1), 1);
    for (const line of [
      '{"token":""}\n',
      '{"token":"x"}\n{"log":"forged"}\n',
      '{"log":"forged"}\n',
      'x'.repeat(3e5),
    ]) {
      const lines: string[] = [];
      board.on('log', log => lines.push(log));
      const socket = connect(port, '127.0.0.1');
      const cut = new Promise(resolve => socket.on('error', () => {}).on('close', resolve));
      socket.write(line);
      await cut;
      t.deepEqual(lines, []);
    }
    t.is(await board.request('echo', 1), 1);
  },
);

test.serial('closing ends the process, refuses what is still open, and can be repeated', async t => {
  const board = await boardWith(t, probeImage(1));
  const { pid } = board;
  const open = board.request('never');
  await Promise.all([t.throwsAsync(open, { message: /ended before/ }), board.close()]);
  await board.close();
  t.true(await ends(pid));
  await t.throwsAsync(board.request('echo', 1), { message: /closed/ });
  await t.throwsAsync(board.powerOn(), { message: /closed/ });
});

test.serial('an aborted signal closes the board', async t => {
  const abort = new AbortController();
  const board = await boardWith(t, probeImage(1), { signal: abort.signal });
  const { pid } = board;
  abort.abort();
  t.true(await ends(pid));
  await t.throwsAsync(startBoard({ directory: directory(t), signal: abort.signal }), { any: true });
});

/** A holder in a process of its own, which prints the id of its board's process. */
async function holder(
  where: string,
  watchdog: number,
  then: string,
): Promise<{ process: ChildProcess; pid: number }> {
  const module = new URL('../../../host-sim/process/board.ts', import.meta.url).href;
  const source = `const { startBoard } = await import('${module}');
    const board = await startBoard({ directory: ${JSON.stringify(where)}, watchdog: ${watchdog} });
    ${then}; setTimeout(() => console.log(board.pid), 300);`;
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', source],
    { cwd: fileURLToPath(new URL('../../..', import.meta.url)), stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const pid = await new Promise<number>(resolve => child.stdout!.once('data', data => resolve(Number(data))));
  return { process: child, pid };
}

for (const signal of ['SIGKILL', 'SIGINT', 'SIGTERM'] as const) {
  for (const [state, then] of [
    ['works', ''],
    ['hangs', `board.request('hang').catch(() => {})`],
  ]) {
    test.serial(`no board that ${state} is left when its holder ends by ${signal}`, async t => {
      const where = directory(t);
      flashBoard(where, probeImage(1));
      const { process: parent, pid } = await holder(where, 1500, then);
      t.true(isAlive(pid));
      parent.kill(signal);
      t.true(await ends(pid));
    });
  }
}

test.serial('the process alone says on its error output how it wants to be started', async t => {
  const run = async (...parameters: string[]) => {
    const child = spawn(process.execPath, [...nodeArguments('host-sim/board/main.ts'), ...parameters]);
    let problem = '';
    child.stderr.on('data', data => (problem += data));
    const code = await new Promise<number | null>(resolve => child.on('close', resolve));
    return `${code} ${problem.trim()}`;
  };
  const where = join(directory(t), 'board');
  t.is(await run(), '64 board: --directory is needed: where the board keeps its flash');
  t.regex(await run('--directory', where), /^64 board: --console HOST:PORT is needed/);
  t.regex(await run('--directory', where, '--console', 'x:1', '--watchdog', '5'), /^64 board: --watchdog/);
  t.regex(await run('--what'), /^64 board: Unknown option '--what'/);
  t.is(await run('--directory', where, '--console', '127.0.0.1:1'), '76 ');
});

test.serial(
  'the power fails inside the n-th write to flash, and is back at once; none fails any more',
  async t => {
    const board = await boardWith(t, probeImage(1));
    const store = (offset: number) => board.request('store', { offset, text: 'abcdefgh' });
    board.setFault({ flashOperation: 3 });
    // an erase and a write
    await store(0);
    const why = ended(board);
    const back = board.waitForRestart();
    await t.throwsAsync(store(100), { message: /ended before it answered \(powerCut\)/ });
    t.is(await why, 'powerCut');
    await back;
    for (const offset of [4096, 4196, 4296]) await store(offset);
    board.setFault({ flashOperation: 1 });
    board.setFault({ flashOperation: null });
    await store(4396);
    t.is(board.restarts, 1);
  },
);

test.serial(
  'the clock of a board runs at the rate that its holder sets, after a restart as well',
  async t => {
    const board = await boardWith(t, probeImage(1));
    const elapsed = async (): Promise<number> => {
      const before = (await board.request('time')) as number;
      await new Promise(resolve => setTimeout(resolve, 50));
      return ((await board.request('time')) as number) - before;
    };
    board.setFault({ clockRate: 1000 });
    t.true((await elapsed()) >= 49_000);
    const back = board.waitForRestart();
    await board.powerCut();
    await board.powerOn();
    await back;
    t.true((await elapsed()) >= 49_000);
    board.setFault({ clockRate: 0.001 });
    const slow = await elapsed();
    t.true(slow >= 0 && slow < 49_000, `${slow}`);
  },
);
