/** Faults that last until a person ends them. The board's decisions since then show whether its defence was enough. */
import type { FaultyPlace } from '../../host-sim/page/protocol.js';
import type { Setting } from '../demo/setting.js';
import type { Wires } from '../rig/bench/wires.js';
import { isWithin } from './count.js';
import { placesOf } from './faultyPlaces.js';
import type { Begin, Beginning, Place } from './place.js';

/** The faults of a setting: at most one at each place. */
export class Faults {
  readonly #places: readonly Place[];
  readonly #before = new Map<Place, FaultyPlace['before']>();
  readonly #begun = new Map<Place, { fault: Beginning; begin: Begin; since: string }>();

  constructor(setting: Setting, wires: Wires | undefined) {
    this.#places = placesOf(setting, wires);
  }

  /** As the page shows them. */
  shown(): FaultyPlace[] {
    return this.#places.map(place => {
      const begun = this.#begun.get(place);
      return {
        name: place.name,
        faults: place.faults.map(({ make: _, once: __, ...fault }) => fault),
        ...(begun && { fault: begun.fault.name, since: begun.since }),
        ...(this.#before.has(place) && { before: this.#before.get(place) }),
      };
    });
  }

  /** Begins a fault in place of the one that was there; none if left out. Returns false where there is no such fault. */
  async set(placeName: string, faultName?: string, count?: number): Promise<boolean> {
    const place = this.#places.find(({ name }) => name === placeName);
    const fault = place?.faults.find(({ name }) => name === faultName);
    if (!place || (faultName !== undefined && !fault)) return false;
    if (fault?.lacks !== undefined || !isWithin(count, fault?.count)) return false;
    await place.end();
    const over = this.#begun.get(place);
    if (over) this.#before.set(place, { fault: over.fault.name, since: over.since });
    this.#begun.delete(place);
    if (fault) {
      const begin = await fault.make(count ?? fault.count?.usual ?? 1);
      this.#begun.set(place, { fault, begin, since: new Date().toISOString() });
      if (fault.once) await begin();
    }
    // A line that is whole again may be part of another fault.
    await this.begin();
    return true;
  }

  /** Begins again what lasts: an attack makes everybody honest, before and after. */
  async begin(): Promise<void> {
    for (const place of this.#places) {
      const begun = this.#begun.get(place);
      if (begun && !begun.fault.once) await begun.begin();
    }
  }

  /** Everything is well, until `begin` is called. */
  async pause(): Promise<void> {
    for (const place of this.#places) await place.end();
  }
}
