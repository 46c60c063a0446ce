/** The facts of commands, read from the chain: Device{0, 1, 3} and Fleet{policy} at one block. */

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
import type { Purpose, Tag } from '../trust/level.js';
import { readLinked, wordsOf } from '../trust/linkedReading.js';
import { trailOf } from '../trust/trail.js';
import type { CommandCause } from './answer.js';
import type { CommandChain } from './commands.js';
import { eventLinks } from './eventLinks.js';
import type { ProvenFacts } from './facts.js';
import type { LinkSource } from './walk.js';

export interface ChainOptions {
  crypto: Crypto;
  /** Address of the board's Device. */
  device: Uint8Array;
  endpoints: readonly RpcEndpoint[];
  reader: ChainReader;
  trust: HeaderTrust;
  /** For other purposes than `command`; the same if left out. */
  trustFor?(purpose: Purpose): HeaderTrust;
}

export class ProvenCommandChain implements CommandChain {
  readonly #options: ChainOptions;
  /** The fleet as last proven. */
  #fleet: Uint8Array | undefined;

  constructor(options: ChainOptions) {
    this.#options = options;
  }

  async facts(
    tag: Tag,
    slot?: FleetSlot,
    purpose: Purpose = 'command',
  ): Promise<Verdict<ProvenFacts, never, CommandCause>> {
    // Begins on a stack of its own: see JsonRpcEndpoint.batch.
    await undefined;
    const { device, reader, trust, trustFor } = this.#options;
    const source = purpose === 'command' ? trust : (trustFor?.(purpose) ?? trust);
    const block = await source.head(tag);
    if (block.verdict === 'undetermined') return block;
    const fleetRequest = (address: Uint8Array): AccountRequest => ({
      address,
      codeHash: codeHash.fleet(),
      slots: fleetSlots(slot),
    });
    const reading = await readLinked(
      reader,
      block.value,
      { address: device, codeHash: codeHash.device(), slots: deviceSlots() },
      words => [fleetRequest(readDevice(words).fleet)],
      this.#fleet ? [fleetRequest(this.#fleet)] : [],
    );
    if (reading.verdict === 'undetermined') return reading;
    const [deviceAccount, fleetAccount] = reading.value.accounts;
    const fleetWords = wordsOf(fleetAccount);
    this.#fleet = fleetAccount.address;
    return accepted({
      head: reading.value.head,
      device: readDevice(wordsOf(deviceAccount)),
      fleet: readFleet(fleetAccount.address, fleetWords),
      word: fleetWords[1] ?? new Uint8Array(32),
      trail: trailOf(reading.value, [
        ['Device', ['key, status, sequence, epoch', 'head', 'fleet']],
        ['Fleet', ['policy', slot?.name ?? '']],
      ]),
    });
  }

  links(from: number, to: number): LinkSource[] {
    const { crypto, device, endpoints } = this.#options;
    return eventLinks({ crypto, device, endpoints, from, to });
  }
}
