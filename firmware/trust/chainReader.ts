/**
 * Reads contract storage as a board must: a block hash that the header trust vouches for, then a witness for it
 * from whichever endpoint has a good one. A bad witness says nothing about the question: its endpoint is marked,
 * the next one is asked.
 */

import { toHex } from '../bytes/hex.js';
import {
  accepted,
  type Rejected,
  type TrustCause,
  type Undetermined,
  undetermined,
  type Verdict,
  type WitnessCode,
} from '../bytes/verdict.js';
import type { Crypto } from '../port/crypto.js';
import {
  type ProvenState,
  verifyWitness,
  type WitnessRequest,
  type WitnessVerdict,
} from '../proof/witness.js';
import { witnessFromRpc } from '../proof/witnessFromRpc.js';
import type { RpcCall, RpcEndpoint } from '../rpc/client.js';
import type { Tag, TrustedBlock, TrustedHead } from './level.js';

/** Whatever can say which block hash to trust. */
export interface HeaderTrust {
  head(tag: Tag): Promise<Verdict<TrustedBlock, never, TrustCause>>;
}

/** What one endpoint's witness was worth. */
export interface WitnessReport {
  endpoint: string;
  result: Rejected<WitnessCode> | Undetermined<TrustCause>;
}

export interface Reading {
  head: TrustedHead;
  state: ProvenState;
}

export type ReadingVerdict = Verdict<Reading, never, TrustCause | 'no_witness'>;

/** Whatever proves slots of accounts at a trusted block. */
export interface BlockReader {
  read(block: TrustedBlock, accounts: WitnessRequest['accounts']): Promise<ReadingVerdict>;
}

export class ChainReader implements BlockReader {
  readonly #crypto: Crypto;
  readonly #endpoints: readonly RpcEndpoint[];
  readonly #onBadWitness: (report: WitnessReport) => void;
  /** Endpoints that gave a bad witness or none; they are asked last until they give a good one. */
  readonly #marked = new Set<RpcEndpoint>();

  constructor(options: {
    crypto: Crypto;
    endpoints: readonly RpcEndpoint[];
    /** Told of every witness that was no good, with the reason. */
    onBadWitness(report: WitnessReport): void;
  }) {
    this.#crypto = options.crypto;
    this.#endpoints = options.endpoints;
    this.#onBadWitness = options.onBadWitness;
  }

  /** Proves the slots of the accounts at a trusted block. */
  async read(block: TrustedBlock, accounts: WitnessRequest['accounts']): Promise<ReadingVerdict> {
    const request = { blockHash: block.hash, number: block.number, accounts };
    const order = [...this.#endpoints].sort(
      (a, b) => Number(this.#marked.has(a)) - Number(this.#marked.has(b)),
    );
    const reports: WitnessReport[] = [];
    for (const endpoint of order) {
      const result = await this.#ask(endpoint, request);
      if (result.verdict === 'accepted') {
        this.#marked.delete(endpoint);
        const { timestamp } = result.value;
        return accepted({ head: { ...block, timestamp }, state: result.value });
      }
      this.#marked.add(endpoint);
      const report = { endpoint: endpoint.url, result };
      this.#onBadWitness(report);
      reports.push(report);
    }
    const evidence = reports.map(({ endpoint, result }) => `${endpoint}: ${describe(result)}`).join('; ');
    const forged = reports.some(({ result }) => result.verdict === 'rejected');
    const last = reports[reports.length - 1]?.result;
    return undetermined(!forged && last?.verdict === 'undetermined' ? last.cause : 'no_witness', evidence);
  }

  async #ask(
    endpoint: RpcEndpoint,
    request: WitnessRequest,
  ): Promise<WitnessVerdict<ProvenState> | Undetermined<TrustCause>> {
    // By number, which every node can answer; the trusted hash decides whether it is the right block.
    const number = `0x${request.number.toString(16)}`;
    const calls: RpcCall[] = [
      { method: 'eth_getBlockByNumber', params: [number, false] },
      ...request.accounts.map(({ address, slots }) => ({
        method: 'eth_getProof',
        params: [toHex(address), slots.map(toHex), number],
      })),
    ];
    const answer = await endpoint.batch(calls);
    if (answer.verdict !== 'accepted') return answer;
    const results: unknown[] = [];
    for (const call of answer.value) {
      if (call.verdict !== 'accepted') return call;
      results.push(call.value);
    }
    if (results[0] === null) return undetermined('unreachable', `it does not know block ${request.number}`);
    const witness = witnessFromRpc(request, results[0], results.slice(1));
    return witness.verdict === 'accepted' ? verifyWitness(this.#crypto, request, witness.value) : witness;
  }
}

const describe = (result: Rejected<WitnessCode> | Undetermined<TrustCause>): string =>
  `${result.verdict === 'rejected' ? result.code : result.cause} (${result.evidence})`;
