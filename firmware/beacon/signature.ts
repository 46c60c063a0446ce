/** The committee's signature: the keys of absent positions are proven and taken off the aggregate; one BLS check. */

import { accepted, rejected, type Verdict } from '../bytes/verdict.js';
import type { BlsOutcome } from '../port/bls.js';
import { provenAbsentKeys } from './absentKeys.js';
import type { BeaconContext } from './chain.js';
import type { Committee } from './committee.js';
import { signingRoot } from './domain.js';
import { headerRoot } from './header.js';
import type { Update } from './update.js';

const complaints: Readonly<Record<Exclude<BlsOutcome, 'valid'>, string>> = {
  mismatch: 'mismatch: not signed by those positions over this header',
  key: 'key: no point of the curve, or their sum is outside the subgroup',
  infinity: 'infinity: the keys of those who signed add up to nothing',
  signature: 'signature: no point of the subgroup',
};

/** Verifies the signature over the attested header, under the fork version that the update itself names. */
export function verifySignature(
  { bls, chain, crypto }: BeaconContext,
  committee: Committee,
  update: Pick<Update, 'attested' | 'forkVersion' | 'bits' | 'signature' | 'absent'>,
): Verdict<true, 'proof_invalid', never> {
  const absent = provenAbsentKeys(crypto, committee.keysRoot, update.bits, update.absent);
  if (!absent) return rejected('proof_invalid', 'absent: not the keys of the positions that did not sign');
  const message = signingRoot(crypto, chain, update.forkVersion, headerRoot(crypto, update.attested));
  const outcome = bls.verify(committee.aggregate, absent, message, update.signature);
  return outcome === 'valid' ? accepted(true) : rejected('proof_invalid', complaints[outcome]);
}
