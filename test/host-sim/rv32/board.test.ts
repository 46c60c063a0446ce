import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { patient } from '../../../host-sim/node/patience.js';
import { crashesIn, shown } from '../process/crashes.js';
import { boardWith, flashDirectory, scriptImage, testOnRv32 } from './withBoard.js';

const methods = `{
  echo: value => value,
  executed: length => Array.from(boot.running.read(0, length)),
  digest: bytes => { const hash = crypto.sha256(); hash.update(Uint8Array.from(bytes)); return Array.from(hash.digest()); },
  hang: () => { for (;;); },
  devour() { for (const all = []; ; ) all.push(new Uint8Array(1000)); },
  thermometer() {
    const bus = buses.openI2c({ data: 21, clock: 22, hz: 400000, address: 72 });
    try {
      bus.write(Uint8Array.of(2, 7, 0), true);
      return Array.from(bus.writeRead(Uint8Array.of(15), 2));
    } finally { bus.close(); }
  },
  crash: delay => void clock.after(delay || 1, () => { throw new Error('on purpose'); }),
  restart: () => void clock.after(1, () => boot.restart('update')),
  entropy: () => { const bytes = new Uint8Array(16); entropy.fill(bytes); return Array.from(bytes); },
  journal({ offset, bytes }) {
    const journal = flash.open('journal');
    if (bytes) journal.write(offset, Uint8Array.from(bytes));
    return Array.from(journal.read(offset, 4));
  },
  fetch: port => new Promise(resolve => {
    const hash = crypto.sha256();
    let total = 0;
    const socket = network.connect({
      host: '127.0.0.1', port,
      onWritable() {},
      onReadable() { const bytes = socket.read(); total += bytes.length; hash.update(bytes); },
      onClosed: cause => resolve({ cause: cause || null, total, digest: Array.from(hash.digest()) }),
    });
  }),
}`;

testOnRv32(
  'the board runs the very bytes that were flashed, answers, computes and takes entropy',
  async t => {
    const image = await scriptImage(3, methods);
    const board = await boardWith(t, image);
    t.like(board.hello, { slot: 'A', state: 'confirmed', version: 3, length: image.length, pid: board.pid });
    t.deepEqual(await board.request('executed', 1000), [...image.subarray(0, 1000)]);
    t.deepEqual(await board.request('echo', { a: [1, null, 'ä'] }), { a: [1, null, 'ä'] });
    const bytes = [...randomBytes(300)];
    t.deepEqual(await board.request('digest', bytes), [
      ...createHash('sha256').update(Buffer.from(bytes)).digest(),
    ]);
    t.notDeepEqual(await board.request('entropy'), await board.request('entropy'));
  },
);

testOnRv32('devices on its buses are set and seen at the console', async t => {
  const board = await boardWith(t, await scriptImage(1, methods));
  const written: unknown[] = [];
  board.on('bus', event => void written.push(event));
  await t.throwsAsync(board.request('thermometer'), { message: /nothing answers at address 72/ });
  board.setBus({ i2c: 72, register: 15, bytes: '0x0117', width: 2 });
  t.deepEqual(await board.request('thermometer'), [1, 23]);
  t.deepEqual(written, [
    { i2c: 72, wrote: '0x020700' },
    { i2c: 72, wrote: '0x0f' },
  ]);
});

testOnRv32('a stream through the serial line arrives whole, however long, and its end is told', async t => {
  const content = randomBytes(200_000);
  const server = createServer(socket => socket.end(content)).listen(0, '127.0.0.1');
  t.teardown(() => server.close());
  await once(server, 'listening');
  const board = await boardWith(t, await scriptImage(1, methods));
  const { port } = server.address() as { port: number };
  const fetched = await board.request('fetch', port, { timeout: patient(60_000) });
  t.deepEqual(fetched, {
    cause: null,
    total: content.length,
    digest: [...createHash('sha256').update(content).digest()],
  });
});

testOnRv32('hanging, eating up memory and failing end the run; what was written stays', async t => {
  const directory = flashDirectory(t);
  const board = await boardWith(t, await scriptImage(1, methods), { directory, watchdog: 1000 });
  await board.request('journal', { offset: 0, bytes: [1, 2, 3, 4] });
  for (const [method, why] of [
    ['hang', /blocked/],
    ['devour', /out of memory/],
    ['crash', /on purpose/],
  ] as const) {
    const restarted = board.waitForRestart();
    const log = board.waitForLog(why);
    board.request(method).catch(() => {});
    await log;
    await restarted;
  }
  t.deepEqual(await board.request('journal', { offset: 0 }), [1, 2, 3, 4]);
  await board.close();
  const found = crashesIn(directory).map(shown);
  t.like(found, [{ reason: 'memory', text: 'out of memory' }, { reason: 'exception' }]);
  t.regex(found[1].text, /^Error: on purpose\nat /);
});

for (const line of ['pty', 'stdio'] as const) {
  testOnRv32(
    `a restart that the image asked for is no fault, and what it said last arrives (${line})`,
    async t => {
      const board = await boardWith(t, await scriptImage(1, methods), { engine: { name: 'rv32', line } });
      const ends: string[] = [];
      board.on('ended', ({ detail, why }) => void ends.push(`${why}: ${detail}`));
      for (let i = 0; i < 3; i++) {
        const restarted = board.waitForRestart();
        await board.request('restart');
        await restarted;
      }
      t.deepEqual(ends, Array(3).fill('restart: update'));

      // A holder that is busy elsewhere while the board ends: a pseudo-terminal that closes forgets what was not read.
      const said = board.waitForLog(/on purpose/);
      const restarted = board.waitForRestart();
      await board.request('crash', 300);
      const { pid } = board;
      process.kill(pid, 'SIGSTOP');
      await sleep(1500);
      process.kill(pid, 'SIGCONT');
      await said;
      await restarted;
      t.regex(ends[3], /^fault: .*on purpose/);
    },
  );
}
