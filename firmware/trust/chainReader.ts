/**
 * Contract storage as a board reads it: at a block hash that header trust vouches for, by a witness from any source
 * that has a good one. A bad witness says nothing about the question: its source is marked, and the next is asked.
 */

import { equal } from '../bytes/equal.js';
import { accepted, type TrustCause, undetermined, type Verdict } from '../bytes/verdict.js';
import type { Crypto } from '../port/crypto.js';
import type { KnownFacts, ProvenAccount, ProvenState, WitnessRequest } from '../proof/witness.js';
import type { RpcEndpoint } from '../rpc/client.js';
import { EndpointWitness } from './endpointWitness.js';
import type { BlockTag, TrustedBlock, TrustedHead } from './level.js';
import type { Prover } from './prover.js';
import { ProverWitness } from './proverWitness.js';
import { inSourceOrder, SourceKind, type Unproven, type WitnessSource } from './witnessSource.js';

/** A source of trusted block hashes: one level, or several behind one policy. */
export interface HeaderTrust {
  /** The newest trusted block at a tag. Never rejects its promise. */
  head(tag: BlockTag): Promise<Verdict<TrustedBlock, never, TrustCause>>;
}

/** A witness that was no good: the name of its source (an endpoint's URL), and the fault or the failure. */
export interface WitnessReport {
  source: string;
  result: Unproven;
}

/** Slots that are proven at a trusted block. */
export interface Reading {
  head: TrustedHead;
  state: ProvenState;
}

export type ReadingVerdict = Verdict<Reading, never, TrustCause | 'no_witness'>;

/** A source of proven slots. */
export interface BlockReader {
  /** Proves the slots of the accounts, in their order, at a trusted block. */
  read(block: TrustedBlock, accounts: WitnessRequest['accounts']): Promise<ReadingVerdict>;
}

/** Proven slots by witnesses from provers and endpoints, each asked until one has a good one. */
export class ChainReader implements BlockReader {
  readonly #sources: readonly WitnessSource[];
  readonly #onBadWitness: (report: WitnessReport) => void;
  /** Sources that gave a bad witness, and endpoints that gave none; they are asked last until they give a good one. */
  readonly #marked = new Set<WitnessSource>();
  /** The accounts that were read last, whose slots need no proof again where their storage has the same root. */
  #before: readonly ProvenAccount[] = [];

  /** Provers are asked before endpoints, each in their order, marked ones last. */
  constructor(options: {
    crypto: Crypto;
    provers?: readonly Prover[];
    endpoints: readonly RpcEndpoint[];
    /** Told of every witness that was no good, with the reason. */
    onBadWitness(report: WitnessReport): void;
  }) {
    const { crypto, endpoints, onBadWitness, provers = [] } = options;
    this.#sources = [
      ...provers.map(prover => new ProverWitness(crypto, prover)),
      ...endpoints.map(endpoint => new EndpointWitness(crypto, endpoint)),
    ];
    this.#onBadWitness = onBadWitness;
  }

  /**
   * Asks one source after the other. Undetermined with `no_witness` when one of them sent a bad witness, else with the
   * cause of the last; the evidence tells of all.
   */
  async read(block: TrustedBlock, accounts: WitnessRequest['accounts']): Promise<ReadingVerdict> {
    const request = this.#request(block, accounts);
    const reports: WitnessReport[] = [];
    for (const source of inSourceOrder(this.#sources, this.#marked)) {
      const result = await source.prove(request);
      if (result.verdict === 'accepted') return accepted(this.#taken(source, block, result.value));
      reports.push(this.#failed(source, result));
    }
    return unproven(reports);
  }

  #request(block: TrustedBlock, accounts: WitnessRequest['accounts']): WitnessRequest {
    return {
      blockHash: block.hash,
      number: block.number,
      facts: block.stateRoot && (block as KnownFacts),
      accounts: accounts.map(asked => ({
        ...asked,
        before: this.#before.find(
          // Read with all the slots that are asked for.
          ({ address, slots }) =>
            equal(address, asked.address) &&
            slots.length === asked.slots.length &&
            slots.every(({ slot }, i) => equal(slot, asked.slots[i])),
        ),
      })),
    };
  }

  #taken(source: WitnessSource, block: TrustedBlock, state: ProvenState): Reading {
    this.#marked.delete(source);
    this.#before = state.accounts;
    return { head: { ...block, timestamp: state.timestamp }, state };
  }

  /** An endpoint has every block that it names; a prover may be a block behind, and is asked first again. */
  #failed(source: WitnessSource, result: Unproven): WitnessReport {
    const report = { source: source.name, result };
    if (result.verdict === 'rejected' || source.kind === SourceKind.endpoint) {
      this.#marked.add(source);
      this.#onBadWitness(report);
    }
    return report;
  }
}

/** `no_witness` when a source sent a bad one, else the cause of the last; the evidence tells of all. */
function unproven(reports: readonly WitnessReport[]): ReadingVerdict {
  const evidence = reports.map(({ result, source }) => `${source}: ${describe(result)}`).join('; ');
  const forged = reports.some(({ result }) => result.verdict === 'rejected');
  const last = reports[reports.length - 1]?.result;
  return undetermined(!forged && last?.verdict === 'undetermined' ? last.cause : 'no_witness', evidence);
}

const describe = (result: Unproven): string =>
  `${result.verdict === 'rejected' ? result.code : result.cause} (${result.evidence})`;
