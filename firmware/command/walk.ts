/**
 * Catch-up: from the proven head back to the known one. Each link is authenticated by the head above it, so it
 * may come from anywhere; what comes out is all there is, in order, none forged and none withheld.
 * Memory is bounded: of a long gap only its first piece is kept, and the rest is walked again afterwards.
 */

import { equal } from '../bytes/equal.js';
import type { Position } from '../ledger/ledger.js';
import type { Crypto } from '../port/crypto.js';
import { accepted, undetermined, type Verdict } from '../proof/verdict.js';
import { epochHead, type Link, nextHead } from './link.js';

/** A link as some source claims it, with the head it was appended to. */
export interface ClaimedLink extends Link {
  previousHead: Uint8Array;
}

/** A link that a proven head vouches for, with the head it made. */
export interface AuthenticLink extends Link {
  head: Uint8Array;
}

/** Links by sequence, newest first, from `sequence` down; fewer or none when the source has no more. */
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

export async function walkBack(options: {
  crypto: Crypto;
  chainId: number;
  device: Uint8Array;
  proven: Position;
  known: Position;
  settled: Position;
  source: LinkSource;
  /** Sees every link as soon as it is authenticated, newest first, kept or not. */
  onLink(link: AuthenticLink): void;
}): Promise<Verdict<Walk, never, 'withheld'>> {
  const { chainId, crypto, device, known, proven, settled, source } = options;
  const starts: readonly [Position, Walk['start']][] = [
    [known, 'known'],
    [settled, 'fork'],
  ];
  const kept: AuthenticLink[] = [];
  let page: readonly ClaimedLink[] = [];
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
      const from = { epoch: proven.epoch, sequence, head, block: known.block };
      return accepted({ from, start: 'epoch', links: kept.reverse() });
    }
    if (sequence <= settled.sequence && proven.epoch === settled.epoch) {
      return undetermined(
        'withheld',
        `the chain has another past before sequence ${sequence} than the one that was final`,
      );
    }

    let link = page.find(candidate => candidate.sequence === sequence);
    if (!link) {
      page = await source(sequence, PAGE);
      link = page.find(candidate => candidate.sequence === sequence);
    }
    if (!link) return undetermined('withheld', `nobody delivers link ${sequence}`);
    if (link.epoch !== proven.epoch || !equal(nextHead(crypto, link.previousHead, link), head)) {
      return undetermined('withheld', `link ${sequence} as delivered does not make the proven head`);
    }
    const authentic = { ...link, head };
    options.onLink(authentic);
    kept.push(authentic);
    if (kept.length > PIECE) kept.shift();
    head = link.previousHead;
    sequence--;
  }
  return undetermined('withheld', `more than ${MAXIMUM_WALK} links behind`);
}
