/**
 * A hostile client of the broker who knows all that anybody but operator and board can know, the topic secret too. It
 * floods the board with junk, and says again, changed or in the wrong place, what it heard.
 */
import { setTimeout } from 'node:timers/promises';
import { drawJunk, type JunkTarget, junkKinds } from '../../../host-sim/attack/broker/junk.js';
import { type BrokerTap, brokerTap } from '../../../host-sim/attack/brokerTap.js';
import type { Chance } from '../../../host-sim/node/chance.js';
import { junkTarget, junkTopic } from '../../demo/junk.js';
import type { Setting } from '../../demo/setting.js';
import type { Foe } from './foe.js';
import type { Tally } from './tally.js';

/** The last levels of topics that a board reads. */
const TO_BOARD = /\/(envelope|offer|trust|proof|finality)$/;
/** Messages of a burst, and of the rare large one. */
const BURST_MAX = 40;
const LARGE_BURST = 250;
/** Milliseconds between bursts, at most. */
const PAUSE_MS_MAX = 1500;
/** Messages under way at once. */
const UNDER_WAY = 8;

const kinds = Object.keys(junkKinds);

/** Connects a client that hears everything. The signal ends it. */
export async function brokerFoe(setting: Setting, tally: Tally, signal: AbortSignal): Promise<Foe> {
  const tap = await brokerTap({ url: setting.broker, signal });
  signal.addEventListener('abort', () => tap.close(), { once: true });
  return {
    async strike(chance) {
      const target = await junkTarget(setting, heard(tap));
      const large = chance.below(20) === 0;
      const kind = chance.below(4) === 0 ? undefined : chance.of(kinds);
      const messages = 1 + chance.below(large ? LARGE_BURST : BURST_MAX);
      for (let sent = 0; sent < messages && !signal.aborted; sent += UNDER_WAY) {
        const some = Array.from({ length: Math.min(UNDER_WAY, messages - sent) }, () => {
          if (chance.below(5) === 0) return again(tap, tally, chance);
          return junk(setting, tap, { target, tally }, kind ?? chance.of(kinds), chance);
        });
        await Promise.all(some);
      }
      await setTimeout(chance.below(PAUSE_MS_MAX), undefined, { signal });
    },
  };
}

const heard = ({ recorded }: BrokerTap): Uint8Array[] =>
  recorded.filter(({ topic }) => topic.endsWith('/envelope')).map(({ payload }) => payload);

async function junk(
  setting: Setting,
  tap: BrokerTap,
  { tally, target }: { target: JunkTarget; tally: Tally },
  kind: string,
  chance: Chance,
): Promise<void> {
  const drawn = drawJunk(kind, target, chance);
  await tap.publish(junkTopic(setting, target, drawn), drawn.bytes);
  tally.add(`broker: ${kind}`);
}

/** A message that was heard, as it was to the board, or changed to whomever. A status of yesterday would fool operators alone. */
async function again(tap: BrokerTap, tally: Tally, chance: Chance): Promise<void> {
  const { recorded } = tap;
  if (recorded.length === 0) return;
  const message = chance.of(recorded);
  const toBoard = recorded.filter(({ topic }) => TO_BOARD.test(topic));
  const way = chance.below(3);
  if (way === 0 && message.payload.length > 0) {
    await tap.publishChanged(message, chance.below(message.payload.length));
    tally.add('broker: a message with a changed bit');
  } else if (way === 1 && toBoard.length > 0) {
    await tap.replay(chance.of(toBoard));
    tally.add('broker: a message said again');
  } else if (toBoard.length > 0) {
    await tap.replay(message, chance.of(toBoard).topic);
    tally.add('broker: a message to another topic');
  }
}
