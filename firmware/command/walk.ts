/**
 * Catch-up: from the proven head back to the known one. Each link is authenticated by the head above it, so it
 * may come from anywhere; what comes out is all there is, in order, none forged and none withheld.
 * Memory is bounded: of a long gap only its first piece is kept, and the rest is walked again afterwards.
 */

import { equal } from '../bytes/equal.js';
import { accepted, undetermined, type Verdict } from '../bytes/verdict.js';
import type { Position } from '../ledger/ledger.js';
import type { Crypto } from '../port/crypto.js';
import { epochHead, type Link, nextHead } from './link.js';

/** A link as some source claims it. */
export interface ClaimedLink extends Link {
  /** The head it was appended to, if the source knows; not needed where that is a head that the board knows. */
  previousHead?: Uint8Array;
}

/** A link that a proven head vouches for, with the head it made. */
export interface AuthenticLink extends Link {
  head: Uint8Array;
}

/** Links from `sequence` down, in any order; fewer or none when the source has no more. Never rejects. */
export type LinkSource = (sequence: number, count: number) => Promise<readonly ClaimedLink[]>;

export interface Walk {
  /** Where the links begin: the known position, a newer epoch's start, on a fork the settled position; `behind`: a
   * position that the board knows already, and no links. */
  from: Position;
  /** Why it begins there. */
  start: 'known' | 'epoch' | 'fork' | 'behind';
  /** In the order of sequence, at most `PIECE`. */
  links: AuthenticLink[];
}

/** Links kept of one walk. */
export const PIECE = 32;
/** Links asked for at once. */
const PAGE = 32;
/** Links walked at most; a device that fell behind further is for its owner to look at. */
const MAXIMUM_WALK = 4096;

export interface WalkOptions {
  crypto: Crypto;
  chainId: number;
  device: Uint8Array;
  proven: Position;
  known: Position;
  settled: Position;
  /** Asked one after the other until one has a link that fits. */
  sources: readonly LinkSource[];
  /** Sees every link as soon as it is authenticated, newest first, kept or not. */
  onLink(link: AuthenticLink): void;
}

export async function walkBack(options: WalkOptions): Promise<Verdict<Walk, never, 'withheld'>> {
  const { chainId, crypto, device, known, proven, settled } = options;
  const starts: readonly [Position, Walk['start']][] = [
    [known, 'known'],
    [settled, 'fork'],
  ];
  const finder = new LinkFinder(options);
  const kept: AuthenticLink[] = [];
  let { head, sequence } = proven;

  for (let walked = 0; walked <= MAXIMUM_WALK; walked++) {
    for (const [position, start] of starts) {
      const here = proven.epoch === position.epoch && sequence === position.sequence;
      if (here && equal(head, position.head))
        return accepted({ from: position, start, links: kept.reverse() });
    }
    if (
      proven.epoch > known.epoch &&
      equal(head, epochHead(crypto, chainId, device, proven.epoch, sequence))
    ) {
      const { epoch, level } = proven;
      const from = { epoch, sequence, head, block: known.block, level };
      return accepted({ from, start: 'epoch', links: kept.reverse() });
    }
    if (sequence <= settled.sequence && proven.epoch === settled.epoch) {
      return undetermined(
        'withheld',
        `the chain has another past before sequence ${sequence} than the one that was final`,
      );
    }

    const found = await finder.find(sequence, head);
    if (typeof found === 'string') return undetermined('withheld', found);
    options.onLink(found.link);
    kept.push(found.link);
    if (kept.length > PIECE) kept.shift();
    head = found.previousHead;
    sequence--;
  }
  return undetermined('withheld', `more than ${MAXIMUM_WALK} links behind`);
}

/** Finds the one link that makes a head, whoever has it. */
class LinkFinder {
  readonly #options: WalkOptions;
  #page: readonly ClaimedLink[] = [];
  /** The source that had the last link, and so is asked first for the next. */
  #turn = 0;

  constructor(options: WalkOptions) {
    this.#options = options;
  }

  /** The link, or in words why there is none. */
  async find(
    sequence: number,
    head: Uint8Array,
  ): Promise<{ link: AuthenticLink; previousHead: Uint8Array } | string> {
    const { sources } = this.#options;
    let claimed = this.#page.some(link => link.sequence === sequence);
    let found = this.#inPage(sequence, head);
    for (let asked = 0; !found && asked < sources.length; asked++) {
      if (asked > 0) this.#turn = (this.#turn + 1) % sources.length;
      this.#page = await sources[this.#turn](sequence, PAGE);
      claimed ||= this.#page.some(link => link.sequence === sequence);
      found = this.#inPage(sequence, head);
    }
    if (found) return found;
    return claimed
      ? `link ${sequence} as delivered does not make the proven head`
      : `nobody delivers link ${sequence}`;
  }

  #inPage(sequence: number, head: Uint8Array) {
    const { crypto, proven } = this.#options;
    for (const { previousHead: claimed, ...link } of this.#page) {
      if (link.sequence !== sequence || link.epoch !== proven.epoch) continue;
      for (const previousHead of [claimed, ...this.#knownHeads(sequence - 1)]) {
        if (previousHead && equal(nextHead(crypto, previousHead, link), head))
          return { link: { ...link, head }, previousHead };
      }
    }
    return undefined;
  }

  /** Heads at `sequence` that need nobody's word: the board's own, and where an epoch begins. */
  #knownHeads(sequence: number): Uint8Array[] {
    const { chainId, crypto, device, known, proven, settled } = this.#options;
    const heads = [known, settled]
      .filter(position => position.epoch === proven.epoch && position.sequence === sequence)
      .map(position => position.head);
    if (proven.epoch > known.epoch) heads.push(epochHead(crypto, chainId, device, proven.epoch, sequence));
    return heads;
  }
}
