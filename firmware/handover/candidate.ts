/**
 * A trust configuration that may take the place of the board's own: the rules for it, and its two records in flash,
 * which are written in the same instant as the order that sets it.
 */

import { concat } from '../bytes/concat.js';
import { encodeRecord, RecordReader } from '../bytes/record.js';
import { accepted, rejected, type Verdict } from '../bytes/verdict.js';
import { StoreKey } from '../ledger/keys.js';
import { encodeOwnership, type KeptOwnership, type Ownership, parseOwnership } from '../ledger/ownership.js';
import {
  CONFIGURATION_BYTES_MAX,
  parseConfiguration,
  type TrustConfiguration,
} from '../trust/configuration.js';
import type { Purpose } from '../trust/level.js';

/** A configuration as encoded, and the ownership that begins with it. */
export interface Candidate {
  configuration: Uint8Array;
  ownership: Ownership;
}

/** The board's trust and owner; what is adopted is durable on return, in one write. */
export interface TrustKeeper extends KeptOwnership {
  /** Empty before there is one. */
  readonly encodedConfiguration: Uint8Array;
  /** 32 bytes: the hash of that. */
  readonly configurationHash: Uint8Array;
  adoptTrust(configuration: Uint8Array, ownership: Ownership): void;
}

/** Purposes whose least level no later configuration may lower. */
const guarded: readonly Purpose[] = ['firmware', 'lifecycle'];

/** The verdict on untrusted bytes as the successor of a configuration. */
export function judgeCandidate(
  bytes: Uint8Array,
  present: TrustConfiguration,
): Verdict<TrustConfiguration, 'params', never> {
  const parsed = parseConfiguration(bytes);
  if (parsed.verdict === 'rejected') {
    return rejected('params', `the trust configuration is refused: ${parsed.evidence}`);
  }
  const { chainId, policies } = parsed.value;
  if (chainId !== present.chainId) {
    return rejected('params', `the configuration is for chain ${chainId}, the board for ${present.chainId}`);
  }
  for (const purpose of guarded) {
    const [next, least] = [policies[purpose].level, present.policies[purpose].level];
    if (next < least) {
      return rejected('params', `the configuration lowers the level of ${purpose} from ${least} to ${next}`);
    }
  }
  return accepted(parsed.value);
}

/** The bytes of a configuration that the first record holds: with codes and ownership, neither record is too long. */
const FIRST_BYTES = 512;

type Records = readonly (readonly [key: number, record: Uint8Array | undefined])[];

/** The records of a candidate; those of none erase what is stored. */
export function candidateRecords(candidate: Candidate | undefined): Records {
  if (!candidate) {
    return [
      [StoreKey.candidate, undefined],
      [StoreKey.candidateRest, undefined],
    ];
  }
  const { configuration, ownership } = candidate;
  const first = encodeRecord([encodeOwnership(ownership), configuration.slice(0, FIRST_BYTES)]);
  return [
    [StoreKey.candidate, first],
    [StoreKey.candidateRest, encodeRecord([configuration.slice(FIRST_BYTES)])],
  ];
}

/** The stored candidate; undefined when there is none. */
export function storedCandidate(read: (key: number) => Uint8Array | undefined): Candidate | undefined {
  const [first, rest] = [read(StoreKey.candidate), read(StoreKey.candidateRest)];
  if (!first || !rest) return undefined;
  const [head, tail] = [new RecordReader(first, 1024), new RecordReader(rest, 1024)];
  const ownership = parseOwnership(head.bytes(64));
  const begin = head.bytes(FIRST_BYTES);
  const end = tail.bytes(CONFIGURATION_BYTES_MAX - FIRST_BYTES);
  if (!ownership || !head.end() || !tail.end()) return undefined;
  return { configuration: concat(begin, end), ownership };
}
