/** The prover behind the broker: one question at a time, bounded in time and size, and quiet where nobody answers. */
import test from 'ava';
import { BrokerProver } from '../../../firmware/device/brokerProver.js';
import { ManualClock } from '../../fakes/manualClock.js';

function setting() {
  const clock = new ManualClock();
  const asked: string[] = [];
  const prover = new BrokerProver({
    clock,
    publish: question => asked.push(Buffer.from(question).toString()),
  });
  return { asked, clock, prover };
}
const settled = async () => {
  for (let i = 0; i < 10; i++) await undefined;
};

test('a question goes out as its path, and the next bytes are its answer', async t => {
  const { asked, prover } = setting();
  const answer = prover.ask('/light/v1/finality', 100);
  await settled();
  t.deepEqual(asked, ['/light/v1/finality']);
  prover.receive(Uint8Array.of(1, 2));
  t.deepEqual(await answer, { verdict: 'accepted', value: Uint8Array.of(1, 2) });
});

test('questions wait for each other, since answers do not say what they answer', async t => {
  const { asked, prover } = setting();
  const first = prover.ask('/a', 100);
  const second = prover.ask('/b', 100);
  await settled();
  t.deepEqual(asked, ['/a']);
  prover.receive(Uint8Array.of(1));
  t.like(await first, { value: Uint8Array.of(1) });
  await settled();
  t.deepEqual(asked, ['/a', '/b']);
  prover.receive(Uint8Array.of(2));
  t.like(await second, { value: Uint8Array.of(2) });
});

test('who gets no answer says so in time, and asks nobody for a while', async t => {
  const { asked, clock, prover } = setting();
  const answer = prover.ask('/a', 100);
  await settled();
  clock.advance(5000);
  t.like(await answer, { verdict: 'undetermined', cause: 'unreachable' });
  t.like(await prover.ask('/b', 100), { verdict: 'undetermined', cause: 'unreachable' });
  t.deepEqual(asked, ['/a']);
  clock.advance(60_000);
  const again = prover.ask('/c', 100);
  await settled();
  prover.receive(Uint8Array.of(3));
  t.like(await again, { verdict: 'accepted' });
});

test('bytes that nobody asked for, and too many of them, are no answer', async t => {
  const { prover } = setting();
  prover.receive(Uint8Array.of(9));
  const answer = prover.ask('/a', 2);
  await settled();
  prover.receive(new Uint8Array(3));
  t.like(await answer, { verdict: 'undetermined', cause: 'unreachable' });
});

test('closing ends a question that waits', async t => {
  const { prover } = setting();
  const answer = prover.ask('/a', 2);
  await settled();
  prover.close();
  t.like(await answer, { verdict: 'undetermined' });
});
