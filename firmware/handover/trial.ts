/**
 * The trial of a trust configuration: the board proves its own Device by it, in memory alone, while it goes on under
 * the trust that it has. What a power cut ends is begun again.
 */

import { equal } from '../bytes/equal.js';
import { toHex } from '../bytes/hex.js';
import { accepted, undetermined, type Verdict } from '../bytes/verdict.js';
import type { CommandCause } from '../command/answer.js';
import { CommandChainReader } from '../command/commandChainReader.js';
import { provenPosition } from '../command/facts.js';
import { walkBack } from '../command/walk.js';
import type { Domain } from '../contract/typedData.js';
import type { Position } from '../ledger/records.js';
import type { Bls } from '../port/bls.js';
import type { Clock } from '../port/clock.js';
import type { Crypto } from '../port/crypto.js';
import type { Json } from '../port/json.js';
import type { Network } from '../port/socket.js';
import { JsonRpcEndpoint } from '../rpc/client.js';
import { ChainReader } from '../trust/chainReader.js';
import type { TrustConfiguration } from '../trust/configuration.js';
import { Floors } from '../trust/floors.js';
import { type KeptRecord, type OpenedTrust, openProvers, openTrust } from '../trust/open.js';
import type { Prover } from '../trust/prover.js';

/** The facts that a trial must prove. */
export interface TrialGoal {
  /** 20 bytes. */
  owner: Uint8Array;
  epoch: number;
  /** The link that a final head must contain, and a block before it; left out at the console. */
  link?: { position: Position; after: number };
}

/** The board, its ports, and the prover behind its broker. */
export interface TrialOptions {
  bls?: Bls;
  broker: Prover;
  /** 32 bytes: this boot's. */
  challenge: Uint8Array;
  clock: Clock;
  crypto: Crypto;
  domain: Domain;
  json?: Json;
  network: Network;
  log(line: string): void;
}

/** A record that a power cut forgets. */
function inMemory(): KeptRecord {
  let kept: Uint8Array | undefined;
  return {
    load: () => kept,
    save: record => {
      kept = record;
    },
  };
}

/** Proves by one configuration, from nothing known. */
export class Trial {
  readonly #options: TrialOptions;
  readonly #chain: CommandChainReader;
  readonly #endpoints: readonly JsonRpcEndpoint[];
  readonly #floors: Floors;
  readonly #trust: OpenedTrust;

  /** The configuration has been checked. */
  constructor(options: TrialOptions, configuration: TrustConfiguration) {
    const { broker, clock, crypto, domain, json, log, network } = options;
    const device = domain.verifyingContract;
    this.#options = options;
    this.#endpoints = configuration.endpoints.map(url => new JsonRpcEndpoint({ network, clock, json, url }));
    const said = (who: string, evidence: string) => log(`trial of another trust: ${who}: ${evidence}`);
    const provers = openProvers(options, configuration, broker);
    const reader = new ChainReader({
      crypto,
      provers,
      endpoints: this.#endpoints,
      onBadWitness: ({ result, source }) => said(source, result.evidence),
    });
    this.#floors = new Floors({ clock });
    this.#trust = openTrust({
      ...options,
      configuration,
      device,
      endpoints: this.#endpoints,
      floors: this.#floors,
      provers,
      reader,
      finality: inMemory(),
      checkpointKeys: inMemory(),
      onBadAnswer: (prover, code, evidence) => said(prover, `${code}, ${evidence}`),
    });
    const trust = this.#trust.levels.for('lifecycle');
    this.#chain = new CommandChainReader({
      crypto,
      device,
      endpoints: this.#endpoints,
      provers,
      reader,
      trust,
    });
  }

  /** One attempt: accepted once a final block at the level of `lifecycle` shows the goal. */
  async prove({ epoch, link, owner }: TrialGoal): Promise<Verdict<undefined, never, CommandCause>> {
    const read = await this.#chain.facts('finalized');
    if (read.verdict === 'undetermined') return read;
    const { device, head } = read.value;
    const admitted = this.#floors.admit(head, this.#trust.levels.policy('lifecycle'));
    if (admitted.verdict === 'undetermined') return admitted;
    const where = `under the new trust, block ${head.number}`;
    if (!equal(device.owner, owner) || device.epoch !== epoch) {
      const evidence = `${where} shows owner ${toHex(device.owner)} in epoch ${device.epoch}`;
      return undetermined('stale', evidence);
    }
    if (!link) return accepted(undefined);
    const { after, position } = link;
    if (device.sequence < position.sequence) {
      return undetermined('stale', `${where} is from before link ${position.sequence}`);
    }
    const { crypto, domain } = this.#options;
    const walk = await walkBack({
      crypto,
      chainId: domain.chainId,
      device: domain.verifyingContract,
      proven: provenPosition(read.value),
      known: position,
      settled: position,
      sources: this.#chain.linkSources(after, head.number),
      onLink: () => {},
    });
    return walk.verdict === 'accepted' ? accepted(undefined) : walk;
  }

  close(): void {
    this.#trust.close();
    for (const endpoint of this.#endpoints) endpoint.close();
  }
}
