/** The levels of header trust as a board's configuration names them, over its network and its store. */

import { undetermined } from '../bytes/verdict.js';
import type { Bls } from '../port/bls.js';
import type { Clock } from '../port/clock.js';
import type { Crypto } from '../port/crypto.js';
import type { Network } from '../port/socket.js';
import type { RpcEndpoint } from '../rpc/client.js';
import { onOneChain } from './ancestry.js';
import type { ChainReader, HeaderTrust } from './chainReader.js';
import { CheckpointTrust } from './checkpointTrust.js';
import type { TrustConfiguration } from './configuration.js';
import type { Floors } from './floors.js';
import { Level } from './level.js';
import { Levels } from './levels.js';
import { NewestBlock } from './newestBlock.js';
import { HttpProver, type Prover } from './prover.js';
import { QuorumTrust } from './quorum.js';
import { SyncCommitteeTrust } from './syncCommittee.js';

/** One record in flash. `save` is durable when it returns; undefined erases the record. */
export interface KeptRecord {
  load(): Uint8Array | undefined;
  save(record: Uint8Array | undefined): void;
}

/** All that header trust needs of a board. */
export interface OpenTrustOptions {
  /** Needed where the configuration names L4. */
  bls?: Bls;
  /** 32 random bytes, of this boot. */
  challenge: Uint8Array;
  clock: Clock;
  configuration: TrustConfiguration;
  crypto: Crypto;
  /** Address of the board's Device, 20 bytes. */
  device: Uint8Array;
  endpoints: readonly RpcEndpoint[];
  floors: Floors;
  /** Closed with the trust. */
  provers: readonly Prover[];
  reader: ChainReader;
  /** The record of sync committees and what is final by them (finalityRecord.ts). */
  finality: KeptRecord;
  /** The record of the checkpoint signers, as far as the board followed them (checkpointTrust.ts). */
  checkpointKeys: KeptRecord;
  log(line: string): void;
  /** Told of every bad answer: the prover's name, a code, and the evidence in words. */
  onBadAnswer(prover: string, code: string, evidence: string): void;
}

/** Header trust as a board uses it. */
export interface OpenedTrust {
  levels: Levels;
  /** The header trust that speaks for the chain before the board is registered. */
  first: HeaderTrust;
  /** Missing where the configuration names no checkpoint keys. */
  checkpoints?: CheckpointTrust;
  /** Missing where the configuration names no beacon chain, or the board has no BLS. */
  light?: SyncCommitteeTrust;
  /** Goes on along finality: a board that has nothing to do must not sleep past the weak-subjectivity period. */
  follow(): Promise<void>;
  /** True when `follow` was not called for a while. */
  readonly due: boolean;
  /** Ends the connections to provers. */
  close(): void;
}

/** Finality itself goes on every 6.4 minutes. */
const FOLLOW_INTERVAL_MILLISECONDS = 300_000;

/** The provers of a configuration, and the one behind the board's broker, which is asked when those do not answer. */
export const openProvers = (
  { clock, network }: { clock: Clock; network: Network },
  configuration: TrustConfiguration,
  broker: Prover,
): Prover[] => [...(configuration.provers ?? []).map(url => new HttpProver({ network, clock, url })), broker];

/** Opens the levels that a configuration names. Throws a RangeError where `checkConfiguration` would refuse. */
export function openTrust(options: OpenTrustOptions): OpenedTrust {
  const { clock, configuration, endpoints, floors, log, provers } = options;
  const { chainId, policies } = configuration;
  const quorum =
    endpoints.length > 0
      ? new QuorumTrust({ endpoints, quorum: configuration.quorum, chainId, clock })
      : undefined;
  const checkpoints = openCheckpoints(options);
  const light = openLight(options, checkpoints);
  const levels = new Levels({
    floors,
    policies,
    quorum,
    newest: openNewest(options, light),
    checkpoints,
    light,
    onStandIn: (purpose, cause) =>
      log(cause ? `L3 stands in for L4 (${cause}): ${purpose}` : `L4 speaks again: ${purpose}`),
  });
  let next = 0;
  let spoke = false;
  return {
    levels,
    first: quorum ?? levels.for('lifecycle'),
    checkpoints,
    light,
    get due() {
      return light !== undefined && clock.monotonic() >= next;
    },
    async follow() {
      next = clock.monotonic() + FOLLOW_INTERVAL_MILLISECONDS;
      const head = await light?.head();
      if (head?.verdict === 'undetermined') log(`L4: ${head.cause} (${head.evidence})`);
      else if (head && !spoke) log(`L4: block ${head.value.number} is final (${head.value.basis})`);
      spoke ||= head?.verdict === 'accepted';
    },
    close: () => {
      for (const prover of provers) prover.close();
    },
  };
}

/** L2, where the configuration names its keys. */
function openCheckpoints(options: OpenTrustOptions): CheckpointTrust | undefined {
  const { challenge, checkpointKeys, configuration, crypto, device, onBadAnswer, provers, reader } = options;
  if (!configuration.checkpoints) return undefined;
  return new CheckpointTrust({
    crypto,
    chainId: configuration.chainId,
    device,
    configuration: configuration.checkpoints,
    challenge,
    provers,
    reader,
    load: () => checkpointKeys.load(),
    save: record => checkpointKeys.save(record),
    onBadAnswer,
  });
}

/** L4, where the configuration names its chain and the board has BLS; L2 confirms it after a long sleep. */
function openLight(
  { bls, clock, configuration, crypto, finality, log, onBadAnswer, provers, reader }: OpenTrustOptions,
  checkpoints: CheckpointTrust | undefined,
): SyncCommitteeTrust | undefined {
  const { light } = configuration;
  if (!light || !bls) return undefined;
  return new SyncCommitteeTrust({
    context: { chain: light.chain, crypto, bls },
    configuration: light,
    provers,
    clock,
    confirmation: {
      onOneChain: (a, b) => onOneChain(reader, a, b),
      checkpoint: async () => {
        const head = await checkpoints?.head();
        if (!head) return undetermined('level', 'no checkpoint keys are configured');
        if (head.verdict === 'accepted' && !head.value.fresh)
          return undetermined('not_now', 'the checkpoint does not answer the challenge of this boot');
        return head;
      },
    },
    load: () => finality.load(),
    save: record => finality.save(record),
    onBadAnswer,
    onProgress: log,
  });
}

/** The newest block by the sync committee, where L4 speaks. */
function openNewest(
  { bls, configuration, crypto, floors, onBadAnswer, provers }: OpenTrustOptions,
  light: SyncCommitteeTrust | undefined,
): NewestBlock | undefined {
  if (!light || !bls || !configuration.light) return undefined;
  return new NewestBlock({
    context: { chain: configuration.light.chain, crypto, bls },
    light,
    now: () => floors.now(Level.syncCommittee),
    onBadAnswer,
    provers,
    reached: timestamp => floors.reached(Level.syncCommittee, timestamp),
  });
}
