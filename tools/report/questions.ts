/** The slots that a report proves of each contract: the same question for whoever gathers and whoever verifies. */
import { fromHex } from '../../firmware/bytes/hex.js';
import {
  type ChannelFacts,
  channelSlots,
  codeHash,
  deviceUpdateSlots,
  readChannel,
  type Words,
} from '../../firmware/contract/facts.js';
import type { Crypto } from '../../firmware/port/crypto.js';
import type { AccountRequest } from '../../firmware/proof/witness.js';
import type { Hex } from '../cli/kinds.js';

/** The Device: its key, status, owner, fleet, channel and approval. */
export const deviceQuestion = (device: Hex): AccountRequest => ({
  address: fromHex(device, 20)!,
  codeHash: codeHash.device(),
  slots: deviceUpdateSlots(),
});

/** The ReleaseChannel: roll-out and hardware, then the record of each version, in their order. */
export function channelQuestion(crypto: Crypto, channel: Hex, versions: readonly number[]): AccountRequest {
  const [rollout, hardware] = channelSlots(crypto, 0);
  const records = versions.map(version => channelSlots(crypto, version)[2]);
  return {
    address: fromHex(channel, 20)!,
    codeHash: codeHash.channel(),
    slots: [rollout, hardware, ...records],
  };
}

/** The facts of the channel, and the records in the order of the versions. */
export function readChannelWords([rollout, hardware, ...records]: Words): {
  facts: Omit<ChannelFacts, 'record'>;
  records: readonly Uint8Array[];
} {
  const { record: _, ...facts } = readChannel([rollout, hardware, new Uint8Array(32)]);
  return { facts, records };
}
