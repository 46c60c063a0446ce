/** Orders to many boards at once: a direct one each, one batch for all, one signature each of a delegate. */
import type { Contracts } from '../../../contracts/client/index.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import { Authority, type Envelope } from '../../../firmware/command/envelope.js';
import { encodeDelivery } from '../../../firmware/command/wire.js';
import type { Crypto } from '../../../firmware/port/crypto.js';
import { appendBatch } from '../../../tools/operator/batch.js';
import { append, deliveryOf, directEnvelope, hashOf } from '../../../tools/operator/order.js';
import type { Place } from '../../../tools/world/place.js';
import type { FleetBoard } from './board.js';

const ACTION = 'relay.set';
const LIFE_SECONDS = 3000;

/** Milliseconds, each since its transaction or its delivery. */
export interface Round {
  sinceTransactionMs: number[];
  sinceDeliveryMs: number[];
  /** From the first delivery to the last receipt. */
  tookMs: number;
}

export interface Orders {
  boards: readonly FleetBoard[];
  place: Place;
  operator: Contracts;
}

interface Made {
  board: FleetBoard;
  envelope: Envelope;
}

/** Routine orders with all that the chain says of the boards now. */
async function draft({ boards, operator, place }: Orders, on: boolean): Promise<Made[]> {
  const notBefore = await place.now();
  const made: Made[] = [];
  for (const board of boards) {
    const wish = { action: ACTION, params: { on }, notBefore, notAfter: notBefore + LIFE_SECONDS };
    const { channel, target } = board;
    const envelope = await directEnvelope(operator, target, { ...wish, replyKey: channel.replyKey });
    made.push({ board, envelope });
  }
  return made;
}

const sinceAll = (ms: readonly number[], since: number): number[] => ms.map(each => each - since);

/** Delivers to all at once, and awaits all receipts. */
async function settle(
  deliveries: readonly { board: FleetBoard; hash: Uint8Array; bytes: Uint8Array }[],
  transactionMs: number,
): Promise<Round> {
  const begin = performance.now();
  const ends = await Promise.all(
    deliveries.map(async ({ board, bytes, hash }) => {
      await board.run(hash, bytes);
      return performance.now();
    }),
  );
  return {
    sinceTransactionMs: sinceAll(ends, transactionMs),
    sinceDeliveryMs: sinceAll(ends, begin),
    tookMs: Math.max(...ends) - begin,
  };
}

/** A link to each, which shows the board now. */
export async function orderDirectly(orders: Orders): Promise<Round> {
  const { operator, place } = orders;
  const deliveries = [];
  let block = 0;
  const begin = performance.now();
  for (const { board, envelope } of await draft(orders, true)) {
    const { challenge } = await board.channel.status();
    const shown = { ...envelope, challenge };
    block = await append(operator, board.target, shown);
    deliveries.push({ board, hash: hashOf(board.target, shown), bytes: deliveryOf(shown) });
  }
  await place.finalize(block);
  return settle(deliveries, begin);
}

/** One transaction for all of them. */
export async function orderByBatch(orders: Orders, on: boolean): Promise<Round> {
  const { operator, place } = orders;
  const { batchNonce } = await operator.fleet.read(place.fleet);
  const made = (await draft(orders, on)).map(({ board, envelope: direct }) => {
    const envelope = { ...direct, authority: Authority.batch, sequence: Number(batchNonce) + 1 };
    return { board, envelope, hash: hashOf(board.target, envelope) };
  });
  const begin = performance.now();
  const hashes = made.map(({ hash }) => hash);
  const batch = await appendBatch(operator, place.fleet, hashes, made[0]!.envelope.notAfter);
  await place.finalize(batch.blockNumber);
  const signature = new Uint8Array(0);
  const deliveries = [];
  for (const { board, envelope, hash } of made) {
    const bytes = encodeDelivery({ envelope, signature, batch: await batch.proofOf(hash) });
    deliveries.push({ board, hash, bytes });
  }
  return settle(deliveries, begin);
}

/** A key that the fleet's signers have listed, and the nonce that it signed last. */
export interface Delegate {
  key: Uint8Array;
  nonce: number;
}

/** @param key 32 bytes, which signs for the bench from now on */
export async function listDelegate({ place }: Orders, crypto: Crypto, key: Uint8Array): Promise<Delegate> {
  const owner = await place.as('owner');
  const delegate = toHex(crypto.addressOf(key)!) as `0x${string}`;
  const listing = { delegate, action: ACTION, expiry: (await place.now()) + 86_400 };
  const signers = await place.signers('owner', 'signerA');
  const { blockNumber } = await owner.fleet.setDelegate(place.fleet, listing, { signers });
  await place.finalize(Number(blockNumber));
  return { key, nonce: 0 };
}

/** No transaction at all: `times` orders to each board, one after the other, and all boards at once. */
export async function orderByDelegate(
  orders: Orders,
  crypto: Crypto,
  delegate: Delegate,
  times: number,
): Promise<Round> {
  const operator = crypto.addressOf(delegate.key)!;
  const made = (await draft(orders, true)).map(({ board, envelope: direct }) => ({
    board,
    // The sequence is that of the next link; what is consumed is one less.
    envelope: { ...direct, authority: Authority.delegate, operator, follows: direct.sequence - 1 },
  }));
  const first = delegate.nonce + 1;
  delegate.nonce += times;
  const tookMs: number[] = [];
  const begin = performance.now();
  await Promise.all(
    made.map(async ({ board, envelope }) => {
      for (let sequence = first; sequence < first + times; sequence++) {
        const sentMs = performance.now();
        const next = { ...envelope, sequence };
        const hash = hashOf(board.target, next);
        const signature = crypto.sign(hash, delegate.key);
        await board.run(hash, deliveryOf(next, signature));
        tookMs.push(performance.now() - sentMs);
      }
    }),
  );
  return { sinceTransactionMs: [], sinceDeliveryMs: tookMs, tookMs: performance.now() - begin };
}
