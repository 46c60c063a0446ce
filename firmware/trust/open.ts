/** The levels of header trust as a board's configuration names them, over its network and its store. */

import { undetermined } from '../bytes/verdict.js';
import type { Bls } from '../port/bls.js';
import type { Clock } from '../port/clock.js';
import type { Crypto } from '../port/crypto.js';
import type { Network } from '../port/socket.js';
import type { RpcEndpoint } from '../rpc/client.js';
import { onOneChain } from './ancestry.js';
import type { ChainReader } from './chainReader.js';
import { CheckpointTrust } from './checkpointTrust.js';
import type { TrustConfiguration } from './configuration.js';
import type { Floors } from './floors.js';
import { Levels } from './levels.js';
import { HttpProver, type Prover } from './prover.js';
import { QuorumTrust } from './quorum.js';
import { SyncCommitteeTrust } from './syncCommittee.js';

/** One record in flash. `save` is durable when it returns; undefined erases the record. */
export interface KeptRecord {
  load(): Uint8Array | undefined;
  save(record: Uint8Array | undefined): void;
}

export interface OpenTrustOptions {
  /** Needed where the configuration names L4. */
  bls?: Bls;
  /** Random, of this boot. */
  challenge: Uint8Array;
  clock: Clock;
  configuration: TrustConfiguration;
  crypto: Crypto;
  /** Address of the board's Device. */
  device: Uint8Array;
  endpoints: readonly RpcEndpoint[];
  floors: Floors;
  network: Network;
  /** By broker, asked when those of the configuration do not answer. */
  broker: Prover;
  reader: ChainReader;
  /** Sync committees and what is final by them, as kept in flash. */
  finality: KeptRecord;
  /** The signers of checkpoints as far as the board followed them, as kept in flash. */
  checkpointKeys: KeptRecord;
  log(line: string): void;
  onBadAnswer(prover: string, code: string, evidence: string): void;
}

export interface OpenedTrust {
  levels: Levels;
  quorum: QuorumTrust;
  checkpoints?: CheckpointTrust;
  light?: SyncCommitteeTrust;
  /** Goes on along finality if that was not done for a while, so that a board that has nothing to do sleeps through nothing. */
  follow(): Promise<void>;
  /** Whether it is time to. */
  readonly due: boolean;
  close(): void;
}

/** Milliseconds; finality itself goes on every 6.4 minutes. */
const FOLLOW_INTERVAL_MILLISECONDS = 300_000;

/** Throws a RangeError on a configuration that `checkConfiguration` would refuse. */
export function openTrust(options: OpenTrustOptions): OpenedTrust {
  const { bls, clock, configuration, crypto, endpoints, floors, log, network, onBadAnswer, reader } = options;
  const { chainId, policies, quorum: count } = configuration;
  const quorum = new QuorumTrust({ endpoints, quorum: count, chainId });
  const provers = [
    ...(configuration.provers ?? []).map(url => new HttpProver({ network, clock, url })),
    options.broker,
  ];
  const checkpoints = configuration.checkpoints
    ? new CheckpointTrust({
        crypto,
        chainId,
        device: options.device,
        configuration: configuration.checkpoints,
        challenge: options.challenge,
        provers,
        reader,
        load: () => options.checkpointKeys.load(),
        save: record => options.checkpointKeys.save(record),
        onBadAnswer,
      })
    : undefined;
  const light =
    configuration.light && bls
      ? new SyncCommitteeTrust({
          context: { chain: configuration.light.chain, crypto, bls },
          configuration: configuration.light,
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
          load: () => options.finality.load(),
          save: record => options.finality.save(record),
          onBadAnswer,
          onProgress: log,
        })
      : undefined;
  let next = 0;
  let spoke = false;
  const levels = new Levels({
    floors,
    policies,
    quorum,
    checkpoints,
    light,
    onStandIn: (purpose, cause) =>
      log(cause ? `L3 stands in for L4 (${cause}): ${purpose}` : `L4 speaks again: ${purpose}`),
  });
  return {
    levels,
    quorum,
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
