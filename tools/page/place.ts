/** A place that can be faulty, and what begins and ends its faults. */
import type { Fault } from '../../host-sim/page/protocol.js';

/** Brings a fault about, again after an attack too. */
export type Begin = () => Promise<void> | void;

/** A fault, and what begins it: made once, so that a lie about the past stays the same lie. */
export interface Beginning extends Fault {
  make(count: number): Promise<Begin> | Begin;
  /** It happens when it is begun, and does not begin again after an attack. */
  once?: boolean;
}

/** A place, with what makes it well again. */
export interface Place {
  name: string;
  faults: readonly Beginning[];
  end(): Promise<void> | void;
}
