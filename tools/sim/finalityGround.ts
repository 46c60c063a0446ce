/** The ground of a simulated world whose boards go by more than a quorum of endpoints. */
import type { Bls } from '../../firmware/port/bls.js';
import type { Crypto } from '../../firmware/port/crypto.js';
import type { VirtualBeacon } from '../../host-sim/world/beacon.js';
import type { CheckpointSigners } from './checkpointSigners.js';

/** The beacon chain of a world, and what whoever verifies it computes with: without `crypto` in TypeScript. */
export interface Light {
  beacon: VirtualBeacon;
  bls: Bls;
  crypto?: Crypto;
}

/** One of the two at least: with a beacon chain boards go by level 4, with signers alone by level 2. */
export interface Finality {
  light?: Light;
  /** Of a world whose boards know checkpoint keys. */
  signers?: CheckpointSigners;
}
