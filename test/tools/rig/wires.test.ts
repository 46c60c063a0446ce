import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { ToldUrls } from '../../../tools/demo/boardUrl.js';
import { Wires } from '../../../tools/rig/bench/wires.js';

/** A server that sends back what it gets, and wires to it. */
async function echo(t: ExecutionContext) {
  const server = net.createServer(socket => socket.on('error', () => {}).pipe(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const wires = new Wires();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const told = await wires.between(url);
  t.teardown(async () => {
    await wires.close();
    server.close();
  });
  const dial = () => net.connect({ host: '127.0.0.1', port: Number(new URL(told).port) });
  return { dial, told, url, wires };
}

async function echoed(socket: net.Socket, text: string): Promise<string> {
  socket.write(text);
  let got = '';
  while (got.length < text.length) got += (await once(socket, 'data'))[0];
  return got;
}

test('a whole wire carries everything both ways, and its end', async t => {
  const { dial, told, url, wires } = await echo(t);
  t.not(told, url);
  t.is(await wires.between(url), told);
  const socket = dial();
  const long = 'abc'.repeat(100_000);
  t.is(await echoed(socket, long), long);
  socket.end();
  await once(socket, 'close');
  t.true(socket.readableEnded);
});

test('a lost wire resets what is under way and what comes; whole again, it carries', async t => {
  const { dial, url, wires } = await echo(t);
  const before = dial();
  t.is(await echoed(before, 'before'), 'before');
  await wires.set({ is: 'lost' });
  await once(before, 'close');
  const during = dial();
  during.on('error', () => {});
  await new Promise(resolve => during.once('close', resolve));
  t.is(during.bytesRead, 0);
  await wires.set({ is: 'lost' }, ['http://127.0.0.1:1']);
  await wires.set({ is: 'whole' }, [url]);
  const after = dial();
  t.is(await echoed(after, 'after'), 'after');
  after.destroy();
});

test('a slow wire waits with each piece, and overtakes nothing when it is whole again', async t => {
  const { dial, wires } = await echo(t);
  await wires.set({ is: 'slow', milliseconds: 50 });
  const socket = dial();
  const from = performance.now();
  t.is(await echoed(socket, 'a'), 'a');
  t.true(performance.now() - from >= 90);
  const rest = echoed(socket, 'bcdef');
  await wires.set({ is: 'whole' });
  t.is(await rest, 'bcdef');
  socket.destroy();
});

test('a URL that a board names stands for what it was told, and no other port does', async t => {
  const urls = new ToldUrls(async url => url.replace(':80', ':1000'));
  t.is(await urls.between('http://127.0.0.1:80'), 'http://127.0.0.1:1000');
  t.is(urls.behind('http://127.0.0.1:1000/a?b'), 'http://127.0.0.1:80/a?b');
  t.is(urls.behind('http://10.0.2.2:1000'), 'http://127.0.0.1:80');
  t.is(urls.behind('http://127.0.0.1:10001/a'), 'http://127.0.0.1:10001/a');
});
