/** A command made and linked: from here on it stands on chain, and its envelope is on disk. */
import type { Contracts, Hex, Sent } from '../../contracts/client/index.js';
import { MAXIMUM_PARAMS } from '../../firmware/app/params.js';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { CommandClass } from '../../firmware/command/envelope.js';
import { UsageError } from '../cli/failure.js';
import type { SigningKey } from '../keys/signingKeys.js';
import { deliveryOf, directEnvelope, hashOf } from '../operator/order.js';
import type { Settings } from '../settings.js';
import { keepEnvelope } from './envelopeFile.js';
import type { BoardStatus, OpenBoard } from './openBoard.js';

export interface LinkOptions {
  settings: Settings;
  /** Connected as who sends. */
  contracts: Contracts;
  board: OpenBoard;
  status: BoardStatus;
  action: string;
  params: unknown;
  /** Seconds that it is valid. */
  life: number;
  /** The fleet's signers, for what cannot be undone. */
  signers: readonly SigningKey[] | undefined;
}

export interface Linked {
  hash: Uint8Array;
  /** As it is delivered. */
  bytes: Uint8Array;
  sequence: number;
  notAfter: number;
  sent: Sent;
  /** Where the envelope is kept. */
  file: string;
}

export async function linkCommand(options: LinkOptions): Promise<Linked> {
  const { action, board, contracts, life, params, settings, signers, status } = options;
  const { address: device, fleet } = board.facts;
  const place = { chainId: contracts.chain.chainId, device, fleet };
  // Not before the store's birth: a board that lost its store runs nothing older.
  const notBefore = Math.max(await contracts.chain.now(), status.storeBirth);
  const notAfter = notBefore + life;
  const { challenge } = status;
  const routine = await directEnvelope(contracts, place, { action, params, notBefore, notAfter, challenge });
  if (routine.params.length > MAXIMUM_PARAMS) {
    throw new UsageError(`PARAMS are ${routine.params.length} bytes as CBOR, ${MAXIMUM_PARAMS} at most.`);
  }
  const irreversible = { class: CommandClass.irreversible, operator: fromHex(fleet, 20)! };
  const envelope = signers ? { ...routine, ...irreversible } : routine;
  const { sequence } = envelope;
  const hash = hashOf(place, envelope);
  const bytes = deliveryOf(envelope);
  const file = keepEnvelope(hash, bytes);
  const request = { fleet, device, commandHash: toHex(hash) as Hex, notAfter, sequence };
  const { sent } = signers
    ? await contracts.fleet.appendIrreversible(request, await settings.authority(signers))
    : await contracts.fleet.append(request);
  return { hash, bytes, sequence, notAfter, sent, file };
}
