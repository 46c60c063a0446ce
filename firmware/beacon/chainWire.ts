/**
 * A chain's data as bytes, so that they can be configured, hashed, and anchored on chain ahead of a fork. They are
 * checked when read: the rest of this room takes a `BeaconChain` as sound.
 */

import { equal } from '../bytes/equal.js';
import { encodeRecord, RecordReader } from '../bytes/record.js';
import { accepted, rejected, type Verdict } from '../bytes/verdict.js';
import type { BeaconChain, Fork, ForkLayout } from './chain.js';

/** Bytes of an encoded chain. */
export const CHAIN_BYTES_MAX = 1024;
const FORKS_MAX = 16;
/** A generalized index 23 levels below the root: no state or body is deeper. */
const GENERALIZED_INDEX_MAX = 2 ** 24 - 1;

/** The record of a chain, at most CHAIN_BYTES_MAX for one that `checkChain` accepts. */
export const encodeChain = (chain: BeaconChain): Uint8Array =>
  encodeRecord([
    chain.genesisValidatorsRoot,
    chain.genesisTime,
    chain.secondsPerSlot,
    chain.slotsPerEpoch,
    chain.epochsPerPeriod,
    chain.committeeSize,
    chain.forks.map(({ epoch, version, layout }) => [
      epoch,
      version,
      ...(layout
        ? [layout.finalizedRoot, layout.currentCommittee, layout.nextCommittee, layout.executionHash]
        : []),
    ]),
  ]);

/** Reads and checks what `encodeChain` gave. Untrusted bytes of any length. */
export function parseChain(bytes: Uint8Array): Verdict<BeaconChain, 'malformed', never> {
  const reader = new RecordReader(bytes, CHAIN_BYTES_MAX);
  const chain = {
    genesisValidatorsRoot: reader.fixed(32),
    genesisTime: reader.number(),
    secondsPerSlot: reader.number(3600),
    slotsPerEpoch: reader.number(1024),
    epochsPerPeriod: reader.number(65_536),
    committeeSize: reader.number(512),
  };
  const forks: Fork[] = [];
  let whole = true;
  for (const list = reader.list(); list.more; ) {
    const item = list.list();
    forks.push(readFork(item));
    whole = whole && item.end();
  }
  if (!whole || !reader.end()) return rejected('malformed', 'no beacon chain');
  return checkChain({ ...chain, forks });
}

function readFork(reader: RecordReader): Fork {
  const epoch = reader.number();
  const version = reader.fixed(4);
  if (!reader.more) return { epoch, version };
  const layout: ForkLayout = {
    finalizedRoot: reader.number(GENERALIZED_INDEX_MAX),
    currentCommittee: reader.number(GENERALIZED_INDEX_MAX),
    nextCommittee: reader.number(GENERALIZED_INDEX_MAX),
    executionHash: reader.number(GENERALIZED_INDEX_MAX),
  };
  return { epoch, version, layout };
}

/** The rules that every chain must keep, wherever its data come from. */
export function checkChain(chain: BeaconChain): Verdict<BeaconChain, 'malformed', never> {
  const { committeeSize, forks } = chain;
  if (chain.secondsPerSlot < 1 || chain.slotsPerEpoch < 1 || chain.epochsPerPeriod < 1) {
    return rejected('malformed', 'time: a slot, an epoch and a period last at least 1');
  }
  if (committeeSize < 8 || committeeSize > 512 || (committeeSize & (committeeSize - 1)) !== 0) {
    return rejected('malformed', `committee: ${committeeSize} is not a power of two from 8 to 512`);
  }
  if (forks.length < 1 || forks.length > FORKS_MAX) return rejected('malformed', `${forks.length} forks`);
  for (let i = 0; i < forks.length; i++) {
    const { epoch, layout, version } = forks[i];
    const before = forks.slice(0, i);
    if (before.some(other => other.epoch >= epoch)) return rejected('malformed', `fork ${i}: out of order`);
    if (before.some(other => equal(other.version, version))) {
      return rejected('malformed', `fork ${i}: a version that another has`);
    }
    if (!layout) {
      if (i === 0) return rejected('malformed', 'no fork whose rules are known');
      continue;
    }
    if (before.some(other => !other.layout))
      return rejected('malformed', `fork ${i}: follows an unknown one`);
    const indices = [
      layout.finalizedRoot,
      layout.currentCommittee,
      layout.nextCommittee,
      layout.executionHash,
    ];
    if (!indices.every(index => index >= 2 && index <= GENERALIZED_INDEX_MAX)) {
      return rejected('malformed', `fork ${i}: an index outside the tree`);
    }
  }
  return accepted(chain);
}
