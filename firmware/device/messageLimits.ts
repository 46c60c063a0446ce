/** The greatest messages that a board reads of each kind, as it is now: a longer one is skipped as it streams in. */

import { DELIVERY_BYTES_MAX } from '../command/wire.js';
import { SEALED_SIZES } from '../seal/padding.js';
import type { TrustConfiguration } from '../trust/configuration.js';
import { OFFERED_BYTES_MAX } from '../trust/syncCommittee.js';
import type { AnswerLimit } from './answerLimit.js';
import type { IncomingKind } from './brokerConnection.js';

/** An offer in the smallest size of sealed messages. */
const OFFER_MESSAGE_BYTES_MAX = SEALED_SIZES[0];
/** A trust configuration of 4 KB at most, sealed or open. */
const TRUST_MESSAGE_BYTES_MAX = 4096;

/** The state that the limits depend on. */
export interface Wanted {
  /** True while the board proves something: what only may be of use has no room beside it. */
  isProving: boolean;
  /** True while an order waits for its trust configuration. */
  awaitsTrust: boolean;
  light: TrustConfiguration['light'];
  /** Bytes of the answer that the open question to a prover at the broker may have; 0 while none is open. */
  answerBytesMax: number;
}

/** The greatest length of a message of that kind in bytes; 0 for what is not asked for. */
export function wantedBytesMax(
  kind: IncomingKind,
  { answerBytesMax, awaitsTrust, isProving, light }: Wanted,
): number {
  if (kind === 'envelope') return DELIVERY_BYTES_MAX;
  if (kind === 'offer') return OFFER_MESSAGE_BYTES_MAX;
  if (kind === 'trust') return awaitsTrust ? TRUST_MESSAGE_BYTES_MAX : 0;
  if (kind === 'proof') return answerBytesMax;
  return light && !isProving ? OFFERED_BYTES_MAX : 0;
}

/** The line of the log about a message that was skipped; undefined when too many were said already. */
export function skippedLine(limit: AnswerLimit, kind: IncomingKind, bytes: number): string | undefined {
  const more = limit.take('skipped');
  if (more === undefined) return undefined;
  const others = more > 0 ? `, and ${more} more` : '';
  return `skipped a message of ${bytes} bytes, too long or not asked for: ${kind}${others}`;
}
