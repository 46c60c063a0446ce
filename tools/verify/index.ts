/** `holdfast/verify`: the light client and the proofs of boards, for anybody, in Node and in pages. */
import { toHex } from '../../firmware/bytes/hex.js';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import { mappingSlot as slotOfMapping } from '../../firmware/proof/slots.js';
import { bytesOf, type Hex, slotOf } from './hex.js';

export { portableCrypto } from '../../firmware/crypto/portable.js';
export { verifyWitness, type Witness, type WitnessRequest } from '../../firmware/proof/witness.js';
export { decodeWitness } from '../../firmware/proof/witnessCodec.js';
export { beaconChain } from './beaconChain.js';
export { type FinalBlock, LightClient, type LightClientOptions, type ProvenSlot } from './lightClient.js';
export { NotProven } from './notProven.js';

/**
 * The slot of a mapping's entry.
 *
 * @param slot the slot of the mapping itself
 * @param key of a value type, as 32 bytes or fewer in hexadecimal, right aligned as integers and addresses are
 * @throws TypeError
 */
export function mappingSlot(slot: number | bigint | string, key: string): Hex {
  const bytes = bytesOf(key, (key.length - 2) / 2, 'a key');
  return toHex(slotOfMapping(portableCrypto(), slotOf(slot), bytes)) as Hex;
}
