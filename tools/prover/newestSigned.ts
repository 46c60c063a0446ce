/** The newest block that the committee signed, of all nodes: each answer is judged alone, and the newest is served. */

import { forkAt } from '../../firmware/beacon/chain.js';
import { domainSlot } from '../../firmware/beacon/domain.js';
import { encodeNewest } from '../../firmware/beacon/newest.js';
import type { Clock } from '../../firmware/port/clock.js';
import { convertNewest } from '../../host-sim/node/beaconApi/convert.js';
import type { BeaconNode } from './beaconNode.js';
import type { ChainData } from './chainData.js';
import { checkNewest } from './check.js';
import { executionHashOf, type KnownCommittee, piecesOf } from './judge.js';
import { Lie } from './upstream.js';
import type { Watch } from './watch.js';

export interface NewestSignedOptions {
  beacons: readonly BeaconNode[];
  watch: Watch;
  chain: ChainData;
  clock: Clock;
  /** @throws Error when it is not known */
  committeeOf(slot: number): Promise<KnownCommittee>;
  /** The RLP of the header of that hash. @throws Error when no node has it */
  executionHeader(hash: Uint8Array): Promise<Uint8Array>;
  /** Runs a look when its turn has come. @throws Error when too many wait already */
  limited(look: () => Promise<void>): Promise<void>;
  /** Milliseconds between the beginning of a look and a question that it answers; a quarter of a slot. */
  freshnessMs?: number;
}

export class NewestSigned {
  readonly #options: NewestSignedOptions;
  #newest: { slot: number; answer: Uint8Array } | undefined;
  #last: { begunMs: number; look: Promise<void> } | undefined;

  constructor(options: NewestSignedOptions) {
    this.#options = options;
  }

  /** The bytes of a message about the newest block, or undefined while no node has one that a board would believe. */
  async answer(): Promise<Uint8Array | undefined> {
    const { chain, clock, limited } = this.#options;
    const { secondsPerSlot } = (await chain.now()).chain;
    const freshnessMs = this.#options.freshnessMs ?? (secondsPerSlot * 1000) / 4;
    const now = clock.monotonic();
    if (!this.#last || now - this.#last.begunMs >= freshnessMs)
      this.#last = { begunMs: now, look: limited(() => this.#look()) };
    const { look } = this.#last;
    await look;
    return this.#newest?.answer;
  }

  async #look(): Promise<void> {
    const { beacons, watch } = this.#options;
    const present = watch.present(beacons);
    const looked = await Promise.allSettled(present.map(beacon => this.#of(beacon)));
    for (const [i, outcome] of looked.entries()) {
      if (outcome.status === 'rejected') watch.failed(present[i].name, outcome.reason);
      else if (!this.#newest || outcome.value.slot > this.#newest.slot) this.#newest = outcome.value;
    }
  }

  /** The answer of one node. @throws Lie when a board would refuse it as wrong; Error when it would not go by it */
  async #of(beacon: BeaconNode): Promise<{ slot: number; answer: Uint8Array }> {
    const { chain, committeeOf, executionHeader } = this.#options;
    const context = await chain.now();
    const update = await beacon.newest(context.chain);
    const { signatureSlot } = update;
    const fork = forkAt(context.chain, domainSlot(signatureSlot));
    if (!fork) throw new Lie('malformed', `signed in slot ${signatureSlot}, before the first known fork`);
    const signers = await committeeOf(signatureSlot);
    const compact = convertNewest(update, {
      executionHeader: await executionHeader(executionHashOf(update.attestedHeader)),
      forkVersion: fork.version,
      signers: signers.pubkeys,
      chain: context.chain,
    });
    const verdict = checkNewest(context, signers.committee, compact, piecesOf(signers));
    if (verdict.verdict === 'rejected') throw new Lie(verdict.code, verdict.evidence);
    if (verdict.verdict === 'undetermined') throw new Error(verdict.evidence);
    return { slot: compact.attested.beacon.slot, answer: encodeNewest(compact) };
  }
}
