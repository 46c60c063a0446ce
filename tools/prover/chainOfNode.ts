/** A beacon chain's data from what a node says of it: `/eth/v1/beacon/genesis` and `/eth/v1/config/spec`. */
import {
  type BeaconChain,
  denebLayout,
  electraLayout,
  type Fork,
  type ForkLayout,
  fuluLayout,
  gloasLayout,
} from '../../firmware/beacon/chain.js';
import { checkChain } from '../../firmware/beacon/chainWire.js';
import { fromHex } from '../../firmware/bytes/hex.js';
import { UpstreamProblem } from './upstream.js';

const layouts: Readonly<Record<string, ForkLayout>> = {
  DENEB: denebLayout,
  ELECTRA: electraLayout,
  FULU: fuluLayout,
  GLOAS: gloasLayout,
};

/** Before Deneb boards know nothing. */
const tooOld = ['GENESIS', 'ALTAIR', 'BELLATRIX', 'CAPELLA'];

/** FAR_FUTURE_EPOCH: not yet decided. */
const undecided = 2n ** 64n - 1n;

/** @throws UpstreamProblem */
export function chainOfNode(genesis: unknown, spec: unknown): BeaconChain {
  const { data: start } = genesis as { data: Record<string, unknown> };
  const { data: config } = spec as { data: Record<string, unknown> };
  const validators = fromHex(start?.genesis_validators_root, 32);
  if (!validators || typeof config !== 'object' || config === null)
    throw new UpstreamProblem('malformed', 'no genesis, or no specification');
  const number = (value: unknown): number => {
    if (typeof value === 'string' && /^[0-9]{1,15}$/.test(value)) return Number(value);
    throw new UpstreamProblem('malformed', 'a number of the specification is not a number');
  };
  const chain = checkChain({
    genesisValidatorsRoot: validators,
    genesisTime: number(start.genesis_time),
    secondsPerSlot: secondsPerSlot(config, number),
    slotsPerEpoch: number(config.SLOTS_PER_EPOCH),
    epochsPerPeriod: number(config.EPOCHS_PER_SYNC_COMMITTEE_PERIOD),
    committeeSize: number(config.SYNC_COMMITTEE_SIZE),
    forks: forksOf(config),
  });
  if (chain.verdict === 'rejected') throw new UpstreamProblem('malformed', chain.evidence);
  return chain.value;
}

/** Newer nodes may tell milliseconds alone; a part of a second is nothing that boards know. */
function secondsPerSlot(config: Record<string, unknown>, number: (value: unknown) => number): number {
  const { SECONDS_PER_SLOT: seconds, SLOT_DURATION_MS: milliseconds } = config;
  return seconds === undefined ? number(milliseconds) / 1000 : number(seconds);
}

/** Decided forks by epoch; of several in one epoch only the last ever rules. */
function forksOf(config: Record<string, unknown>): Fork[] {
  const byEpoch = new Map<number, Fork>();
  for (const name of orderedNames(config)) {
    const epoch = config[`${name}_FORK_EPOCH`];
    const version = fromHex(config[`${name}_FORK_VERSION`], 4);
    if (typeof epoch !== 'string' || !/^[0-9]{1,20}$/.test(epoch) || !version) continue;
    if (BigInt(epoch) >= undecided || tooOld.includes(name)) continue;
    byEpoch.set(Number(epoch), { epoch: Number(epoch), version, layout: layouts[name] });
  }
  const forks = [...byEpoch.values()].sort((a, b) => a.epoch - b.epoch);
  // The layout after an unknown fork is unknown as well.
  const unknown = forks.findIndex(({ layout }) => !layout);
  return unknown < 0 ? forks : forks.slice(0, unknown + 1);
}

/** Known forks first and in their order, so that unknown ones of the same epoch come after them. */
function orderedNames(config: Record<string, unknown>): string[] {
  const named = Object.keys(config).flatMap(key => /^([A-Z0-9]{1,32})_FORK_EPOCH$/.exec(key)?.[1] ?? []);
  const known = Object.keys(layouts);
  return [...known.filter(name => named.includes(name)), ...named.filter(name => !known.includes(name))];
}
