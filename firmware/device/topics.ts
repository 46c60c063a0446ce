/**
 * MQTT topics of one board, and the key of what lies there. A topic is made of a secret, the Device and its epoch: who
 * does not know the secret learns from it neither the Device nor what it was called in the epoch before. Fixed: tools
 * of every age find the board so.
 */

import { numberToBytes } from '../bytes/bigEndian.js';
import { concat } from '../bytes/concat.js';
import { toHex } from '../bytes/hex.js';
import { encodeText } from '../bytes/text.js';
import type { Domain } from '../contract/typedData.js';
import { hmacSha256 } from '../crypto/hmac.js';
import type { Crypto } from '../port/crypto.js';
import type { BrokerAccess } from './brokerAccess.js';

/** The last level of a board's topics: what comes to it, and what it publishes. */
export type TopicName =
  | 'envelope'
  | 'offer'
  | 'receipt'
  | 'answer'
  | 'status'
  | 'ask'
  | 'proof'
  | 'trust'
  | 'telemetry'
  | 'crash';

/** Below this lie a board's topics of one epoch: `topicsOf(…)/envelope` and so on. */
export function topicsOf(
  crypto: Crypto,
  { topicSecret, user }: BrokerAccess,
  { chainId, verifyingContract }: Domain,
  epoch: number,
): string {
  const message = concat(
    encodeText('topic'),
    numberToBytes(chainId, 8),
    verifyingContract,
    numberToBytes(epoch, 4),
  );
  const code = hmacSha256(crypto, topicSecret, message);
  return `holdfast/${user}/${toHex(code.subarray(0, 16)).slice(2)}`;
}

/** The topic that says whether a board is connected: of no epoch, since a broker publishes it for a board that is gone. */
export const presenceTopic = ({ user }: BrokerAccess): string => `holdfast/${user}/presence`;

/** 32 bytes: the key under which status, offers and receipts lie on a board's topics, for all who know the secret. */
export const sharedKey = (
  crypto: Crypto,
  { topicSecret }: BrokerAccess,
  { chainId, verifyingContract }: Domain,
): Uint8Array =>
  hmacSha256(crypto, topicSecret, encodeText('shared'), numberToBytes(chainId, 8), verifyingContract);

const CLIENT_ID_BYTES = 11;

/**
 * The MQTT client id of a board: 23 characters, which every broker takes (MQTT 3.1.1, 3.1.3.1). Made of the topic
 * secret, it names neither Device nor user, and stands in no topic: whoever connects under the id of another takes its
 * session over (3.1.4-2), and a neighbour or a prover, who has an account at the broker as well, must not know it.
 */
export function clientIdOf(
  crypto: Crypto,
  { topicSecret }: BrokerAccess,
  { chainId, verifyingContract }: Domain,
): string {
  const code = hmacSha256(
    crypto,
    topicSecret,
    encodeText('client'),
    numberToBytes(chainId, 8),
    verifyingContract,
  );
  return `b${toHex(code.subarray(0, CLIENT_ID_BYTES)).slice(2)}`;
}

/** The topic on which provers leave the newest finality message, retained, for all boards of a chain. */
export const finalityTopic = (chainId: number): string => `holdfast/${chainId}/light/finality`;
