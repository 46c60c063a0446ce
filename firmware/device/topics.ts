/** The MQTT topics of a board. Fixed: tools of every age find the board by them. */

import { toHex } from '../bytes/hex.js';

/** The last level of a board's topics: what comes to it, and what it publishes. */
export type TopicName = 'envelope' | 'offer' | 'receipt' | 'answer' | 'status' | 'presence' | 'ask' | 'proof';

/** The topic of that name of the board whose Device has the address `device` (20 bytes). */
export const topic = (chainId: number, device: Uint8Array, name: TopicName): string =>
  `holdfast/${chainId}/${toHex(device)}/${name}`;

/** The topic on which provers leave the newest finality message, retained, for all boards of a chain. */
export const finalityTopic = (chainId: number): string => `holdfast/${chainId}/light/finality`;
