/**
 * Envelopes: commands as they are hashed, linked or signed. The hash of an envelope is an EIP-712 digest over chain id
 * and Device contract, so that it means nothing on another chain or to another board.
 */

import { type Domain, hashText, typedDigest, typeHash } from '../contract/typedData.js';
import type { Crypto } from '../port/crypto.js';

/** The EIP-712 type of an envelope. */
export const ENVELOPE_TYPE =
  'Envelope(uint8 authority,address device,uint64 sequence,uint32 epoch,uint32 fleetEpoch,uint64 notBefore,' +
  'uint64 notAfter,uint8 class,bytes32 challenge,uint32 follows,uint32 receipts,bytes replyKey,string action,' +
  'bytes params,address operator,bytes32 salt)';

const envelopeType = typeHash(ENVELOPE_TYPE);

/** The kinds of authority that an envelope can claim. */
export const Authority = { direct: 0, batch: 1, delegate: 2 } as const;

/** The classes of commands. Class 1, with all lifecycle commands, needs the fleet's threshold. */
export const CommandClass = { routine: 0, irreversible: 1 } as const;

/** A command. Addresses are 20 bytes, times are unix seconds. */
export interface Envelope {
  /** A value of `Authority`. */
  authority: number;
  /** The address of the Device that the envelope is for. */
  device: Uint8Array;
  /** The number of the envelope's link; the nonce for a batch or a delegate. */
  sequence: number;
  epoch: number;
  fleetEpoch: number;
  notBefore: number;
  notAfter: number;
  /** A value of `CommandClass`. */
  class: number;
  /** 32 bytes: the challenge of the board's present boot, or zero. */
  challenge: Uint8Array;
  /** For delegates: the consumed direct sequence that the envelope builds on. */
  follows: number;
  /** The greatest receipt counter of this board that the operator knows: a board that counts less lost its journal. */
  receipts: number;
  /** The public key (33 bytes, compressed) that answer, receipt and result are sealed to; empty for none. */
  replyKey: Uint8Array;
  /** `app.action`, `ACTION_BYTES_MAX` at most. */
  action: string;
  /** CBOR, `PARAMS_BYTES_MAX` at most. */
  params: Uint8Array;
  /** The address of the role holder, of the fleet for class 1, or of the delegate. */
  operator: Uint8Array;
  /** 32 random bytes that keep action and params from being guessed from the public hash; zero hides nothing. */
  salt: Uint8Array;
}

/** The EIP-712 digest of an envelope: 32 bytes, the `commandHash` of links. */
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
    envelope.receipts,
    crypto.keccak256(envelope.replyKey),
    hashText(crypto, envelope.action),
    crypto.keccak256(envelope.params),
    envelope.operator,
    envelope.salt,
  );
}
