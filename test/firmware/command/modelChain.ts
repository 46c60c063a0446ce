/**
 * A Device and its Fleet as a model: blocks with snapshots, finality that a test moves, reorganisations. It answers
 * what a board asks of a chain, honestly unless told otherwise; hashes are the contracts'.
 */

import { toHex } from '../../../firmware/bytes/hex.js';
import { accepted, undetermined, type Verdict } from '../../../firmware/bytes/verdict.js';
import type { CommandCause } from '../../../firmware/command/answer.js';
import { nextBatchHead } from '../../../firmware/command/batch.js';
import type { CommandChain, ProvenFacts } from '../../../firmware/command/facts.js';
import { epochHead, type Link, nextHead } from '../../../firmware/command/link.js';
import type { AuthenticLink, LinkSource } from '../../../firmware/command/walk.js';
import type { BatchLink } from '../../../firmware/command/wire.js';
import { batchHeadSlot, checkpointKeysSlot, type FleetSlot } from '../../../firmware/contract/facts.js';
import type { BlockTag, Level, Purpose, Tag } from '../../../firmware/trust/level.js';
import { address, word, ZERO_WORD } from '../../fakes/bytes.js';
import { rememberingCrypto } from '../../fakes/rememberingCrypto.js';
import { OWNER } from '../../fakes/trustKeeper.js';

export const crypto = rememberingCrypto();
export const CHAIN_ID = 31337;
export const DEVICE = address(0xde);
export const FLEET = address(0xf1);
export const OPERATOR = address(0x0e);

interface State {
  key: Uint8Array;
  owner: Uint8Array;
  status: number;
  sequence: number;
  epoch: number;
  head: Uint8Array;
  paused: boolean;
  fleetEpoch: number;
  /** Key of the slot of the listing (hex) to expiry. */
  delegates: Readonly<Record<string, number>>;
  checkpointKeys: Uint8Array;
  batchHead: Uint8Array;
  batchNonce: number;
}

interface Block {
  number: number;
  hash: Uint8Array;
  timestamp: number;
  state: State;
  links: readonly AuthenticLink[];
}

export const START = 1_800_000_000;

export class ModelChain implements CommandChain {
  #blocks: Block[];
  /** Number of the newest final block. */
  finalized = 0;
  level: Level = 1;
  /** Levels of other purposes than `command`, and how far behind their final block is. */
  levels: Partial<Record<Purpose, Level>> = {};
  behind = 0;
  /** The most that the newest block is trusted at. */
  newestLevel: Level = 4;
  /** Numbers of the newest blocks that endpoints and the sync committee show; the tip if left out, `silent` for none. */
  shown: { latest?: number; signed?: number | 'silent' } = {};
  /** The count of questions for the newest block that the committee signed. */
  askedSigned = 0;
  /** Asked instead of the chain, if set. */
  failure: CommandCause | undefined;
  /** The sources of links that are asked; each may lie. */
  liars: ((links: readonly AuthenticLink[]) => readonly (Link & { previousHead?: Uint8Array })[])[] = [];
  /** Answers to questions about links so far. */
  questions = 0;
  #salt = 0;

  constructor(key: Uint8Array) {
    const state: State = {
      key,
      owner: OWNER,
      status: 2,
      sequence: 0,
      epoch: 0,
      head: ZERO_WORD,
      paused: false,
      fleetEpoch: 0,
      delegates: {},
      checkpointKeys: ZERO_WORD,
      batchHead: ZERO_WORD,
      batchNonce: 0,
    };
    this.#blocks = [{ number: 0, hash: this.#hash(0), timestamp: START, state, links: [] }];
  }

  get tip(): Block {
    return this.#blocks[this.#blocks.length - 1];
  }

  get now(): number {
    return this.tip.timestamp;
  }

  get state(): State {
    return this.tip.state;
  }

