/** The beacon chains that are known by name, and others by their data. */
import type { BeaconChain } from '../../firmware/beacon/chain.js';
import { parseChain } from '../../firmware/beacon/chainWire.js';
import { fromHex } from '../../firmware/bytes/hex.js';
import { knownNetworks } from '../prover/networks.js';

/**
 * A chain by name (`mainnet`, `sepolia`, `hoodi`), or by its data as 0x and hexadecimal, as `encodeChain` writes them.
 * @throws TypeError for anything else
 */
export function beaconChain(name: string): BeaconChain {
  const known = knownNetworks().find(network => network.name.toLowerCase() === name.toLowerCase());
  if (known) return known.chain;
  const bytes = fromHex(name);
  const chain = bytes && parseChain(bytes);
  if (chain?.verdict !== 'accepted')
    throw new TypeError(`${name.slice(0, 40)} is no chain: give mainnet, sepolia, hoodi, or data`);
  return chain.value;
}
