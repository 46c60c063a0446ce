/** The data for light clients of a simulated chain: bootstraps, updates and their signatures. */
import { type BeaconChain, forkAt, periodAt } from '../../firmware/beacon/chain.js';
import { domainSlot, signingRoot } from '../../firmware/beacon/domain.js';
import { toHex } from '../../firmware/bytes/hex.js';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import type {
  StandardBootstrap,
  StandardOptimisticUpdate,
  StandardSyncAggregate,
  StandardUpdate,
} from '../node/beaconApi/standard.js';
import { layoutAt, type SimulatedBlock, stateOf } from './block.js';
import { drawn, type SimulatedCommittee } from './committees.js';

export interface SigningOptions {
  chain: BeaconChain;
  committee(period: number): SimulatedCommittee;
  seed: string;
}

/** Signatures kept: what is asked again and again is the newest finality. */
const SIGNATURES_KEPT_MAX = 256;

export class Updates {
  /** Positions that sign. */
  present: number;
  readonly #options: SigningOptions;
  readonly #signatures = new Map<string, StandardSyncAggregate>();

  constructor(options: SigningOptions, present: number) {
    this.#options = options;
    this.present = present;
  }

  bootstrap(block: SimulatedBlock, finalized: SimulatedBlock | undefined): StandardBootstrap {
    const { chain, committee } = this.#options;
    return {
      header: block.header,
      currentSyncCommittee: committee(periodAt(chain, block.slot)),
      currentSyncCommitteeBranch: this.#branch(
        block,
        finalized,
        layoutAt(chain, block.slot).currentCommittee,
      ),
    };
  }

  optimistic(attested: SimulatedBlock): StandardOptimisticUpdate {
    return {
      attestedHeader: attested.header,
      syncAggregate: this.sign(attested),
      signatureSlot: attested.slot + 1,
    };
  }

  finality(attested: SimulatedBlock, finalized: SimulatedBlock): StandardUpdate {
    const { finalizedRoot } = layoutAt(this.#options.chain, attested.slot);
    return {
      ...this.optimistic(attested),
      finalizedHeader: finalized.header,
      finalityBranch: this.#branch(attested, finalized, finalizedRoot),
    };
  }

  /** With the committee of the next period. */
  update(attested: SimulatedBlock, finalized: SimulatedBlock): StandardUpdate {
    const { chain, committee } = this.#options;
    const { nextCommittee } = layoutAt(chain, attested.slot);
    return {
      ...this.finality(attested, finalized),
      nextSyncCommittee: committee(periodAt(chain, attested.slot) + 1),
      nextSyncCommitteeBranch: this.#branch(attested, finalized, nextCommittee),
    };
  }

  /** The committee's signature in the slot after the block's. */
  sign({ root, slot }: Pick<SimulatedBlock, 'root' | 'slot'>): StandardSyncAggregate {
    const { chain, committee } = this.#options;
    const name = `${toHex(root)} ${this.present}`;
    const known = this.#signatures.get(name);
    if (known) return known;
    const uint8Array = this.#bits(slot);
    const { version } = forkAt(chain, domainSlot(slot + 1))!;
    const message = signingRoot(portableCrypto(), chain, version, root);
    const aggregate = {
      syncCommitteeBits: { uint8Array },
      syncCommitteeSignature: committee(periodAt(chain, slot + 1)).sign(message, uint8Array),
    };
    this.#signatures.set(name, aggregate);
    for (const oldest of this.#signatures.keys()) {
      if (this.#signatures.size <= SIGNATURES_KEPT_MAX) break;
      this.#signatures.delete(oldest);
    }
    return aggregate;
  }

  /** All but as many positions as are absent, others in each slot. */
  #bits(slot: number): Uint8Array {
    const { chain, seed } = this.#options;
    const { committeeSize } = chain;
    const bits = new Uint8Array(committeeSize / 8).fill(0xff);
    // A step that is odd meets every position of a power of two once.
    const step = 2 * drawn(seed, committeeSize / 2, 'step', slot) + 1;
    const first = drawn(seed, committeeSize, 'absent', slot);
    for (let i = 0; i < committeeSize - this.present; i++) {
      const position = (first + i * step) % committeeSize;
      bits[position >> 3] &= ~(1 << (position & 7));
    }
    return bits;
  }

  #branch(block: SimulatedBlock, finalized: SimulatedBlock | undefined, index: number): Uint8Array[] {
    const { chain, committee } = this.#options;
    return stateOf(chain, committee, block.slot, finalized).branch(index);
  }
}
