/** The oracle: Lodestar's light client, which knows Deneb and Electra. What it thinks of an update, and nothing else. */

import type { BeaconConfig } from '@lodestar/config';
import { LightclientSpec } from '@lodestar/light-client/spec';
import { ssz } from '@lodestar/types';
import type { StandardBootstrap, StandardUpdate } from '../../../host-sim/node/beaconApi/standard.js';

type LodestarBootstrap = ConstructorParameters<typeof LightclientSpec>[2];
type LodestarUpdate = Parameters<LightclientSpec['onUpdate']>[1];
type LodestarFinalityUpdate = Parameters<LightclientSpec['onFinalityUpdate']>[1];

export interface Opinion {
  /** Why it refused. */
  refusal?: string;
  /** True when its finalized header is a newer one now. */
  moved: boolean;
}

const copyOf = <T extends object>(value: T, changed: Partial<Record<string, unknown>>): T =>
  Object.assign(Object.create(Object.getPrototypeOf(value)), value, changed);

export class LodestarClient {
  readonly #spec: LightclientSpec;

  constructor(config: BeaconConfig, bootstrap: StandardBootstrap | LightclientSpec) {
    const options = { allowForcedUpdates: false, updateHeadersOnForcedUpdate: false };
    this.#spec =
      bootstrap instanceof LightclientSpec
        ? bootstrap
        : new LightclientSpec(config, options, bootstrap as unknown as LodestarBootstrap);
  }

  /** The same client at the same point; what happens to one does not happen to the other. */
  fork(): LodestarClient {
    const { config, store } = this.#spec;
    const copy = copyOf(store, {
      syncCommittees: new Map(store.syncCommittees),
      bestValidUpdates: new Map(store.bestValidUpdates),
      maxActiveParticipants: new Map(
        (store as unknown as { maxActiveParticipants: Map<number, number> }).maxActiveParticipants,
      ),
    });
    return new LodestarClient(config, copyOf(this.#spec, { store: copy }));
  }

  get finalizedSlot(): number {
    return this.#spec.store.finalizedHeader.beacon.slot;
  }

  apply(update: StandardUpdate): Opinion {
    const before = this.finalizedSlot;
    const syncCommitteeBits = ssz.altair.SyncCommitteeBits.deserialize(
      update.syncAggregate.syncCommitteeBits.uint8Array,
    );
    const shaped = { ...update, syncAggregate: { ...update.syncAggregate, syncCommitteeBits } };
    const now = Number.MAX_SAFE_INTEGER;
    try {
      if (update.nextSyncCommittee) this.#spec.onUpdate(now, shaped as unknown as LodestarUpdate);
      else this.#spec.onFinalityUpdate(now, shaped as unknown as LodestarFinalityUpdate);
      return { moved: this.finalizedSlot > before };
    } catch (error) {
      return { refusal: (error as Error).message, moved: false };
    }
  }
}
