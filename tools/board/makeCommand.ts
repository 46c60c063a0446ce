/** A command made: linked on chain, or signed by a delegate. Its envelope is on disk before anything is sent. */
import { type Contracts, domainOf, type Hex, type Sent, typedData } from '../../contracts/client/index.js';
import { PARAMS_BYTES_MAX } from '../../firmware/app/action.js';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { Authority, CommandClass, type Envelope } from '../../firmware/command/envelope.js';
import { UsageError } from '../cli/failure.js';
import type { SigningKey } from '../keys/signingKeys.js';
import { typedSignature } from '../keys/typedSignature.js';
import { deliveryOf, directEnvelope, hashOf } from '../operator/order.js';
import type { Settings } from '../settings/settings.js';
import { keepEnvelope } from './envelopeFile.js';
import { greatestKnownReceipt } from './knownReceipts.js';
import type { BoardStatus, OpenBoard } from './openBoard.js';

export interface CommandOptions {
  /** Connected as who sends, or signs. */
  contracts: Contracts;
  board: OpenBoard;
  status: BoardStatus;
  action: string;
  params: unknown;
  /** Seconds that it is valid. */
  life: number;
  settings: Settings;
}

export interface LinkOptions extends CommandOptions {
  /** The fleet's signers, for what cannot be undone. */
  signers: readonly SigningKey[] | undefined;
}

export interface Made {
  hash: Uint8Array;
  /** As it is delivered. */
  bytes: Uint8Array;
  /** The number of the link, or the delegate's nonce. */
  sequence: number;
  notAfter: number;
  /** Path of the file that keeps the envelope. */
  file: string;
}

/** The envelope as an operator would link it now. */
async function draft({ action, board, contracts, life, params, settings, status }: CommandOptions) {
  const { address: device, fleet, key } = board.facts;
  const place = { chainId: contracts.chain.chainId, device, fleet };
  // Not before the store's birth: a board that lost its store runs nothing older.
  const notBefore = Math.max(await contracts.chain.now(), status.storeBirth);
  const notAfter = notBefore + life;
  const { challenge, storeBirth } = status;
  const known = greatestKnownReceipt(settings.receipts, { chainId: place.chainId, device, key, storeBirth });
  const receipts = Math.max(known, status.receiptCounter);
  const { replyKey } = board.channel;
  const wish = { action, params, notBefore, notAfter, challenge, receipts, replyKey };
  const envelope = await directEnvelope(contracts, place, wish);
  if (envelope.params.length > PARAMS_BYTES_MAX) {
    throw new UsageError(`PARAMS are ${envelope.params.length} bytes as CBOR, ${PARAMS_BYTES_MAX} at most.`);
  }
  return { place, envelope };
}

/** Appends a link to the board's head: a commander's, or that of the fleet's signers. */
export async function linkCommand(options: LinkOptions): Promise<Made & { sent: Sent }> {
  const { contracts, settings, signers } = options;
  const { envelope: routine, place } = await draft(options);
  const { device, fleet } = place;
  const irreversible = { class: CommandClass.irreversible, operator: fromHex(fleet, 20)! };
  const envelope = signers ? { ...routine, ...irreversible } : routine;
  const { notAfter, sequence } = envelope;
  const hash = hashOf(place, envelope);
  const bytes = deliveryOf(envelope);
  const file = keepEnvelope(settings.home, hash, bytes);
  const request = { fleet, device, commandHash: toHex(hash) as Hex, notAfter, sequence };
  const { sent } = signers
    ? await contracts.fleet.appendIrreversible(request, await settings.authority(signers))
    : await contracts.fleet.append(request);
  return { hash, bytes, sequence, notAfter, sent, file };
}

/** Signs as a delegate: no transaction, and void as soon as the board consumes another direct command. */
export async function signCommand(options: CommandOptions & { key: SigningKey }): Promise<Made> {
  const { board, key, settings, status } = options;
  const { envelope: direct, place } = await draft(options);
  const envelope = {
    ...direct,
    authority: Authority.delegate,
    // A clock gives greater nonces without a file that keeps the last one: nobody signs twice in a millisecond.
    sequence: Date.now(),
    epoch: board.facts.epoch,
    follows: status.sequence,
  };
  const hash = hashOf(place, envelope);
  const domain = domainOf(place.chainId, place.device);
  const signature = await typedSignature(key, typedData(domain, 'Envelope', shownEnvelope(envelope)), hash);
  const bytes = deliveryOf(envelope, signature);
  return {
    hash,
    bytes,
    sequence: envelope.sequence,
    notAfter: envelope.notAfter,
    file: keepEnvelope(settings.home, hash, bytes),
  };
}

/** An envelope as typed data has it: what a signer elsewhere shows to a person. */
const shownEnvelope = (envelope: Envelope): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(envelope).map(([name, value]) => [
      name,
      value instanceof Uint8Array ? toHex(value) : value,
    ]),
  );
