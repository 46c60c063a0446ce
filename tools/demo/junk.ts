/** Junk for the setting's board: everything that somebody who knows its topics can make it of, and the way there. */
import { fromHex } from '../../firmware/bytes/hex.js';
import { finalityTopic, sharedKey, topicsOf } from '../../firmware/device/topics.js';
import type { Junk, JunkTarget } from '../../host-sim/attack/broker/junk.js';
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
