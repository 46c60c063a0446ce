/** The chain as commands ask it, read through provers and endpoints, and proven at trusted blocks. */

import { accepted, type Verdict } from '../bytes/verdict.js';
import {
  codeHash,
  deviceSlots,
  type FleetSlot,
  fleetSlots,
  readDevice,
  readFleet,
} from '../contract/facts.js';
import type { Crypto } from '../port/crypto.js';
import type { AccountRequest } from '../proof/witness.js';
import type { RpcEndpoint } from '../rpc/client.js';
import type { ChainReader, HeaderTrust } from '../trust/chainReader.js';
import type { BlockTag, Purpose, TrustedBlock } from '../trust/level.js';
import { type LinkedReading, readLinked, wordsOf } from '../trust/linkedReading.js';
import { inOrder, type Prover } from '../trust/prover.js';
import { trailOf } from '../trust/trail.js';
import type { CommandCause } from './answer.js';
import { eventLinks } from './eventLinks.js';
import type { CommandChain, ProvenFacts } from './facts.js';
import { proverLinks } from './proverLinks.js';
import type { LinkSource } from './walk.js';

/** The sources and the header trust that facts are read with. */
export interface CommandChainReaderOptions {
  crypto: Crypto;
  /** 20 bytes: the address of the board's Device. */
  device: Uint8Array;
  endpoints: readonly RpcEndpoint[];
  /** Asked for links before the endpoints, those of the last resort after them. */
  provers?: readonly Prover[];
  reader: ChainReader;
  /** The header trust of the purpose `command`. */
  trust: HeaderTrust;
  /** The header trust of another purpose; that of `command` if left out. */
  trustFor?(purpose: Purpose): HeaderTrust;
}

/** Proves the facts of commands and tells where to ask for links. */
export class CommandChainReader implements CommandChain {
  readonly #options: CommandChainReaderOptions;
  /** 20 bytes: the address of the fleet that was last proven, which spares a second question. */
  #fleet: Uint8Array | undefined = undefined;

  constructor(options: CommandChainReaderOptions) {
    this.#options = options;
  }

  async facts(
    tag: BlockTag,
    slot?: FleetSlot,
    purpose: Purpose = 'command',
  ): Promise<Verdict<ProvenFacts, never, CommandCause>> {
    // Begins on a stack of its own: see rpc/client.ts. What it names is alive while it waits: it names little.
    await undefined;
    const block = await this.#trustFor(purpose).head(tag);
    if (block.verdict === 'undetermined') return block;
    const reading = await this.#read(block.value, slot);
    return reading.verdict === 'undetermined' ? reading : accepted(this.#proven(reading.value, slot));
  }

  #trustFor(purpose: Purpose): HeaderTrust {
    const { trust, trustFor } = this.#options;
    return purpose === 'command' ? trust : (trustFor?.(purpose) ?? trust);
  }

  #read(block: TrustedBlock, slot: FleetSlot | undefined) {
    const { device, reader } = this.#options;
    const fleetRequest = (address: Uint8Array): AccountRequest => ({
      address,
      codeHash: codeHash.fleet(),
      slots: fleetSlots(slot),
    });
    return readLinked(
      reader,
      block,
      { address: device, codeHash: codeHash.device(), slots: deviceSlots() },
      words => [fleetRequest(readDevice(words).fleet)],
      this.#fleet ? [fleetRequest(this.#fleet)] : [],
    );
  }

  #proven(reading: LinkedReading, slot: FleetSlot | undefined): ProvenFacts {
    const [deviceAccount, fleetAccount] = reading.accounts;
    const fleetWords = wordsOf(fleetAccount);
    this.#fleet = fleetAccount.address;
    return {
      head: reading.head,
      device: readDevice(wordsOf(deviceAccount)),
      fleet: readFleet(fleetAccount.address, fleetWords),
      word: fleetWords[1] ?? new Uint8Array(32),
      trail: trailOf(reading, [
        ['Device', ['key, status, sequence, epoch', 'head', 'owner', 'fleet']],
        ['Fleet', ['policy', slot?.name ?? '']],
      ]),
    };
  }

  linkSources(from: number, to: number): LinkSource[] {
    const { crypto, device, endpoints, provers = [] } = this.#options;
    const ofProvers = (isLast: boolean) =>
      inOrder(provers)
        .filter(prover => (prover.lastResort ?? false) === isLast)
        .map(prover => proverLinks(prover, device, from, to));
    return [...ofProvers(false), ...eventLinks({ crypto, device, endpoints, from, to }), ...ofProvers(true)];
  }
}
