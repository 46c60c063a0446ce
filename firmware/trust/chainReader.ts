/**
 * Contract storage as a board reads it: at a block hash that header trust vouches for, by a witness from any endpoint
 * that has a good one. A bad witness says nothing about the question: its endpoint is marked, and the next is asked.
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
import type { Kept } from '../json/shape.js';
import type { Crypto } from '../port/crypto.js';
import type { HeaderFacts } from '../proof/header.js';
import { HEADER_KEPT_BYTES_MAX, headerFromJson, headerShape } from '../proof/headerFromJson.js';
import {
  type AccountRequest,
  type ProvenAccount,
  type ProvenState,
  verifyAccountWitness,
  verifyHeader,
  type WitnessRequest,
  type WitnessVerdict,
} from '../proof/witness.js';
import { accountFromRpc, proofShape } from '../proof/witnessFromRpc.js';
import { headerCall } from '../rpc/blocks.js';
import { type RpcEndpoint, slowLast } from '../rpc/client.js';
import type { Tag, TrustedBlock, TrustedHead } from './level.js';

/** Bytes of the proofs of one witness, with what each of their values costs where it is kept. */
const WITNESS_BYTES_MAX = 16_384;

/** A source of trusted block hashes: one level, or several behind one policy. */
export interface HeaderTrust {
  /** The newest trusted block at a tag. Never rejects its promise. */
  head(tag: Tag): Promise<Verdict<TrustedBlock, never, TrustCause>>;
}

/** A witness that was no good: the endpoint's URL, and the fault or the failure. */
export interface WitnessReport {
  endpoint: string;
  result: Rejected<WitnessCode> | Undetermined<TrustCause>;
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

/** Proven slots by witnesses from JSON-RPC endpoints, each asked until one has a good one. */
export class ChainReader implements BlockReader {
  readonly #crypto: Crypto;
  readonly #endpoints: readonly RpcEndpoint[];
  readonly #onBadWitness: (report: WitnessReport) => void;
  /** Endpoints that gave a bad witness or none; they are asked last until they give a good one, slow ones before them. */
  readonly #marked = new Set<RpcEndpoint>();

  /** The endpoints are asked in their order, marked ones last. */
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

  /**
   * Asks one endpoint after the other. Undetermined with `no_witness` when one of them sent a bad witness, else with
   * the cause of the last; the evidence tells of all.
   */
  async read(block: TrustedBlock, accounts: WitnessRequest['accounts']): Promise<ReadingVerdict> {
    const request = { blockHash: block.hash, number: block.number, accounts };
    const order = slowLast(this.#endpoints).sort(
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
    const facts = await this.#header(endpoint, request);
    if (facts.verdict !== 'accepted') return facts;
    // Each account is proven before the next is asked for: of its proof nothing but words is left then.
    const accounts: ProvenAccount[] = [];
    let room = WITNESS_BYTES_MAX;
    for (const asked of request.accounts) {
      const proof = await endpoint.call({
        method: 'eth_getProof',
        params: [toHex(asked.address), asked.slots.map(toHex), `0x${request.number.toString(16)}`],
        result: proofShape,
        keptBytesMax: room,
      });
      if (proof.verdict !== 'accepted') return proof;
      room -= bytesOf(proof.value);
      const account = this.#prove(facts.value.stateRoot, asked, proof.value);
      if (account.verdict === 'rejected') return account;
      accounts.push(account.value);
    }
    return accepted({ ...facts.value, blockHash: request.blockHash, accounts });
  }

  /** The header alone, so that nothing of the answer is alive while accounts are asked for. */
  async #header(
    endpoint: RpcEndpoint,
    request: WitnessRequest,
  ): Promise<WitnessVerdict<HeaderFacts> | Undetermined<TrustCause>> {
    // By number, which every node can answer; the trusted hash decides about the block.
    const header = await endpoint.call(headerCall(request.number, headerShape, HEADER_KEPT_BYTES_MAX));
    if (header.verdict !== 'accepted') return header;
    if (header.value === null) return undetermined('unreachable', `it does not know block ${request.number}`);
    const encoded = headerFromJson(header.value);
    return encoded.verdict === 'rejected' ? encoded : verifyHeader(this.#crypto, request, encoded.value);
  }

  #prove(
    stateRoot: Uint8Array,
    asked: AccountRequest,
    answer: Kept<typeof proofShape>,
  ): WitnessVerdict<ProvenAccount> {
    const witness = accountFromRpc(asked, answer);
    return witness.verdict === 'accepted'
      ? verifyAccountWitness(this.#crypto, stateRoot, asked, witness.value)
      : witness;
  }
}

function bytesOf(proof: Kept<typeof proofShape>): number {
  const nodes = [proof?.accountProof, ...(proof?.storageProof ?? []).map(slot => slot?.proof)];
  let bytes = 0;
  for (const list of nodes) for (const node of list ?? []) bytes += node?.length ?? 0;
  return bytes;
}

const describe = (result: Rejected<WitnessCode> | Undetermined<TrustCause>): string =>
  `${result.verdict === 'rejected' ? result.code : result.cause} (${result.evidence})`;
