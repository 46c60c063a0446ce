/** One execution node over JSON-RPC. Headers and proofs count only when they lead to the hash that was asked for. */
import { equal } from '../../firmware/bytes/equal.js';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { eventShape, linkFilter, linksOfEvents, wantedSequences } from '../../firmware/command/eventLinks.js';
import type { LinkRequest } from '../../firmware/command/linkWire.js';
import type { ClaimedLink } from '../../firmware/command/walk.js';
import type { ScanVerdict } from '../../firmware/json/scan.js';
import { type Kept, list, type Shape } from '../../firmware/json/shape.js';
import type { Clock } from '../../firmware/port/clock.js';
import type { Crypto } from '../../firmware/port/crypto.js';
import { headerFromJson, headerShape } from '../../firmware/proof/headerFromJson.js';
import { type AccountRequest, verifyWitness, type Witness } from '../../firmware/proof/witness.js';
import { proofShape, witnessFromRpc } from '../../firmware/proof/witnessFromRpc.js';
import type { WitnessQuestion } from '../../firmware/proof/witnessRequest.js';
import { classifyRefusal, type Refusal } from '../../firmware/rpc/refusal.js';
import { keptJson } from '../../host-sim/node/keptJson.js';
import { type CheckpointKeysEvent, checkpointKeysTopic, readCheckpointKeys } from './checkpointKeysEvent.js';
import { LeastRecentlyUsed } from './leastRecentlyUsed.js';
import {
  type Fetch,
  isMissing,
  Lie,
  type ProblemKind,
  parseJson,
  request,
  UpstreamProblem,
} from './upstream.js';

export interface ExecutionNodeOptions {
  url: string;
  name: string;
  crypto: Crypto;
  /** Milliseconds for one answer, by `clock`. */
  timeoutMs: number;
  clock: Clock;
  signal?: AbortSignal;
  fetch?: Fetch;
  onRequest?(node: string, outcome: string): void;
}

/** A block without its transactions' bodies can still name thousands of hashes. */
const BLOCK_BYTES_MAX = 1_048_576;
const PROOF_BYTES_MAX = 1_048_576;

/** A block keeps 2 KB, a proof with all the slots of a fleet some 20 KB. */
const BLOCKS_KEPT_MAX = 256;
const PROOFS_KEPT_MAX = 256;

type Block = Kept<typeof headerShape>;
type Proof = Kept<typeof proofShape>;

const nameOf = (hash: string, { address, slots }: Pick<AccountRequest, 'address' | 'slots'>): string =>
  [hash, address, ...slots].map(part => (typeof part === 'string' ? part : toHex(part))).join(' ');

/** @throws UpstreamProblem for what is malformed */
function kept<S extends Shape>(scanned: ScanVerdict<S>): Kept<S> {
  if (scanned.verdict === 'rejected') throw new UpstreamProblem('malformed', scanned.evidence);
  return scanned.value;
}

const LOGS_BYTES_MAX = 4_194_304;

/** The kind of problem that a refusal is: this node does not have the answer, or does not give it now. */
const problemKinds: Readonly<Record<Refusal, ProblemKind>> = {
  absent: 'missing',
  pruned: 'missing',
  unsupported: 'missing',
  limited: 'limited',
  other: 'unreachable',
};

/** A JSON-RPC error object (JSON-RPC 2.0, section 5.1) as a problem; anything else in its place is malformed. */
function problemOf(error: unknown): UpstreamProblem {
  if (typeof error !== 'object' || error === null)
    return new UpstreamProblem('malformed', 'its error is not an object');
  const { code, message } = error as { code?: unknown; message?: unknown };
  const text = typeof message === 'string' ? message : 'it refuses without a reason';
  const refusal = classifyRefusal(typeof code === 'number' ? code : undefined, text);
  return new UpstreamProblem(problemKinds[refusal], text.slice(0, 200));
}

/** A node that answers with headers, proofs and events; each is verified here before anybody gets it. */
export class ExecutionNode {
  readonly name: string;
  readonly #options: ExecutionNodeOptions;
  /** Proven of a block by its hash: no node can tell it otherwise, and none is asked again. */
  readonly #blocks = new LeastRecentlyUsed<Block>(BLOCKS_KEPT_MAX);
  readonly #proofs = new LeastRecentlyUsed<Proof>(PROOFS_KEPT_MAX);

  constructor(options: ExecutionNodeOptions) {
    this.name = options.name;
    this.#options = options;
  }

