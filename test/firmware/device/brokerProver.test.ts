/** The prover behind the broker: asked one sealed question at a time, answered by nobody else, bounded in time and size. */
import { randomBytes } from 'node:crypto';
import test from 'ava';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { BrokerProver } from '../../../firmware/device/brokerProver.js';
import { openQuestion, type Question } from '../../../firmware/seal/question.js';
import { newKey } from '../../../firmware/seal/sealed.js';
import { sealAnswer } from '../../../firmware/seal/sharedSeal.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';

const crypto = portableCrypto();
const entropy = { fill: (target: Uint8Array) => target.set(randomBytes(target.length)) };
const key = newKey(crypto, entropy);

function setting(proverKey: Uint8Array | undefined = key.publicKey) {
  const clock = new HandClock();
  const asked: Question[] = [];
  const messages: Uint8Array[] = [];
  const prover = new BrokerProver({
    clock,
    crypto,
    entropy,
    proverKey,
    publish: async message => {
      messages.push(message);
      asked.push(openQuestion(crypto, key, message)!);
    },
  });
  const answer = (bytes: Uint8Array, to = asked[asked.length - 1]) =>
    prover.receive(sealAnswer({ crypto, entropy }, to.answerKey, bytes));
  return { answer, asked, clock, messages, prover };
}
const settled = async () => {
  for (let i = 0; i < 10; i++) await undefined;
};
const paths = (asked: readonly Question[]) => asked.map(({ path }) => path);

test('a question goes out sealed to the prover, and what is sealed to it is its answer', async t => {
  const { answer, asked, messages, prover } = setting();
  const answered = prover.ask('/light/v1/finality', 100);
  await settled();
  t.deepEqual(paths(asked), ['/light/v1/finality']);
  t.false(Buffer.from(messages[0]).includes('finality'));
  answer(Uint8Array.of(1, 2));
  t.deepEqual(await answered, { verdict: 'accepted', value: Uint8Array.of(1, 2) });
});

test('questions wait for each other, and an answer to an earlier one is none to a later', async t => {
  const { answer, asked, prover } = setting();
  const first = prover.ask('/a', 100);
  const second = prover.ask('/b', 100);
  await settled();
  t.deepEqual(paths(asked), ['/a']);
  answer(Uint8Array.of(1));
  t.like(await first, { value: Uint8Array.of(1) });
  await settled();
  t.deepEqual(paths(asked), ['/a', '/b']);
  answer(Uint8Array.of(1), asked[0]);
  answer(Uint8Array.of(2));
  t.like(await second, { value: Uint8Array.of(2) });
});

test('who gets no answer says so in time, and asks nobody for a while', async t => {
  const { answer, asked, clock, prover } = setting();
  const answered = prover.ask('/a', 100);
  await settled();
  clock.advance(5000);
  t.like(await answered, { verdict: 'undetermined', cause: 'unreachable' });
  t.like(await prover.ask('/b', 100), { verdict: 'undetermined', cause: 'unreachable' });
  t.deepEqual(paths(asked), ['/a']);
  clock.advance(60_000);
  const again = prover.ask('/c', 100);
  await settled();
  answer(Uint8Array.of(3));
  t.like(await again, { verdict: 'accepted' });
});

test('what a stranger publishes, and what is too long, ends no question: the prover’s answer still counts', async t => {
  const { answer, prover } = setting();
  prover.receive(Uint8Array.of(9));
  const answered = prover.ask('/a', 2);
  await settled();
  for (const junk of [new Uint8Array(0), new Uint8Array(30), new Uint8Array(100_000)]) prover.receive(junk);
  answer(new Uint8Array(3));
  answer(Uint8Array.of(4, 5));
  t.deepEqual(await answered, { verdict: 'accepted', value: Uint8Array.of(4, 5) });
});

test('no message is wanted but for an open question, in its length, and not without end', async t => {
  const { answer, clock, prover } = setting();
  t.is(prover.wantedBytesMax, 0);
  const answered = prover.ask('/a', 100);
  await settled();
  t.is(prover.wantedBytesMax, 128, 'the answer as it is sealed');
  for (let i = 0; i < 255; i++) prover.receive(new Uint8Array(60).fill(i));
  answer(Uint8Array.of(7));
  t.like(await answered, { value: Uint8Array.of(7) }, 'after 255 of a stranger’s');
  t.is(prover.wantedBytesMax, 0);
  const flooded = prover.ask('/b', 100);
  await settled();
  for (let i = 0; i < 256; i++) prover.receive(new Uint8Array(60).fill(i));
  t.is(prover.wantedBytesMax, 0, 'enough were tried');
  answer(Uint8Array.of(8));
  clock.advance(5000);
  t.like(await flooded, { verdict: 'undetermined', cause: 'unreachable' });
  t.is(clock.waiting, 0);
});

test('without a prover’s key nothing is asked, and nothing leaves the board openly', async t => {
  const prover = new BrokerProver({
    ...{ clock: new HandClock(), crypto, entropy },
    publish: async () => t.fail('it was published'),
  });
  t.like(await prover.ask('/a', 100), { verdict: 'undetermined', cause: 'unreachable' });
});

test('closing ends a question that waits', async t => {
  const { prover } = setting();
  const answered = prover.ask('/a', 2);
  await settled();
  prover.close();
  t.like(await answered, { verdict: 'undetermined' });
});

test('a question that never left the board silences nobody; where nobody else could be asked the silence is short', async t => {
  const clock = new HandClock();
  const asked: Question[] = [];
  let isConnected = false;
  const prover = new BrokerProver({
    ...{ clock, crypto, entropy, proverKey: key.publicKey, isAlone: true },
    publish: async message => {
      if (!isConnected) return new Promise(() => {});
      asked.push(openQuestion(crypto, key, message)!);
    },
  });
  const lost = prover.ask('/a', 100);
  await settled();
  clock.advance(5000);
  t.like(await lost, { verdict: 'undetermined', cause: 'unreachable' });
  isConnected = true;
  const unanswered = prover.ask('/b', 100);
  await settled();
  t.deepEqual(paths(asked), ['/b'], 'asked at once');
  clock.advance(5000);
  t.like(await unanswered, { verdict: 'undetermined', cause: 'unreachable' });
  t.like(await prover.ask('/c', 100), { verdict: 'undetermined' });
  clock.advance(5000);
  const again = prover.ask('/d', 100);
  await settled();
  t.deepEqual(paths(asked), ['/b', '/d']);
  prover.receive(sealAnswer({ crypto, entropy }, asked[1].answerKey, Uint8Array.of(1)));
  t.like(await again, { verdict: 'accepted' });
});
