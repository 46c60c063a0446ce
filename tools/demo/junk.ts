/** Junk for the setting's board: everything that somebody who knows its topics can make it of, and the way there. */
import { fromHex } from '../../firmware/bytes/hex.js';
import { finalityTopic, sharedKey, topicsOf } from '../../firmware/device/topics.js';
import { drawJunk, type Junk, type JunkTarget, junkKinds } from '../../host-sim/attack/broker/junk.js';
import { connectBroker } from '../../host-sim/node/brokerClient.js';
import { Chance } from '../../host-sim/node/chance.js';
import { crypto } from '../operator/boardChannel.js';
import type { Setting } from './setting.js';

/** The board as junk aims at it now; `seen` are messages to it that are said again. */
export async function junkTarget(setting: Setting, seen: readonly Uint8Array[]): Promise<JunkTarget> {
  const { access, boardChannel, chainId, channel } = setting;
  const { challenge, epoch, sealingKey, sequence } = await boardChannel.status();
  const domain = { chainId, verifyingContract: boardChannel.device };
  return {
    ...{ domain, challenge, epoch, sealingKey, sequence, seen },
    sharedKey: sharedKey(crypto, access, domain),
    fleetEpoch: 0,
    now: await setting.now(),
    channel: fromHex(channel, 20)!,
  };
}

/** The topic that a message of junk goes to. */
export function junkTopic(
  { access, chainId }: Setting,
  { domain, epoch }: JunkTarget,
  { topic }: Junk,
): string {
  return topic === 'finality'
    ? finalityTopic(chainId)
    : `${topicsOf(crypto, access, domain, epoch)}/${topic}`;
}

/** A flood of every kind of junk, as many rounds of all kinds; `seen` are messages to the board that are said again. */
export interface FloodOptions {
  rounds: number;
  seed: number;
  seen: readonly Uint8Array[];
}

/** The whole flood, drawn beforehand, and what sends it from one connection of a stranger. */
export async function floodOf(setting: Setting, { rounds, seed, seen }: FloodOptions) {
  const kinds = Object.keys(junkKinds);
  const target = await junkTarget(setting, seen);
  const chance = new Chance(seed);
  const junk = Array.from({ length: rounds * kinds.length }, (_, i) =>
    drawJunk(kinds[i % kinds.length], target, chance),
  );
  const stranger = await connectBroker({ url: setting.broker, ...setting.strangersWay });
  return {
    /** The number of messages. */
    length: junk.length,
    async send(): Promise<void> {
      for (const each of junk) await stranger.publish(junkTopic(setting, target, each), each.bytes);
    },
    close: () => stranger.close(),
  };
}
