/** Links: what a command adds to a device's head on chain. The contracts compute the same hashes. */

import { encodeStatic } from '../contract/abi.js';
import type { Crypto } from '../port/crypto.js';

export interface Link {
  sequence: number;
  /** 32 bytes: the envelope's hash. */
  commandHash: Uint8Array;
  /** Unix seconds. */
  notAfter: number;
  epoch: number;
  fleetEpoch: number;
  /** The role holder who called the Fleet, or the fleet's address for class 1. */
  operator: Uint8Array;
  class: number;
}

/** The head after `link` was appended to `head`. */
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

/** Where a chain of links begins anew: an epoch bump sets this head; epoch 0 begins at zero. */
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
