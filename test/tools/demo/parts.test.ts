/** Missing parts are named before anything of a world is set up: all of them at once, each with its remedy. */
import { type AddressInfo, createServer } from 'node:net';
import test from 'ava';
import { refuseMissingParts } from '../../../tools/demo/parts.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { inProcess, oneLineFailure } from '../support.js';

/** A port on which nothing listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise(resolve => server.close(resolve));
  return port;
}

test('a chain, a broker and a server that do not answer are all named, each with its flag', async t => {
  const [chain, broker, images] = [await freePort(), await freePort(), await freePort()];
  const { code, message } = (await t.throwsAsync(
    refuseMissingParts({
      engine: 'node',
      rpc: [`http://127.0.0.1:${chain}/a-paid-key`],
      broker: `mqtt://127.0.0.1:${broker}`,
      images: `http://127.0.0.1:${images}`,
    }),
  )) as Error & { code: string };
  t.is(code, 'part');
  t.true(message.includes(`chain at 127.0.0.1:${chain} does not answer (ECONNREFUSED)`), message);
  t.false(message.includes('a-paid-key'), 'the path of a URL may be somebody’s key');
  t.true(message.includes(`mqtt://127.0.0.1:${broker} cannot be reached (ECONNREFUSED)`), message);
  t.true(message.includes('--broker'));
  t.true(message.includes(`http://127.0.0.1:${images}`) && message.includes('--images'), message);
});

test('a chain that speaks no JSON is named', async t => {
  const server = createServer(socket => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi'));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  await t.throwsAsync(refuseMissingParts({ engine: 'node', rpc: [`http://127.0.0.1:${port}`] }), {
    message: new RegExp(`127\\.0\\.0\\.1:${port} answers with something else than JSON`),
  });
});

testWithChain(
  'where nothing is missing, nothing is refused: a chain of our own, and a broker that listens',
  async t => {
    const server = createServer(socket => socket.on('error', () => {}));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    t.teardown(() => server.close());
    const { port } = server.address() as AddressInfo;
    await t.notThrowsAsync(refuseMissingParts({ engine: 'node', broker: `mqtt://127.0.0.1:${port}` }));
  },
);

test('an engine on which no author’s app runs is refused with its reason, before the app is even looked for', async t => {
  for (const [engine, reason] of [
    ['rv32', /made for its flash/],
    ['lin', /digital and analogue pins only/],
  ] as const) {
    const ran = await inProcess(['start', '--app', 'nowhere.ts', '--engine', engine]);
    t.regex(oneLineFailure(t, ran, 2), reason);
  }
  t.regex(
    oneLineFailure(t, await inProcess(['start', '--app', 'nowhere.ts']), 1),
    /There is no file .*nowhere\.ts/,
  );
});
