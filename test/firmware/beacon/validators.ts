/** Validators and sync committees of tests, on blst: the signer is not the code under test. */

import * as blst from '@chainsafe/blst';
import { bls12_381 } from '@noble/curves/bls12-381.js';
import { isPresent } from '../../../firmware/beacon/committee.js';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import type { StandardCommittee } from '../../../host-sim/node/beaconApi/standard.js';

const order = bls12_381.fields.Fr.ORDER;

export interface Validator {
  secret: bigint;
  /** 48 bytes. */
  publicKey: Uint8Array;
}

const secretBytes = (secret: bigint): Uint8Array => fromHex(`0x${secret.toString(16).padStart(64, '0')}`)!;

export function validator(secret: bigint): Validator {
  const reduced = ((secret % order) + order) % order;
  return {
    secret: reduced,
    publicKey: blst.SecretKey.fromBytes(secretBytes(reduced)).toPublicKey().toBytes(),
  };
}

/** The validator whose key is the opposite point. */
export const oppositeOf = ({ secret }: Validator): Validator => validator(order - secret);

export const infinitySignature = (): Uint8Array => {
  const bytes = new Uint8Array(96);
  bytes[0] = 0xc0;
  return bytes;
};

export class TestCommittee implements StandardCommittee {
  readonly pubkeys: Uint8Array[];
  readonly aggregatePubkey: Uint8Array;
  readonly members: readonly Validator[];

  /** A validator may hold several positions. */
  constructor(members: readonly Validator[]) {
    this.members = members;
    this.pubkeys = members.map(({ publicKey }) => publicKey);
    this.aggregatePubkey = blst
      .aggregatePubkeys(this.pubkeys.map(key => blst.PublicKey.fromBytes(key)))
      .toBytes();
  }

  /** The joint signature of the present positions. */
  sign(message: Uint8Array, bits: Uint8Array): Uint8Array {
    let sum = 0n;
    for (const [position, { secret }] of this.members.entries()) {
      if (isPresent(bits, position)) sum = (sum + secret) % order;
    }
    return sum === 0n
      ? infinitySignature()
      : blst.SecretKey.fromBytes(secretBytes(sum)).sign(message).toBytes();
  }

  get name(): string {
    return toHex(this.aggregatePubkey);
  }
}

/** All positions but these. */
export function bitsWithout(size: number, absent: readonly number[]): Uint8Array {
  const bits = new Uint8Array(size / 8).fill(0xff);
  for (const position of absent) bits[position >> 3] &= ~(1 << (position & 7));
  return bits;
}
