import test from 'ava';
import { decodeParams, encodeParams } from '../../../firmware/app/params.js';
import { Authority } from '../../../firmware/command/envelope.js';
import { parseDelivery } from '../../../firmware/command/wire.js';
import type { Message } from '../../../host-sim/world/message.js';
import { seededChance } from '../../../host-sim/world/seed.js';
import { VirtualTime } from '../../../host-sim/world/time.js';
import { deliveryOf } from '../../../tools/operator/order.js';
import { Forger } from '../../../tools/sim/forger.js';

function forger(seed: number) {
  const time = new VirtualTime();
  const said: Message[] = [];
  const told: string[] = [];
  const made: Forger = new Forger({
    ...{ time, chance: seededChance(seed, 'forger'), untilMs: 1_000_000 },
    broker: {
      publish: message => {
        said.push(message);
        made.hear(message);
      },
    },
    onForged: what => told.push(what),
  });
  return { time, said, told, made };
}

const heard = (board: string, kind: string): Message => ({
  ...{ topic: `holdfast/${board}/x/${kind}`, payload: new Uint8Array(100), qos: 1, retain: true },
});

test('a forger changes, repeats, misdirects and makes junk of what goes to boards, and of nothing else', async t => {
  const { made, said, time, told } = forger(1);
  for (let i = 0; i < 300; i++) made.hear(heard(i % 2 ? 'a' : 'b', i % 5 ? 'envelope' : 'offer'));
  for (let i = 0; i < 100; i++) made.hear(heard('c', 'receipt'));
  await time.run(2_000_000);
  for (const kind of ['changed', 'repeated', 'misdirected', 'junk'])
    t.true(
      told.some(what => what.startsWith(kind)),
      kind,
    );
  t.is(said.length, told.length, 'it does not hear itself');
  t.true(said.every(({ retain, topic }) => !retain && /^holdfast\/[ab]\/x\/(envelope|offer)$/.test(topic)));
  t.true(said.some(({ payload }) => payload.length === 100 && payload.some(byte => byte !== 0)));
});

test('an order of its own leaves another mark than the genuine one; when the plan is over there is none', async t => {
  const { made, time } = forger(2);
  const envelope = {
    ...{ authority: Authority.direct, device: new Uint8Array(20), sequence: 3, epoch: 0, fleetEpoch: 0 },
    ...{ notBefore: 1, notAfter: 100, class: 0, challenge: new Uint8Array(32), follows: 0, receipts: 0 },
    ...{ replyKey: new Uint8Array(0), salt: new Uint8Array(32), action: 'relay.mark' },
    ...{ params: encodeParams({ mark: 5 }), operator: new Uint8Array(20) },
  };
  const bytes = deliveryOf(envelope);
  const forged = Array.from({ length: 100 }, () => made.insteadOf(bytes)).filter(each => each !== undefined);
  t.true(forged.length > 10);
  for (const each of forged) {
    const parsed = parseDelivery(each);
    t.is(parsed.verdict, 'accepted');
    if (parsed.verdict === 'accepted')
      t.deepEqual(decodeParams(parsed.value.envelope.params), { mark: 2053 });
  }
  t.is(made.insteadOf(Uint8Array.of(1, 2, 3)), undefined);
  await time.run(1_000_000);
  t.true(Array.from({ length: 100 }, () => made.insteadOf(bytes)).every(each => each === undefined));
});
