/** Links: the entries that commands add to a Device's head on chain. Device.sol computes the same hashes. */

import { encodeStatic } from '../contract/abi.js';
import type { Crypto } from '../port/crypto.js';

/** One link, as the head commits to it. */
export interface Link {
  sequence: number;
  /** 32 bytes: the envelope's hash. */
  commandHash: Uint8Array;
  /** Unix seconds. */
  notAfter: number;
  epoch: number;
  fleetEpoch: number;
  /** 20 bytes: the role holder who called the Fleet, or the fleet's address for class 1. */
  operator: Uint8Array;
  class: number;
}

/** The head (32 bytes) after `link` was appended to `head`. */
export function nextHead(crypto: Crypto, head: Uint8Array, link: Link): Uint8Array {
  return crypto.keccak256(
    encodeStatic(
      head,
      link.sequence,
      link.commandHash,
      link.notAfter,
      link.epoch,
      link.fleetEpoch,
      link.operator,
      link.class,
    ),
  );
}

/**
 * The head (32 bytes) that an epoch begins with, after the link `sequence` of the epoch before. Epoch 0 begins with
 * zero.
 */
export function epochHead(
  crypto: Crypto,
  chainId: number,
  device: Uint8Array,
  epoch: number,
  sequence: number,
): Uint8Array {
  if (epoch === 0) return new Uint8Array(32);
  return crypto.keccak256(encodeStatic(chainId, device, epoch, sequence));
}
