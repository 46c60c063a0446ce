/**
 * A light client for anybody, in Node and in pages: from the root of one beacon block, which its user trusts, to the
 * newest final block, and from that to values in storage. What boards run judges every answer; a prover can only be
 * silent.
 */
import { PIECE_BYTES_MAX } from '../../firmware/beacon/absentPieces.js';
import { type AdvanceVerdict, Examination } from '../../firmware/beacon/advance.js';
import { BOOTSTRAP_BYTES_MAX, parseBootstrap, verifyBootstrap } from '../../firmware/beacon/bootstrap.js';
import { examine, nextQuestion, type Question } from '../../firmware/beacon/catchUp.js';
import type { BeaconChain, BeaconContext } from '../../firmware/beacon/chain.js';
import { portableBls } from '../../firmware/beacon/portableBls.js';
import { encodeState, type FinalityState, parseState } from '../../firmware/beacon/state.js';
import { UPDATE_BYTES_MAX } from '../../firmware/beacon/update.js';
import { toHex } from '../../firmware/bytes/hex.js';
import {
  type Accepted,
  type Rejected,
  type Undetermined,
  undetermined,
} from '../../firmware/bytes/verdict.js';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import { WITNESS_BYTES_MAX } from '../../firmware/proof/limits.js';
import { type ProvenState, verifyWitness } from '../../firmware/proof/witness.js';
import { decodeWitness } from '../../firmware/proof/witnessCodec.js';
import { encodeWitnessRequest } from '../../firmware/proof/witnessRequest.js';
import { SLEEP_SECONDS_MAX } from '../../firmware/trust/configuration.js';
import { ask } from './ask.js';
import { bytesOf, type Hex, slotOf } from './hex.js';
import { NotProven } from './notProven.js';

export interface LightClientOptions {
  /** As `beaconChain` gives it. */
  chain: BeaconChain;
  /** URLs of provers (`holdfast prover`), asked in this order; the next where one is silent or shows what is wrong. */
  provers: readonly string[];
  /** Seconds that the newest final block may be old; an hour if left out. Finality itself takes 13 minutes. */
  maximumAge?: number;
  /** Milliseconds for each answer of a prover; 10,000 if left out. */
  timeout?: number;
  /** Unix seconds; the clock of this machine if left out. */
  now?(): number;
}

/** A block that two thirds of the sync committee called final. */
export interface FinalBlock {
  hash: Hex;
  number: number;
  /** Unix seconds. */
  timestamp: number;
}

/** A value in storage, with what leads to it: each follows from the one before. */
export interface ProvenSlot {
  block: FinalBlock;
  stateRoot: Hex;
  address: Hex;
  codeHash: Hex;
  slot: Hex;
  /** 32 bytes. */
  value: Hex;
}

type Unreachable = Undetermined<'unreachable'>;
type Outcome<T> = Accepted<T> | Rejected<string> | Undetermined<string>;

const hashes = portableCrypto();

/**
 * The client. Its state is 231 bytes that may be kept and resumed from, within seven days.
 *
 * @example
 * const client = await LightClient.begin({ chain: beaconChain('mainnet'), provers: [url], root });
 * await client.follow();
 * const { value } = await client.slot('0x…', 0);
 */
export class LightClient {
  readonly #options: LightClientOptions;
  readonly #context: BeaconContext;
  #state: FinalityState;

  private constructor(options: LightClientOptions, state: FinalityState) {
    this.#options = options;
    this.#context = { chain: options.chain, crypto: hashes, bls: portableBls() };
    this.#state = state;
  }

  /**
   * Begins at the beacon block with that root (32 bytes, 0x…), which must be known from elsewhere: it is what is
   * trusted. @throws NotProven, TypeError
   */
  static async begin({ root, ...options }: LightClientOptions & { root: string }): Promise<LightClient> {
    const trusted = bytesOf(root, 32, 'a root');
    const state = await firstProven(options, `bootstrap/${toHex(trusted)}`, BOOTSTRAP_BYTES_MAX, bytes => {
      const bootstrap = parseBootstrap(bytes);
      if (bootstrap.verdict !== 'accepted') return bootstrap;
      return verifyBootstrap({ chain: options.chain, crypto: hashes }, trusted, bootstrap.value);
    });
    return new LightClient(options, state);
  }

  /** Goes on from a state that was kept where nobody else writes. @throws NotProven when it is none */
  static resume({ state, ...options }: LightClientOptions & { state: Uint8Array }): LightClient {
    const read = parseState(state);
    if (read.verdict !== 'accepted') throw new NotProven(read);
    return new LightClient(options, read.value);
  }

