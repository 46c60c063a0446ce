/** The chain as updates ask it, read through the endpoints and proven at trusted blocks. */

import { accepted, type TrustCause, type Verdict } from '../bytes/verdict.js';
import {
  type ChannelFacts,
  channelSlots,
  codeHash,
  deviceUpdateSlots,
  fleetSlots,
  readChannel,
  readDeviceUpdate,
  readFleet,
} from '../contract/facts.js';
import type { Crypto } from '../port/crypto.js';
import type { ChainReader, HeaderTrust } from '../trust/chainReader.js';
import type { BlockTag } from '../trust/level.js';
import { readLinked, wordsOf } from '../trust/linkedReading.js';
import { trailOf } from '../trust/trail.js';
import type { ProvenUpdateFacts, UpdateChain } from './facts.js';

/** A line of releases, as the chain has it: the slots of the Device that it takes, and their names. */
export interface UpdateLine {
  slots(): Uint8Array[];
  names: readonly string[];
  /** The facts in place of those of a channel where the Device names none; a line that always has one has none. */
  absent?(channel: Uint8Array): ChannelFacts | undefined;
}

const ofImages: UpdateLine = {
  slots: deviceUpdateSlots,
  names: ['key, status', 'owner', 'fleet', 'channel', 'approval'],
};

/** The endpoints and the header trust that facts are read with. */
export interface UpdateChainReaderOptions {
  crypto: Crypto;
  /** 20 bytes: the address of the board's Device. */
  device: Uint8Array;
  /** That of images if left out. */
  line?: UpdateLine;
  reader: ChainReader;
  /** The header trust of the purpose `firmware`. */
  trust: HeaderTrust;
}

/** Proves the facts of updates of one line. */
export class UpdateChainReader implements UpdateChain {
  readonly #options: UpdateChainReaderOptions;

  constructor(options: UpdateChainReaderOptions) {
    this.#options = options;
  }

  async facts(
    tag: BlockTag,
    version: number,
  ): Promise<Verdict<ProvenUpdateFacts, never, TrustCause | 'no_witness'>> {
    // Begins on a stack of its own: see rpc/client.ts.
    await undefined;
    const { crypto, device, line = ofImages, reader, trust } = this.#options;
    const block = await trust.head(tag);
    if (block.verdict === 'undetermined') return block;
    const reading = await readLinked(
      reader,
      block.value,
      { address: device, codeHash: codeHash.device(), slots: line.slots() },
      words => {
        const { channel, fleet } = readDeviceUpdate(words);
        const requests = [
          { address: fleet, codeHash: codeHash.fleet(), slots: fleetSlots() },
          { address: channel, codeHash: codeHash.channel(), slots: channelSlots(crypto, version) },
        ];
        return line.absent?.(channel) ? requests.slice(0, 1) : requests;
      },
      [],
    );
    if (reading.verdict === 'undetermined') return reading;
    const [deviceAccount, fleetAccount, channelAccount] = reading.value.accounts;
    const facts = readDeviceUpdate(wordsOf(deviceAccount));
    return accepted({
      head: reading.value.head,
      device: facts,
      fleet: readFleet(fleetAccount.address, wordsOf(fleetAccount)),
      channel: line.absent?.(facts.channel) ?? readChannel(wordsOf(channelAccount)),
      trail: trailOf(reading.value, [
        ['Device', line.names],
        ['Fleet', ['policy']],
        ['ReleaseChannel', ['newest, floor, rollout', 'hardware', `record of version ${version}`]],
      ]),
    });
  }
}
