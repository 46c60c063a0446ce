/**
 * The walk from the proven head back to a known one. Each link is authenticated by the head above it, so it may come
 * from anywhere, and the walk yields all links in order: none forged, none withheld. Memory is bounded: of a long gap
 * only the oldest links are kept, and the rest is walked again once those are consumed.
 */

import { equal } from '../bytes/equal.js';
import { accepted, undetermined, type Verdict } from '../bytes/verdict.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Position } from '../ledger/records.js';
import type { Crypto } from '../port/crypto.js';
import { epochHead, type Link, nextHead } from './link.js';

/** A link as some source claims it. */
export interface ClaimedLink extends Link {
  /** The head that the link was appended to, if the source tells it. Not needed where the board knows that head. */
  previousHead?: Uint8Array;
}

/** A link that a proven head vouches for, with the head it made. */
export interface AuthenticLink extends Link {
  head: Uint8Array;
}

/** Asks for `count` links from `sequence` down. The answer may be in any order, short or empty; it never rejects. */
export type LinkSource = (sequence: number, count: number) => Promise<readonly ClaimedLink[]>;

/** The outcome of a walk. */
export interface Walk {
  /** The position that the links follow. */
  from: Position;
  /**
   * The kind of `from`: the `known` position, the beginning of a newer `epoch`, the settled position after a `fork`, or
   * a position `behind` the known one, which the board has consumed already and which has no links to consume.
   */
  start: 'known' | 'epoch' | 'fork' | 'behind';
  /** In the order of their sequence, `KEPT_LINKS_MAX` at most. */
  links: AuthenticLink[];
}

/** The greatest number of links that one walk keeps. */
export const KEPT_LINKS_MAX = 32;
/** The greatest number of links that one question asks for: while it is read, each takes a multiple of what is kept. */
export const LINKS_PER_QUESTION_MAX = 8;
/** The greatest number of links that one walk follows; a board that is further behind needs its owner. */
const WALKED_LINKS_MAX = 4096;

/** Both ends of a walk, and the sources of the links between. */
export interface WalkOptions {
  crypto: Crypto;
  chainId: number;
  /** 20 bytes: the address of the board's Device. */
  device: Uint8Array;
  /** The position that the walk begins at. */
  proven: Position;
  /** The position that the board has consumed up to. */
  known: Position;
  /** The last consumed position that a final head confirmed; a fork cannot reach behind it. */
  settled: Position;
  /** Asked one after the other until one has a link that fits. */
  sources: readonly LinkSource[];
  /** Told of every link as soon as it is authenticated, newest first, whether it is kept or not. */
  onLink(link: AuthenticLink): void;
}

/**
 * Walks back from the proven head. `withheld` when a link is missing, when no delivered link makes the head, when the
 * chain contradicts the settled position, or when the way is longer than 4,096 links.
 */
export async function walkBack(options: WalkOptions): Promise<Verdict<Walk, never, 'withheld'>> {
  const { chainId, crypto, device, known, proven, settled } = options;
  const starts: readonly [Position, Walk['start']][] = [
    [known, 'known'],
    [settled, 'fork'],
  ];
  const finder = new LinkFinder(options);
  const kept: AuthenticLink[] = [];
  let { head, sequence } = proven;

  for (let walked = 0; walked <= WALKED_LINKS_MAX; walked++) {
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
      const from = { epoch, sequence, head, block: settled.block, level };
      return accepted({ from, start: 'epoch', links: kept.reverse() });
    }
    if (sequence <= settled.sequence && proven.epoch === settled.epoch) {
      return undetermined(
        'withheld',
        `the chain contradicts the head at sequence ${settled.sequence} that was final before`,
      );
    }

    const found = await finder.find(sequence, head);
    if (typeof found === 'string') return undetermined('withheld', found);
    options.onLink(found.link);
    kept.push(found.link);
    if (kept.length > KEPT_LINKS_MAX) kept.shift();
    head = found.previousHead;
    sequence--;
  }
  return undetermined('withheld', `the board is more than ${WALKED_LINKS_MAX} links behind`);
}

/**
 * True when the board has consumed the proven head already: the head of its position, of the settled one, or of an
 * envelope that ran. False for a head that takes back what ran, and for any that the board does not know.
 */
export function isConsumed({ position, ran, settled }: Ledger, proven: Position): boolean {
  if (proven.epoch !== position.epoch || proven.sequence > position.sequence) return false;
  const known = [position, settled, ...ran].find(({ sequence }) => sequence === proven.sequence)?.head;
  if (!known || !equal(known, proven.head)) return false;
  // A head that lacks what ran has taken it back, unless its block is merely older.
  return proven.sequence === position.sequence || proven.block < position.block;
}

/** Finds the one link that makes a head, in whichever source has it. */
class LinkFinder {
  readonly #options: WalkOptions;
  #page: readonly ClaimedLink[] = [];
  /** Index of the source that had the last link; it is asked first for the next one. */
  #turn = 0;

  constructor(options: WalkOptions) {
    this.#options = options;
  }

  /** The link with the head before it, or the reason why it was not found, in words. */
  async find(
    sequence: number,
    head: Uint8Array,
  ): Promise<{ link: AuthenticLink; previousHead: Uint8Array } | string> {
    const { sources } = this.#options;
    let claimed = this.#page.some(link => link.sequence === sequence);
    let found = this.#inPage(sequence, head);
    for (let asked = 0; !found && asked < sources.length; asked++) {
      if (asked > 0) this.#turn = (this.#turn + 1) % sources.length;
      this.#page = await sources[this.#turn](sequence, this.#missing(sequence));
      claimed ||= this.#page.some(link => link.sequence === sequence);
      found = this.#inPage(sequence, head);
    }
    if (found) return found;
    return claimed
      ? `link ${sequence}, as it is told, does not make the proven head`
      : `nobody tells link ${sequence}`;
  }

  /** The count of links from `sequence` down to a position that the board knows, as far as one question goes. */
  #missing(sequence: number): number {
    const { known, proven, settled } = this.#options;
    const gaps = [known, settled]
      .filter(({ epoch }) => epoch === proven.epoch)
      .map(to => sequence - to.sequence);
    return Math.min(LINKS_PER_QUESTION_MAX, ...gaps.filter(gap => gap > 0));
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

  /** Heads at `sequence` that the board knows without a source: its own, and the one that a newer epoch begins with. */
  #knownHeads(sequence: number): Uint8Array[] {
    const { chainId, crypto, device, known, proven, settled } = this.#options;
    const heads = [known, settled]
      .filter(position => position.epoch === proven.epoch && position.sequence === sequence)
      .map(position => position.head);
    if (proven.epoch > known.epoch) heads.push(epochHead(crypto, chainId, device, proven.epoch, sequence));
    return heads;
  }
}
