/**
 * An envelope: a command as it is hashed, linked or signed. Its hash is an EIP-712 digest over chain id and
 * Device contract, so that it means nothing on another chain or to another board.
 */

import { type Domain, hashText, typedDigest, typeHash } from '../contract/typedData.js';
import type { Crypto } from '../port/crypto.js';

export const ENVELOPE_TYPE =
  'Envelope(uint8 authority,address device,uint64 sequence,uint32 epoch,uint32 fleetEpoch,uint64 notBefore,' +
  'uint64 notAfter,uint8 class,bytes32 challenge,uint32 follows,string action,bytes params,address operator,' +
  'bytes32 salt)';

const envelopeType = typeHash(ENVELOPE_TYPE);

/** By what an envelope claims authority. */
export const Authority = { direct: 0, batch: 1, delegate: 2 } as const;

/** Irreversible (and every lifecycle) actions need the fleet's threshold. */
export const CommandClass = { routine: 0, irreversible: 1 } as const;

export interface Envelope {
  authority: number;
  /** 20 bytes, as are all addresses. */
  device: Uint8Array;
  /** The number of its link; for batch and delegate, the nonce. */
  sequence: number;
  epoch: number;
  fleetEpoch: number;
  /** Unix seconds, as are all times. */
  notBefore: number;
  notAfter: number;
  class: number;
  /** 32 bytes: the board's challenge of this boot, or zero. */
  challenge: Uint8Array;
  /** Delegates only: the last consumed direct sequence that this one builds on. */
  follows: number;
  /** `app.action`, at most 64 bytes. */
  action: string;
  /** CBOR, at most 512 bytes. */
  params: Uint8Array;
  operator: Uint8Array;
  /** 32 bytes: zero, or what hides the params of a sealed command behind its public hash. */
  salt: Uint8Array;
}

/** 32 bytes; it is the `commandHash` of links. */
export function envelopeHash(crypto: Crypto, domain: Domain, envelope: Envelope): Uint8Array {
  return typedDigest(
    crypto,
    domain,
    envelopeType,
    envelope.authority,
    envelope.device,
    envelope.sequence,
    envelope.epoch,
    envelope.fleetEpoch,
    envelope.notBefore,
    envelope.notAfter,
    envelope.class,
    envelope.challenge,
    envelope.follows,
    hashText(crypto, envelope.action),
    crypto.keccak256(envelope.params),
    envelope.operator,
    envelope.salt,
  );
}
