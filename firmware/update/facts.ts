/** The proven facts that updates rest on: Device{0, 2, 3, 4, 5}, its Fleet's policy, its channel and one version's record. */

import type { TrustCause, Verdict } from '../bytes/verdict.js';
import type { ChannelFacts, DeviceUpdateFacts, FleetPolicy } from '../contract/facts.js';
import type { BlockTag, TrustedHead } from '../trust/level.js';
import type { TrailStep } from '../trust/trail.js';

/** The facts at one block. */
export interface UpdateFacts {
  device: DeviceUpdateFacts;
  fleet: FleetPolicy;
  channel: ChannelFacts;
}

/** The facts with the trusted block that they were proven at, and the steps of the proof. */
export type ProvenUpdateFacts = UpdateFacts & { head: TrustedHead; trail: TrailStep[] };

/** The chain as updates ask it. */
export interface UpdateChain {
  /** The facts at `tag`, trusted at the level of the purpose `firmware`, with the record of `version`. */
  facts(
    tag: BlockTag,
    version: number,
  ): Promise<Verdict<ProvenUpdateFacts, never, TrustCause | 'no_witness'>>;
}
