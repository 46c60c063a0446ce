/** Answers over a socket file come whole, and the end of the other side is an error. */
import { createServer, type Socket } from 'node:net';
import test from 'ava';
import { linePosterTo } from '../../../host-sim/world/post.js';
import { SocketFile } from '../../../host-sim/world/socketFile.js';

/** A chain's process that does as `answer` says with each request. */
async function serve(answer: (request: string, socket: Socket) => void) {
  const file = (await SocketFile.create())!;
  const server = createServer(socket => {
    socket.setEncoding('utf8').on('data', (request: string) => answer(request, socket));
  });
  await new Promise<void>(resolve => server.listen(file.path, resolve));
  const poster = linePosterTo(file.path);
  const close = async () => {
    poster.close();
    await new Promise(resolve => server.close(resolve));
    await file.remove();
  };
  return { poster, close };
}

const has = process.platform === 'win32' ? test.skip : test;

has('an answer in pieces is whole, and each request has its own', async t => {
  const { close, poster } = await serve((request, socket) => {
    socket.write(`{"said":"${request} é`);
    setTimeout(() => socket.write('!"}\n'), 5);
  });
  t.is(await poster.post('one'), '{"said":"one é!"}');
  t.is(await poster.post('two'), '{"said":"two é!"}');
  await close();
});

has('a second request before the first has its answer is refused', async t => {
  const { close, poster } = await serve((request, socket) => socket.write(`${request}\n`));
  const first = poster.post('one');
  await t.throwsAsync(poster.post('two'), { message: /before/ });
  t.is(await first, 'one');
  await close();
});

has('a process that goes fails the request that waits, and each after it', async t => {
  const { close, poster } = await serve((_, socket) => socket.destroy());
  await t.throwsAsync(poster.post('one'), { message: /is gone|ECONNRESET|EPIPE/ });
  await t.throwsAsync(poster.post('two'), { message: /is gone|ECONNRESET|EPIPE/ });
  await close();
});
