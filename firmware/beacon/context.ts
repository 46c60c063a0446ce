/** What every verification in this room works with. */

import type { Crypto } from '../port/crypto.js';
import type { Bls } from './bls.js';
import type { BeaconChain } from './chain.js';

export interface BeaconContext {
  chain: BeaconChain;
  crypto: Crypto;
  bls: Bls;
}
