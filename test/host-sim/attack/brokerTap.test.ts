import test from 'ava';
import { brokerTap } from '../../../host-sim/attack/brokerTap.js';
import { startBroker } from '../../../host-sim/broker/broker.js';
import { connectBroker } from '../../../host-sim/node/brokerClient.js';

test('a tap records what passes and publishes it again, as it was and changed by one bit', async t => {
  const broker = await startBroker();
  t.teardown(broker.close);
  const { url } = broker;
  const tap = await brokerTap({ url }, 'holdfast/#');
  t.teardown(tap.close);
  const board = await connectBroker({ url });
  t.teardown(board.close);
  const seen: number[][] = [];
  await board.subscribe('holdfast/1/+/envelope', ({ payload }) => seen.push([...payload]));
  const operator = await connectBroker({ url });
  t.teardown(operator.close);
  const passing = tap.find(({ topic }) => topic.endsWith('/envelope'));
  await operator.publish('holdfast/1/0xab/envelope', Uint8Array.of(1, 2, 3));
  const message = await passing;
  t.deepEqual([...message.payload], [1, 2, 3]);
  const third = board.next('holdfast/1/0xab/envelope', ({ payload }) => payload[0] === 0);
  await tap.replay(message);
  await tap.publishChanged(message);
  await tap.publishChanged(message, 0);
  await third;
  t.deepEqual(seen, [
    [1, 2, 3],
    [1, 2, 3],
    [1, 2, 2],
    [0, 2, 3],
  ]);
  t.is(tap.recorded.length, 1, 'its own messages are not among the recorded');
  t.is(await tap.find(({ payload }) => payload.length === 3), message);
  await t.throwsAsync(
    tap.find(({ payload }) => payload.length === 9, 50),
    { message: /no message/ },
  );
});
