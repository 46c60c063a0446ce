/** The consent to a trust configuration that is set at a board's console (EIP-712, by owner or checkpoint keys). */

import type { Crypto } from '../port/crypto.js';
import { type Domain, typedDigest, typeHash } from './typedData.js';

/** The EIP-712 type; the domain's contract is the Device. */
export const SET_TRUST_TYPE = 'SetTrust(uint32 epoch,bytes32 trustConfiguration)';

const setTrustType = typeHash(SET_TRUST_TYPE);

/** The digest (32 bytes) that is signed; `configuration` is the hash of the encoded configuration. */
export const setTrustDigest = (
  crypto: Crypto,
  domain: Domain,
  epoch: number,
  configuration: Uint8Array,
): Uint8Array => typedDigest(crypto, domain, setTrustType, epoch, configuration);
