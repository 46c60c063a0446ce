/** Attacks by whoever sits at the broker: envelopes changed, repeated, kept back, or sent to another board. */
import { encodeParams } from '../../firmware/app/params.js';
import { concat } from '../../firmware/bytes/concat.js';
import { toHex } from '../../firmware/bytes/hex.js';
import { envelopeHash } from '../../firmware/command/envelope.js';
import { increaseTime } from '../../host-sim/node/chain/time.js';
import { crypto } from '../operator/boardChannel.js';
import { ask, deliveryOf } from '../operator/order.js';
import { type Attack, attack } from './attack.js';
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

  await attack(setting, steps, await changedEnvelope(setting));
  const once = await placeOrder(setting, 'relay.toggle', {});
  await steps.run('relay.toggle, delivered once', 'accepted', '', () => deliver(setting, once));
  await attack(setting, steps, await replay(setting, once));
  await attack(setting, steps, await late(setting));
  await attack(setting, steps, await misdirected(setting));
  await attack(setting, steps, noise(setting));
}

/** An order in which one byte was changed on its way. */
export async function changedEnvelope(setting: Setting): Promise<Attack> {
  const order = await placeOrder(setting, 'relay.set', { on: false });
  return {
    name: 'envelope with a changed byte: off becomes on',
    expected: 'rejected',
    code: 'not_anchored',
    // {on: false} and {on: true} differ in one byte of CBOR.
    act: () => deliver(setting, altered(setting, order, { params: encodeParams({ on: true }) })),
    twin: 'the same envelope as it was',
    actTwin: () => deliver(setting, order),
  };
}

/** Of an order that the board ran. */
export async function replay(setting: Setting, once: Order): Promise<Attack> {
  const again = await placeOrder(setting, 'relay.toggle', {});
  return {
    name: 'replay: the very same bytes again',
    expected: 'rejected',
    code: 'replayed',
    act: () => deliver(setting, once),
    twin: 'a new relay.toggle, first time',
    actTwin: () => deliver(setting, again),
  };
}

/** An order that is kept back until its time is over. */
export async function late(setting: Setting): Promise<Attack> {
  const short = await placeOrder(setting, 'relay.set', { on: true }, { life: 90 });
  return {
    name: 'expired: kept back for ten minutes, then delivered',
    expected: 'rejected',
    code: 'expired',
    consumes: true,
    act: async () => {
      await increaseTime(setting.rpc, 600);
      return deliver(setting, short);
    },
    twin: 'the same order in its time',
    actTwin: async () =>
      deliver(setting, await placeOrder(setting, 'relay.set', { on: true }, { life: 900 })),
  };
}

/** An order with the address of another board in it. */
export async function misdirected(setting: Setting): Promise<Attack> {
  const other = crypto.keccak256(setting.boardChannel.device).slice(12);
  const order = await placeOrder(setting, 'relay.set', { on: false });
  return {
    name: `for another board: ${toHex(other).slice(0, 10)}…`,
    expected: 'rejected',
    code: 'wrong_target',
    act: () => deliver(setting, altered(setting, order, { device: other })),
    twin: 'addressed to this board',
    actTwin: () => deliver(setting, order),
  };
}

/** Bytes of no meaning in the place of an envelope. */
export const noise = (setting: Setting): Attack => ({
  name: 'nonsense: 300 random bytes',
  expected: 'rejected',
  code: 'malformed',
  act: () => sendNoise(setting),
  twin: 'an order after it',
  actTwin: async () => deliver(setting, await placeOrder(setting, 'relay.set', { on: true })),
});

/** 300 bytes of no meaning, and what the board says of them. */
export async function sendNoise(setting: Setting): Promise<Observed> {
  const { randomFillSync } = await import('node:crypto');
  const noise = concat(Uint8Array.of(0xf9, 0x01, 0x29), randomFillSync(new Uint8Array(297)));
  return observe(
    setting,
    await ask(setting.boardChannel, 'envelope', noise, { subject: crypto.keccak256(noise) }),
  );
}
