/** Orders in the demonstration: an envelope on chain and final, ready to be delivered, whole or tampered with. */
import type { Envelope } from '../../firmware/command/envelope.js';
import { append, ask, deliveryOf, directEnvelope, hashOf, listen, type Response } from '../operator/order.js';
import type { Part } from './accounts.js';
import type { Setting } from './setting.js';
import type { Observed } from './steps.js';

/** Seconds that an order of the demonstration is valid for; blocks are mined a second apart, 64 to finality. */
const LIFE = 1800;

export interface Order {
  envelope: Envelope;
  hash: Uint8Array;
  bytes: Uint8Array;
}

export interface OrderOptions {
  life?: number;
  /** Final before it is delivered? True if left out. */
  final?: boolean;
  /** The Commander who links it; the operator if left out. */
  by?: Part;
  /** Does it carry the board's challenge? True if left out. */
  challenge?: boolean;
}

/** Links `action` to the board's head as the operator does, with the board's challenge in the envelope. */
export async function placeOrder(
  setting: Setting,
  action: string,
  params: unknown,
  { by = 'operator', challenge: isFresh = true, final = true, life = LIFE }: OrderOptions = {},
): Promise<Order> {
  const operator = await setting.as(by);
  const status = await setting.boardChannel.status();
  const challenge = isFresh ? status.challenge : undefined;
  const notBefore = await setting.now();
  const { ports, replyKey } = setting.boardChannel;
  const { entropy } = ports;
  const wish = { action, params, notBefore, notAfter: notBefore + life, challenge, entropy, replyKey };
  const envelope = await directEnvelope(operator, setting, wish);
  const block = await append(operator, setting, envelope);
  if (final) await setting.finalize(block);
  return { envelope, hash: hashOf(setting, envelope), bytes: deliveryOf(envelope) };
}

/** Delivers an order as it is and says what the board made of it. */
export async function deliver(setting: Setting, order: Order): Promise<Observed> {
  return observe(
    setting,
    await ask(setting.boardChannel, 'envelope', order.bytes, {
      subject: order.hash,
      isUnderWay: true,
      milliseconds: setting.patience,
    }),
  );
}

/**
 * Delivers an order to a board that has much else to do, again whenever it says that it is busy, and says what it made
 * of the order in the end. Its junk may make it look at the chain before the order comes: it then misses the order.
 */
export async function deliverUntilSettled(setting: Setting, order: Order): Promise<Observed> {
  const options = { subject: order.hash, milliseconds: setting.patience, final: true };
  return observe(setting, await ask(setting.boardChannel, 'envelope', order.bytes, options));
}

/**
 * Removes an obstacle, then delivers the same bytes again. It listens from before: the board may look again at what
 * waits by itself, and its answer counts whoever made it look.
 */
export async function deliverAfter(
  setting: Setting,
  order: Order,
  clear: () => Promise<void> | void,
): Promise<Observed> {
  const options = { subject: order.hash, final: true, replays: false, milliseconds: setting.patience };
  const listening = listen(setting.boardChannel, options);
  await clear();
  await setting.boardChannel.send('envelope', order.bytes);
  return observe(setting, await listening);
}

/** The outcome of a response. An acceptance counts only with a receipt that the board's own key signed. */
export async function observe(setting: Setting, response: Response): Promise<Observed> {
  const { answer, receipt } = response;
  const { code = '', evidence, trail, verdict } = answer;
  if (receipt) {
    const { key } = await (await setting.as('owner')).device.read(setting.device);
    if (receipt.signer !== key)
      return { verdict: 'failed', code: '', evidence: 'the receipt is signed by another key' };
  } else if (verdict === 'accepted' && answer.kind === 'command') {
    return { verdict: 'failed', code: '', evidence: 'accepted, but no receipt' };
  }
  return { verdict, code, evidence, trail };
}
