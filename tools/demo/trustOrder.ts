/** The order by which the new fleet's threshold gives the board of the demonstration another trust configuration. */
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { CommandClass } from '../../firmware/command/envelope.js';
import { TRUST_ACTION } from '../../firmware/command/trustOrder.js';
import { serveTrust } from '../board/orderTrust.js';
import { ask, deliveryOf, directEnvelope, hashOf } from '../operator/order.js';
import { type Order, observe } from './orders.js';
import type { Setting } from './setting.js';
import type { Observed } from './steps.js';

/** Seconds that the order is valid. */
const LIFE_SECONDS = 3600;

/** A configuration as encoded, and its hash. */
export interface EncodedTrust {
  bytes: Uint8Array;
  hash: Uint8Array;
}

/** Links the order as the new fleet's threshold, until it is final. */
export async function linkTrust(setting: Setting, { hash }: EncodedTrust): Promise<Order> {
  const { boardChannel, device, fleet } = setting;
  const sender = await setting.as('operator');
  const { challenge } = await boardChannel.status();
  const notBefore = await setting.now();
  const notAfter = notBefore + LIFE_SECONDS;
  const { replyKey } = boardChannel;
  const wish = {
    action: TRUST_ACTION,
    params: { configuration: hash },
    notBefore,
    notAfter,
    challenge,
    replyKey,
  };
  const routine = await directEnvelope(sender, setting, wish);
  const envelope = { ...routine, class: CommandClass.irreversible, operator: fromHex(fleet, 20)! };
  const subject = hashOf(setting, envelope);
  const { sent } = await sender.fleet.appendIrreversible(
    { fleet, device, commandHash: toHex(subject) as `0x${string}`, notAfter, sequence: envelope.sequence },
    { signers: await setting.signers('stranger', 'signerB') },
  );
  await setting.finalize(sent.blockNumber);
  return { envelope, hash: subject, bytes: deliveryOf(envelope) };
}

/** Delivers it, and gives the configuration to the board when it asks for its hash; up to the board's receipt. */
export async function deliverTrust(setting: Setting, order: Order, trust: EncodedTrust): Promise<Observed> {
  const { boardChannel, patience } = setting;
  const stop = serveTrust(boardChannel, trust, () => {});
  try {
    const options = { subject: order.hash, final: true, milliseconds: patience };
    return await observe(setting, await ask(boardChannel, 'envelope', order.bytes, options));
  } finally {
    stop();
  }
}
