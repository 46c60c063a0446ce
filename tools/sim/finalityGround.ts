/** The ground of a simulated world whose boards go by level 4. */
import type { Bls } from '../../firmware/port/bls.js';
import type { VirtualBeacon } from '../../host-sim/world/beacon.js';
import type { CheckpointSigners } from './checkpointSigners.js';

/** The beacon chain of a world, and the BLS of whoever verifies it. */
export interface Finality {
  beacon: VirtualBeacon;
  bls: Bls;
  /** Of a world whose boards know checkpoint keys beside it. */
  signers?: CheckpointSigners;
}
