/** The parts of a simulated world that all of its actors share. */
import type { VirtualBroker } from '../../host-sim/world/broker.js';
import type { VirtualChain } from '../../host-sim/world/chain.js';
import type { Checkers } from '../../host-sim/world/checkers.js';
import type { Finding } from '../../host-sim/world/finding.js';
import type { VirtualNetwork } from '../../host-sim/world/network.js';
import type { VirtualTime } from '../../host-sim/world/time.js';
import type { Decisions } from './decisions.js';
import type { FaultName } from './faultNames.js';
import type { Hand } from './hand.js';
import type { Place } from './place.js';
import type { Settling } from './settling.js';

export interface Stage {
  time: VirtualTime;
  network: VirtualNetwork;
  chain: VirtualChain;
  broker: VirtualBroker;
  place: Place;
  checkers: Checkers;
  settling: Settling;
  decisions: Decisions;
  seed: number;
  faults: readonly FaultName[];
  /** The faults so far. */
  counts: Record<FaultName, number>;
  /** That of a person; it holds nothing in a world that nobody touches. */
  hand: Hand;
  /** No fault begins after it. */
  untilMs: number;
  /** Adds a line to the log. */
  tell(actor: string, what: string): void;
  /** Takes breaches of rules; the first ends the run. */
  judge(findings: readonly Finding[]): void;
}