  /** The id of its chain. @throws UpstreamProblem, never of the kind `missing`: a node of any use has one */
  async chainId(): Promise<number> {
    const answer = await this.#call('eth_chainId', [], 4096).catch(error => {
      if (!isMissing(error)) throw error;
      throw new UpstreamProblem('malformed', `it does not tell its chain id: ${error.message}`);
    });
    const id = typeof answer === 'string' ? Number(answer) : Number.NaN;
    if (!Number.isSafeInteger(id) || id < 1) throw new UpstreamProblem('malformed', 'no chain id');
    return id;
  }

  /** The RLP of the header that hashes to `hash`. @throws UpstreamProblem, Lie */
  async header(hash: Uint8Array): Promise<Uint8Array> {
    const name = toHex(hash);
    const block = await this.#block(name);
    const header = headerFromJson(block);
    if (header.verdict === 'rejected') throw new UpstreamProblem('malformed', header.evidence);
    if (!equal(this.#options.crypto.keccak256(header.value), hash))
      throw new Lie('header_mismatch', `its block ${name} hashes to something else`);
    this.#blocks.set(name, block);
    return header.value;
  }

  /** The hash that it has at a height, or undefined when it is not there yet. */
  async hashAt(number: number): Promise<Uint8Array | undefined> {
    const block = await this.#call(
      'eth_getBlockByNumber',
      [`0x${number.toString(16)}`, false],
      BLOCK_BYTES_MAX,
    );
    return fromHex((block as { hash?: unknown } | null)?.hash, 32);
  }

  /** Without what the question says is known. @throws UpstreamProblem, Lie */
  async witness(asked: WitnessQuestion): Promise<Witness> {
    const hash = toHex(asked.blockHash);
    const block = await this.#block(hash);
    const proofs: Proof[] = [];
    for (const account of asked.accounts) proofs.push(await this.#proof(hash, account));
    const witness = witnessFromRpc(asked, block, proofs);
    if (witness.verdict === 'rejected') throw new UpstreamProblem('malformed', witness.evidence);
    // The board compares code hashes with those that it pins; the node only has to prove the accounts as they are.
    const accounts = asked.accounts.map(({ address, slots }) => ({ address, slots }));
    const proven = verifyWitness(this.#options.crypto, { ...asked, accounts }, witness.value);
    if (proven.verdict === 'rejected') throw new Lie(proven.code, proven.evidence);
    this.#blocks.set(hash, block);
    for (const [i, account] of accounts.entries()) this.#proofs.set(nameOf(hash, account), proofs[i]);
    const { header, accounts: told } = witness.value;
    return {
      header: asked.isBare ? new Uint8Array(0) : header,
      accounts: told.map((account, i) => {
        const { before } = asked.accounts[i];
        const isKnown = before && equal(before.storageRoot, proven.value.accounts[i].storageRoot);
        return isKnown ? { ...account, slots: [] } : account;
      }),
    };
  }

  /** The links that a board asks for, as the events tell them. @throws UpstreamProblem */
  async links({ count, device, from, sequence, to }: LinkRequest): Promise<ClaimedLink[]> {
    const { crypto } = this.#options;
    const wanted = wantedSequences(sequence, count);
    if (wanted.length === 0) return [];
    const filter = linkFilter(crypto, { device, from, to, wanted });
    const logs = keptJson(
      list(wanted.length, eventShape),
      await this.#call('eth_getLogs', [filter], LOGS_BYTES_MAX),
    );
    if (logs.verdict === 'rejected') throw new UpstreamProblem('malformed', 'no list of events');
    const links = linksOfEvents(crypto, logs.value ?? []);
    return links.filter(link => link.sequence > sequence - count);
  }

  /** Every set of checkpoint keys that a fleet named, oldest first. @throws UpstreamProblem */
  async checkpointKeys(fleet: Uint8Array): Promise<CheckpointKeysEvent[]> {
    const filter = {
      address: toHex(fleet),
      topics: [checkpointKeysTopic],
      fromBlock: '0x0',
      toBlock: 'latest',
    };
    const logs = await this.#call('eth_getLogs', [filter], LOGS_BYTES_MAX);
    if (!Array.isArray(logs)) throw new UpstreamProblem('malformed', 'no list of events');
    return logs.map(log => {
      const { blockNumber, data, logIndex } = (log ?? {}) as Record<string, unknown>;
      const event = readCheckpointKeys(fromHex(data));
      if (!event) throw new UpstreamProblem('malformed', 'no event of checkpoint keys');
      return { ...event, number: Number(blockNumber), place: Number(logIndex) };
    });
  }

  /** The one that was proven, else what the node says. */
  async #block(hash: string): Promise<Block> {
    const known = this.#blocks.get(hash);
    if (known) return known;
    const block = await this.#call('eth_getBlockByHash', [hash, false], BLOCK_BYTES_MAX);
    if (block === null) throw new UpstreamProblem('missing', `no block ${hash}`);
    return kept(keptJson(headerShape, block));
  }

  /** The same of an account and slots of it. */
  async #proof(hash: string, account: AccountRequest): Promise<Proof> {
    const known = this.#proofs.get(nameOf(hash, account));
    if (known) return known;
    const parameters = [toHex(account.address), account.slots.map(toHex), { blockHash: hash }];
    return kept(keptJson(proofShape, await this.#call('eth_getProof', parameters, PROOF_BYTES_MAX)));
  }

  async #call(method: string, parameters: readonly unknown[], bytesMax: number): Promise<unknown> {
    const { clock, fetch, name, onRequest, timeoutMs, signal, url } = this.#options;
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: parameters });
    try {
      const limits = { bytesMax, clock, fetch, timeoutMs, signal };
      const { bytes } = await request(url, { accept: 'application/json', body }, limits);
      const answer = parseJson(bytes) as { result?: unknown; error?: unknown } | null;
      if (answer?.error) throw problemOf(answer.error);
      if (answer?.result === undefined) throw new UpstreamProblem('malformed', `${method}: no result`);
      onRequest?.(name, 'ok');
      return answer.result;
    } catch (error) {
      onRequest?.(name, error instanceof UpstreamProblem ? error.kind : 'failed');
      throw error;
    }
  }
}
