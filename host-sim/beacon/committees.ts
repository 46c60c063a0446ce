/**
 * The sync committees of a simulated beacon chain. All their secret keys are known here, so that what many
 * positions sign together is one signature with the sum of their keys.
 */
import { createHash } from 'node:crypto';
import { committeeRoot, isPresent } from '../../firmware/beacon/committee.js';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import { convertCommittee } from '../node/beaconApi/convert.js';
import type { StandardCommittee } from '../node/beaconApi/standard.js';
import { emptySignature, type Signer, secretOrder } from '../node/bls/signer.js';

export interface SimulatedCommittee extends StandardCommittee {
  /** The root of the `SyncCommittee`. */
  root: Uint8Array;
  /** The signature that the present positions make together, 96 bytes. */
  sign(message: Uint8Array, bits: Uint8Array): Uint8Array;
}

/** A number below `limit` that seed and place decide. */
export function drawn(seed: string, limit: number, ...place: readonly (number | string)[]): number {
  const digest = createHash('sha256')
    .update([seed, ...place].join(' '))
    .digest();
  return Number(digest.readBigUInt64BE() % BigInt(limit));
}

/** As many validators as a committee has positions; who sits where is drawn anew for each period, some twice. */
export function simulateCommittees(
  signer: Signer,
  seed: string,
  size: number,
): (period: number) => SimulatedCommittee {
  const crypto = portableCrypto();
  const first = BigInt(`0x${createHash('sha256').update(`${seed} first secret`).digest('hex')}`) >> 8n;
  const keys = signer.publicKeys(first, size);
  const committees = new Map<number, SimulatedCommittee>();
  return period => {
    const known = committees.get(period);
    if (known) return known;
    const members = Array.from({ length: size }, (_, position) => drawn(seed, size, period, position));
    const sum = (bits?: Uint8Array) =>
      members.reduce(
        (total, member, position) =>
          bits && !isPresent(bits, position) ? total : total + first + BigInt(member),
        0n,
      ) % secretOrder;
    const pubkeys = members.map(member => keys[member]);
    const aggregatePubkey = signer.publicKey(sum());
    const committee = {
      pubkeys,
      aggregatePubkey,
      root: committeeRoot(crypto, convertCommittee({ pubkeys, aggregatePubkey })),
      sign(message: Uint8Array, bits: Uint8Array) {
        const secret = sum(bits);
        return secret === 0n ? emptySignature() : signer.sign(secret, message);
      },
    };
    committees.set(period, committee);
    return committee;
  };
}
