/** Attacks by whoever sits at the broker: envelopes changed, repeated, kept back, or sent to another board. */
import { encodeParams } from '../../firmware/app/params.js';
import { concat } from '../../firmware/bytes/concat.js';
import { envelopeHash } from '../../firmware/command/envelope.js';
import { increaseTime } from '../../host-sim/node/chain/time.js';
import { crypto } from '../operator/boardChannel.js';
import { ask, deliveryOf } from '../operator/order.js';
import { attack, begin, type Scheme } from './attack.js';
import { deliver, type Order, observe, placeOrder } from './orders.js';
import type { Setting } from './setting.js';
import type { Observed, Steps } from './steps.js';

/** The same envelope with one of its fields changed, and the hash under which the board will speak of it. */
export function altered(setting: Setting, order: Order, change: Partial<Order['envelope']>): Order {
  const envelope = { ...order.envelope, ...change };
  const domain = { chainId: setting.chainId, verifyingContract: setting.boardChannel.device };
  return { envelope, hash: envelopeHash(crypto, domain, envelope), bytes: deliveryOf(envelope) };
}

export async function attackEnvelopes(setting: Setting, steps: Steps): Promise<void> {
  steps.chapter(
    'At the broker',
    'Somebody who owns the broker changes, repeats, delays and misdirects envelopes.',
  );
  for (const scheme of envelopeSchemes) await attack(setting, steps, await begin(setting, scheme, { steps }));
}

/** The attacks by whoever owns the broker. */
export const envelopeSchemes: readonly Scheme[] = [
  {
    name: 'envelope with a changed byte: off becomes on',
    expected: 'rejected',
    code: 'not_anchored',
    twin: 'the same envelope as it was',
    async prepare(setting) {
      const order = await placeOrder(setting, 'relay.set', { on: false });
      // {on: false} and {on: true} differ in one byte of CBOR.
      const changed = altered(setting, order, { params: encodeParams({ on: true }) });
      return { act: () => deliver(setting, changed), actTwin: () => deliver(setting, order) };
    },
  },
  {
    name: 'replay: the very same bytes again',
    expected: 'rejected',
    code: 'replayed',
    twin: 'a new relay.toggle, first time',
    async prepare(setting, { steps }) {
      const once = await placeOrder(setting, 'relay.toggle', {});
      const first = () => deliver(setting, once);
      await (steps?.run('relay.toggle, delivered once', 'accepted', '', first) ?? first());
      const again = await placeOrder(setting, 'relay.toggle', {});
      return { act: () => deliver(setting, once), actTwin: () => deliver(setting, again) };
    },
  },
  {
    name: 'expired: kept back for ten minutes, then delivered',
    expected: 'rejected',
    code: 'expired',
    twin: 'the same order in its time',
    async prepare(setting) {
      const short = await placeOrder(setting, 'relay.set', { on: true }, { life: 90 });
      return {
        consumes: true,
        act: async () => {
          await increaseTime(setting.rpc, 600);
          return deliver(setting, short);
        },
        actTwin: async () =>
          deliver(setting, await placeOrder(setting, 'relay.set', { on: true }, { life: 900 })),
      };
    },
  },
  {
    name: 'an order for another board',
    expected: 'rejected',
    code: 'wrong_target',
    twin: 'addressed to this board',
    async prepare(setting) {
      const order = await placeOrder(setting, 'relay.set', { on: false });
      const device = crypto.keccak256(setting.boardChannel.device).slice(12);
      return {
        act: () => deliver(setting, altered(setting, order, { device })),
        actTwin: () => deliver(setting, order),
      };
    },
  },
  {
    name: 'nonsense: 300 random bytes',
    expected: 'rejected',
    code: 'malformed',
    twin: 'an order after it',
    prepare: async setting => ({
      act: () => sendNoise(setting),
      actTwin: async () => deliver(setting, await placeOrder(setting, 'relay.set', { on: true })),
    }),
  },
];

/** 300 bytes of no meaning, and what the board says of them. */
export async function sendNoise(setting: Setting): Promise<Observed> {
  const random = new Uint8Array(297);
  setting.boardChannel.ports.entropy.fill(random);
  const noise = concat(Uint8Array.of(0xf9, 0x01, 0x29), random);
  return observe(
    setting,
    await ask(setting.boardChannel, 'envelope', noise, { subject: crypto.keccak256(noise) }),
  );
}
