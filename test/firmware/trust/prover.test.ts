/** A prover over HTTP: bounded in time and size, left when it is slow, and asked last until it answers again. */
import test from 'ava';
import { HttpProver, inOrder } from '../../../firmware/trust/prover.js';
import { nodeNetwork } from '../../../host-sim/node/network/socket.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';
import { rawServer } from '../rpc/support.js';

test('a prover that gives less than 1 KB in 5 s is left, and slow until it answers again', async t => {
  const clock = new HandClock();
  let mute = true;
  let asked = () => {};
  const server = await rawServer(socket => {
    socket.on('data', () => {
      socket.write(
        mute
          ? 'HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\n['
          : 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
      );
      asked();
    });
  });
  const prover = new HttpProver({ network: nodeNetwork(), clock, url: server.url });
  t.false(prover.slow);
  const heard = new Promise<void>(resolve => (asked = resolve));
  const answer = prover.ask('/light/v1/finality', 3000);
  await heard;
  clock.advance(4999);
  t.false(prover.slow);
  clock.advance(2);
  const left = await answer;
  t.like(left, { verdict: 'undetermined', cause: 'unreachable' });
  t.regex(left.verdict === 'undetermined' ? left.evidence : '', /at least 1024 wanted/);
  t.true(prover.slow);
  mute = false;
  t.like(await prover.ask('/light/v1/finality', 3000), { verdict: 'accepted' });
  t.false(prover.slow);
  prover.close();
  await server.close();
});

test('who lied is asked after who was slow, and who was slow after all others, in their order', t => {
  const ask = () => Promise.reject(new Error('nobody asks'));
  const close = () => {};
  const [slow, liar, first, second] = [true, false, false, false].map((isSlow, i) => ({
    ...{ ask, close, name: `${i}` },
    slow: isSlow,
  }));
  const order = inOrder([slow, liar, first, second], new Set([liar]));
  t.deepEqual(order, [first, second, slow, liar]);
  t.deepEqual(inOrder([slow, liar], new Set()), [liar, slow]);
});
