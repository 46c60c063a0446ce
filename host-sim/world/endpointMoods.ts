/**
 * Moods of endpoints in a world: trouble, in which they say nothing false, and lies. Each is a mutation of answers by
 * `attack/rpc`, or one of its own that waits by virtual time.
 */

import { cutConnection, hang, httpStatus, missingMethod, pruned } from '../attack/rpc/absence.js';
import { changeBlockHash, dropHeaderField, lagBehind } from '../attack/rpc/header.js';
import {
  anotherAccount,
  anotherHash,
  anotherSlot,
  flippedAccountProof,
  flippedHeader,
  flippedStorageProof,
  olderBlock,
} from '../attack/rpc/mutations.js';
import { answerNonsense, distort, kindsOfDistortion } from '../attack/rpc/nonsense.js';
import { changeStorageValue, emptyStorage, olderProof, shortenProof } from '../attack/rpc/proof.js';
import type { RpcMutation } from '../attack/rpc/proxy.js';
import type { Chance } from '../node/chance.js';
import { futureBlock, futureHeader, singleLeaf } from './endpointLies.js';
import type { VirtualTime } from './time.js';

/** An endpoint that cannot do better: it is slow, silent, limited, behind, or lacks what it is asked for. */
export const TROUBLES = [
  ...['slow', 'silent', 'limited', 'unavailable', 'pruned', 'unsupported', 'behind', 'cut'],
] as const;
export type Trouble = (typeof TROUBLES)[number];

/** An endpoint that says what is not so. */
export const LIES = [
  ...['header', 'accountProof', 'storageProof', 'slot', 'account', 'block', 'nonsense', 'distorted'],
  ...['hash', 'name', 'fewer', 'value', 'empty', 'short', 'older', 'future', 'futureBlock', 'approval'],
] as const;
export type Lie = (typeof LIES)[number];

/** Those whose believer would do what a rule sees. */
export const HARMFUL_LIES = ['future', 'futureBlock', 'approval'] as const satisfies readonly Lie[];

/** Milliseconds that a slow endpoint takes more for each answer; blocks that one is behind, or goes back to. */
const SLOW_MS = { least: 1000, most: 20_000 };
const BEHIND = { least: 2, most: 60 };
const CUT_BYTES_MAX = 40;
/** Of requests at an endpoint with a limit, one in so many is answered. */
const ANSWERED_ONE_IN = 2;
const PRUNED_CLIENTS = ['geth', 'reth', 'erigon', 'anvil'] as const;

export interface MoodWorld {
  time: VirtualTime;
  chance: Chance;
  /** The approval that nobody gave, of the Device of that address: 32 bytes as 0x…; undefined while there is none. */
  approvalFor(device: string): string | undefined;
}

/** The answers of an endpoint for as long as it is in that trouble. */
export function inTrouble(trouble: Trouble, { chance, time }: MoodWorld): RpcMutation {
  switch (trouble) {
    case 'slow':
      return async (_, upstream) => {
        await time.wait(chance.within(SLOW_MS));
        return upstream.answer();
      };
    case 'silent':
      return hang();
    case 'limited':
      return (call, upstream) =>
        chance.below(ANSWERED_ONE_IN) > 0 ? httpStatus(429)(call, upstream) : undefined;
    case 'unavailable':
      return httpStatus(503);
    case 'pruned':
      return pruned(chance.of(PRUNED_CLIENTS));
    case 'unsupported':
      return missingMethod();
    case 'behind':
      return lagBehind(chance.within(BEHIND));
    case 'cut':
      return cutConnection(chance.below(CUT_BYTES_MAX));
  }
}

/** The answers of an endpoint that is so many blocks behind. */
export const lagging = (blocks: number): RpcMutation => lagBehind(blocks);

/** The answers of an endpoint for as long as it tells that lie. */
export function lying(lie: Lie, { approvalFor, chance }: MoodWorld): RpcMutation {
  switch (lie) {
    case 'header':
      return flippedHeader;
    case 'accountProof':
      return flippedAccountProof;
    case 'storageProof':
      return flippedStorageProof;
    case 'slot':
      return anotherSlot;
    case 'account':
      return anotherAccount;
    case 'block':
      return olderBlock;
    case 'nonsense':
      return answerNonsense(chance.of(['notJson', 'html', 'empty', 'truncated', 'emptyObject', 'number']));
    case 'distorted':
      return distort(chance.of(kindsOfDistortion));
    case 'hash':
      return anotherHash;
    case 'name':
      return changeBlockHash();
    case 'fewer':
      return dropHeaderField();
    case 'value':
      return changeStorageValue();
    case 'empty':
      return emptyStorage();
    case 'short':
      return shortenProof(chance.of(['account', 'storage']), chance.of(['root', 'leaf']));
    case 'older':
      return olderProof(1 + chance.below(BEHIND.most));
    case 'future':
      return futureHeader();
    case 'futureBlock':
      return futureBlock();
    case 'approval':
      return singleLeaf(approvalFor);
  }
}