  /** The state, for `resume`. */
  get state(): Uint8Array {
    return encodeState(this.#state);
  }

  /** The newest final block that is known. */
  get block(): FinalBlock {
    const { hash, number, timestamp } = this.#state.execution;
    return { hash: toHex(hash) as Hex, number, timestamp };
  }

  /** Follows finality as far as the provers lead. @throws NotProven when that is not new enough */
  async follow(): Promise<FinalBlock> {
    const { maximumAge = 3600, now = () => Date.now() / 1000, provers } = this.#options;
    const age = () => Math.round(now() - this.#state.execution.timestamp);
    // Members of a committee of long ago may have sold their keys since.
    if (age() > SLEEP_SECONDS_MAX) {
      throw new NotProven(
        undetermined('stale', `the beginning is ${age()} s old, ${SLEEP_SECONDS_MAX} at most`),
      );
    }
    let refusal: Rejected<string> | Undetermined<string> | undefined;
    for (const prover of provers) {
      const outcome = await this.#walk(prover);
      if (age() <= maximumAge) return this.block;
      if (outcome.verdict !== 'accepted' && refusal?.verdict !== 'rejected') refusal = outcome;
    }
    throw new NotProven(
      refusal ?? undetermined('stale', `the newest final block is ${age()} s old, ${maximumAge} at most`),
    );
  }

  /** Follows one prover as far as it leads, and gives its last outcome. */
  async #walk(prover: string): Promise<Outcome<unknown>> {
    for (let question: Question | undefined = { kind: 'finality' }; ; ) {
      const verdict: AdvanceVerdict | Unreachable = await this.#outcome(prover, question);
      if (verdict.verdict === 'undetermined' && verdict.cause === 'unreachable') return verdict;
      if (verdict.verdict === 'accepted') this.#state = verdict.value.state;
      question = nextQuestion(this.#context.chain, this.#state, question, verdict);
      if (!question) return verdict;
    }
  }

  /** The verdict on a prover's answer, once it has brought the pieces that the answer lacks. */
  async #outcome(prover: string, question: Question): Promise<AdvanceVerdict | Unreachable> {
    const path = question.kind === 'finality' ? 'finality' : `committee/${question.period}`;
    const answer = await asked(this.#options, prover, path, UPDATE_BYTES_MAX);
    if (!(answer instanceof Uint8Array)) return answer;
    const examination = examine(this.#context, this.#state, answer);
    if (!(examination instanceof Examination)) return examination;
    for (let piece = examination.missing; piece; piece = examination.missing) {
      const { bits, period, piece: place } = piece;
      const path = `absent/${period}/${place}/${toHex(bits)}`;
      const proof = await asked(this.#options, prover, path, PIECE_BYTES_MAX);
      if (!(proof instanceof Uint8Array)) return proof;
      const refusal = examination.take(proof);
      if (refusal) return refusal;
    }
    return examination.judge();
  }

  /**
   * The value of a slot at the newest final block that is known (`follow` first).
   *
   * @param slot its number, or 0x and 64 digits; `mappingSlot` makes those of mappings
   * @param codeHash the code that the account must have; any if left out
   * @throws NotProven, TypeError
   */
  async slot(address: string, slot: number | bigint | string, codeHash?: string): Promise<ProvenSlot> {
    const account = {
      address: bytesOf(address, 20, 'an address'),
      slots: [slotOf(slot)],
      ...(codeHash !== undefined && { codeHash: bytesOf(codeHash, 32, 'a code hash') }),
    };
    const { hash, number } = this.#state.execution;
    const request = { blockHash: hash, number, accounts: [account] };
    const { block } = this;
    const path = `witness/${toHex(encodeWitnessRequest(request))}`;
    const proven = await firstProven<ProvenState>(this.#options, path, WITNESS_BYTES_MAX, bytes => {
      const witness = decodeWitness(bytes);
      return witness.verdict === 'accepted' ? verifyWitness(hashes, request, witness.value) : witness;
    });
    const [shown] = proven.accounts;
    return {
      block,
      stateRoot: toHex(proven.stateRoot) as Hex,
      address: toHex(shown.address) as Hex,
      codeHash: toHex(shown.codeHash) as Hex,
      slot: toHex(shown.slots[0].slot) as Hex,
      value: toHex(shown.slots[0].value) as Hex,
    };
  }
}

const asked = ({ timeout = 10_000 }: LightClientOptions, prover: string, path: string, bytesMax: number) =>
  ask(prover, path, timeout, bytesMax);

/** The first answer that is judged as accepted. @throws NotProven: a rejection, where some prover earned one */
async function firstProven<T>(
  options: LightClientOptions,
  path: string,
  bytesMax: number,
  judge: (bytes: Uint8Array) => Outcome<T>,
): Promise<T> {
  let refusal: Rejected<string> | Undetermined<string> = undetermined('unreachable', 'no prover is given');
  for (const prover of options.provers) {
    const answer = await asked(options, prover, path, bytesMax);
    const outcome: Outcome<T> = answer instanceof Uint8Array ? judge(answer) : answer;
    if (outcome.verdict === 'accepted') return outcome.value;
    if (refusal.verdict !== 'rejected') refusal = outcome;
  }
  throw new NotProven(refusal);
}
