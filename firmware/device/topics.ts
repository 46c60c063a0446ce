/** MQTT topics of one board. Fixed: tools of every age find the board by them. */

import { toHex } from '../bytes/hex.js';

export type TopicName = 'envelope' | 'offer' | 'receipt' | 'answer' | 'status' | 'presence' | 'ask' | 'proof';

/** `device` is the address of the board's Device, 20 bytes. */
export const topic = (chainId: number, device: Uint8Array, name: TopicName): string =>
  `holdfast/${chainId}/${toHex(device)}/${name}`;

/** Where provers leave the newest finality message, retained, for all boards of a chain. */
export const finalityTopic = (chainId: number): string => `holdfast/${chainId}/light/finality`;
