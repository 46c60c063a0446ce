/** The chain's data as most nodes have them, or as they were given: asked for anew, since forks are added. */

import type { BeaconChain, BeaconContext } from '../../firmware/beacon/chain.js';
import { encodeChain } from '../../firmware/beacon/chainWire.js';
import { toHex } from '../../firmware/bytes/hex.js';
import type { Bls } from '../../firmware/port/bls.js';
import type { Clock } from '../../firmware/port/clock.js';
import type { Crypto } from '../../firmware/port/crypto.js';
import type { BeaconNode } from './beaconNode.js';
import type { Watch } from './watch.js';

export interface ChainDataOptions {
  beacons: readonly BeaconNode[];
  watch: Watch;
  bls: Bls;
  clock: Clock;
  crypto: Crypto;
  /** Never asked for, if given. */
  chain?: BeaconChain;
}

/** Milliseconds. */
const FRESHNESS_MS = 60_000;

export class ChainData {
  readonly #options: ChainDataOptions;
  #asking: Promise<BeaconContext> | undefined;
  #known: { context: BeaconContext; name: string; at: number } | undefined;

  constructor(options: ChainDataOptions) {
    this.#options = options;
  }

  /** The same object as long as nothing changed. @throws Error while no node tells */
  async now(): Promise<BeaconContext> {
    const known = this.#known;
    const { chain: given, clock } = this.#options;
    if (known && (given || clock.monotonic() - known.at < FRESHNESS_MS)) return known.context;
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #ask(): Promise<BeaconContext> {
    const known = this.#known;
    const { bls, chain: given, clock, crypto } = this.#options;
    const at = clock.monotonic();
    const chain = given ?? (await this.#ofMost());
    if (!chain) {
      if (known) return known.context;
      throw new Error('no beacon node tells of its chain');
    }
    const name = toHex(encodeChain(chain));
    const context = known?.name === name ? known.context : { chain, crypto, bls };
    this.#known = { context, name, at };
    return context;
  }

  /** Asks anew, if that was not just done. Whether the data are others than `before`. */
  async refreshed(before: BeaconContext): Promise<boolean> {
    const known = this.#known;
    const age = known && this.#options.clock.monotonic() - known.at;
    if (known && age! > before.chain.secondsPerSlot * 62) known.at = Number.NEGATIVE_INFINITY;
    return (await this.now()) !== before;
  }

  async #ofMost(): Promise<BeaconChain | undefined> {
    const { beacons, watch } = this.#options;
    const told = await Promise.all(
      beacons.map(async beacon => {
        try {
          const chain = await beacon.chain();
          return [{ name: beacon.name, chain, key: toHex(encodeChain(chain)) }];
        } catch (error) {
          watch.failed(beacon.name, error);
          return [];
        }
      }),
    );
    const known = told.flat();
    const support = (key: string) => known.filter(other => other.key === key).length;
    const most = Math.max(0, ...known.map(({ key }) => support(key)));
    const chosen = known.find(({ key }) => support(key) === most);
    for (const { key, name } of known)
      if (chosen && key !== chosen.key)
        watch.fault(name, 'disagrees', `knows another chain, or other forks, than ${chosen.name}`);
    return chosen?.chain;
  }
}