  /** One block that changes what is given. */
  change(change: Partial<State>, links: AuthenticLink[] = [], seconds = 12): this {
    const { number, state, timestamp } = this.tip;
    const next = number + 1;
    this.#blocks.push({
      number: next,
      hash: this.#hash(next),
      timestamp: timestamp + seconds,
      state: { ...state, ...change },
      links,
    });
    return this;
  }

  mine(count: number, seconds = 12): this {
    for (let i = 0; i < count; i++) this.change({}, [], seconds);
    return this;
  }

  /** Everything so far becomes final. */
  finalise(number = this.tip.number): this {
    this.finalized = number;
    return this;
  }

  /** Links in a block of its own; the link's fields come from the chain unless given. */
  append(commandHash: Uint8Array, fields: Partial<Link> = {}): AuthenticLink {
    const { epoch, fleetEpoch, head, sequence } = this.state;
    const link: Link = {
      sequence: sequence + 1,
      commandHash,
      notAfter: this.now + 3600,
      epoch,
      fleetEpoch,
      operator: OPERATOR,
      class: 0,
      ...fields,
    };
    const made = { ...link, head: nextHead(crypto, head, link) };
    this.change({ sequence: link.sequence, head: made.head }, [made]);
    return made;
  }

  /** One more batch in a block of its own; tells the head before it and the batch. */
  batch(root: Uint8Array, fields: Partial<BatchLink> = {}): { previousHead: Uint8Array; link: BatchLink } {
    const { batchHead: previousHead, batchNonce, fleetEpoch } = this.state;
    const link: BatchLink = {
      nonce: batchNonce + 1,
      root,
      notAfter: this.now + 3600,
      fleetEpoch,
      operator: OPERATOR,
      class: 0,
      ...fields,
    };
    this.change({ batchNonce: batchNonce + 1, batchHead: nextBatchHead(crypto, previousHead, link) });
    return { previousHead, link };
  }

  bumpEpoch(change: Partial<State> = {}): this {
    const { epoch, sequence } = this.state;
    const head = epochHead(crypto, CHAIN_ID, DEVICE, epoch + 1, sequence);
    return this.change({ epoch: epoch + 1, head, ...change });
  }

  /** Another owner accepts the board, with a new epoch as every hand-over has. */
  handOver(owner: Uint8Array): this {
    return this.bumpEpoch({ owner });
  }

  /** Replaces the newest blocks by as many empty ones. */
  reorganise(depth: number): this {
    this.#blocks = this.#blocks.slice(0, this.#blocks.length - depth);
    this.#salt++;
    return this.mine(depth);
  }

  async facts(
    tag: BlockTag,
    slot?: FleetSlot,
    purpose: Purpose = 'command',
  ): Promise<Verdict<ProvenFacts, never, CommandCause>> {
    if (this.failure) return undetermined(this.failure, 'as told');
    if (tag === 'signed') return this.#signed(slot);
    const behind = purpose === 'command' ? 0 : this.behind;
    const facts = this.factsAt(
      tag === 'latest' ? (this.shown.latest ?? this.tip.number) : this.finalized - behind,
      tag,
      slot,
    );
    const level =
      tag === 'latest' ? Math.min(this.level, this.newestLevel) : (this.levels[purpose] ?? this.level);
    return accepted({ ...facts, head: { ...facts.head, level: level as Level } });
  }

  #signed(slot?: FleetSlot): Verdict<ProvenFacts, never, CommandCause> {
    this.askedSigned++;
    const { signed = this.tip.number } = this.shown;
    return signed === 'silent'
      ? undetermined('unreachable', 'no prover answers')
      : accepted(this.factsAt(signed, 'latest', slot));
  }

  factsAt(number: number, tag: Tag, slot?: FleetSlot): ProvenFacts {
    const { hash, state, timestamp } = this.#blocks[number];
    const { epoch, head, key, owner, sequence, status } = state;
    const expiry = new Uint8Array(32);
    if (slot) new DataView(expiry.buffer).setUint32(28, state.delegates[toHex(slot.key)] ?? 0);
    return {
      head: { hash, number, timestamp, level: this.level, finalized: tag === 'finalized', basis: 'model' },
      device: { key, status, sequence, epoch, head, owner, fleet: FLEET },
      fleet: { address: FLEET, paused: state.paused, epoch: state.fleetEpoch },
      word: (slot && this.#special(state)[slot.name]) ?? expiry,
      trail: [],
    };
  }

  #special(state: State): Record<string, Uint8Array> {
    return {
      [batchHeadSlot().name]: state.batchHead,
      [checkpointKeysSlot().name]: state.checkpointKeys,
    };
  }

  /** Every link up to a block, in order. */
  linksUntil(number: number): AuthenticLink[] {
    return this.#blocks.slice(0, number + 1).flatMap(block => block.links);
  }

  linkSources(from: number, to: number): LinkSource[] {
    const all = this.#blocks.slice(from, to + 1).flatMap(block => block.links);
    const honest = (links: readonly AuthenticLink[]) =>
      links.map(({ head: _, ...link }) => ({
        ...link,
        previousHead: links.find(other => other.sequence === link.sequence - 1)?.head,
      }));
    return [...this.liars, honest].map(tell => async (sequence, count) => {
      this.questions++;
      return tell(all.filter(link => link.sequence <= sequence && link.sequence >= sequence - count));
    });
  }

  #hash(number: number): Uint8Array {
    const hash = word(this.#salt);
    new DataView(hash.buffer).setUint32(0, number);
    return hash;
  }
}
