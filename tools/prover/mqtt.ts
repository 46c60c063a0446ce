/**
 * The prover's face for boards behind a broker. The newest finality lies there retained; a board that wants more
 * publishes the path of its question on `…/ask` and gets the bytes on `…/proof`. Who asks nonsense, or too often,
 * gets nothing.
 */

import { equal } from '../../firmware/bytes/equal.js';
import type { Clock } from '../../firmware/port/clock.js';
import { type BrokerClient, connectBroker, type Message } from '../../host-sim/node/brokerClient.js';
import { LeastRecentlyUsed } from './leastRecentlyUsed.js';
import type { Prover } from './prover.js';
import { answerPath, PATH_CHARACTERS_MAX } from './routes.js';

export interface MqttOptions {
  clock: Clock;
  prover: Prover;
  /** `mqtt://host:port` */
  broker: string;
  /** Questions that a board may ask at once, and then one a `refill` milliseconds. 32 and 250. */
  burstMax?: number;
  refillMs?: number;
  signal?: AbortSignal;
}

export interface ProverTopics {
  /** Publishes what is newer than what was published before. */
  publishFinality(update: Uint8Array): Promise<void>;
  close(): void;
}

/** Boards whose allowance is remembered. */
const BOARDS_MAX = 4096;
/** Answers that may wait for the broker. */
const PENDING_ANSWERS_MAX = 256;

const finalityTopic = (chainId: number): string => `holdfast/${chainId}/light/finality`;

/** @throws Error with one line that names the remedy */
export async function serveMqtt(options: MqttOptions): Promise<ProverTopics> {
  const { broker, clock, burstMax = 32, prover, refillMs = 250, signal } = options;
  const { metrics } = prover.watch;
  const chainId = await prover.chainId();
  const client: BrokerClient = await connectBroker({ url: broker, signal });
  const allowances = new LeastRecentlyUsed<{ left: number; at: number }>(BOARDS_MAX);
  const topic = new RegExp(`^holdfast/${chainId}/(0x[0-9a-f]{40})/ask$`);
  let pending = 0;
  let published: Uint8Array | undefined;

  const allowed = (board: string): boolean => {
    const now = clock.monotonic();
    const { at, left } = allowances.get(board) ?? { at: now, left: burstMax };
    const filled = Math.min(burstMax, left + (now - at) / refillMs);
    allowances.set(board, { at: now, left: Math.max(0, filled - 1) });
    return filled >= 1;
  };
  const outcome = (name: string) => metrics.add('holdfast_prover_asks_total', { outcome: name });
  const answer = async ({ payload, topic: from }: Message): Promise<void> => {
    const board = topic.exec(from)?.[1];
    if (!board) return;
    if (payload.length > PATH_CHARACTERS_MAX) return outcome('malformed');
    if (!allowed(board) || pending >= PENDING_ANSWERS_MAX) return outcome('too_many');
    pending++;
    try {
      const bytes = await answerPath(prover, new TextDecoder().decode(payload));
      if (bytes) await client.publish(`holdfast/${chainId}/${board}/proof`, bytes);
      outcome(bytes ? 'answered' : 'none');
    } catch {
      outcome('failed');
    } finally {
      pending--;
    }
  };
  await client.subscribe(`holdfast/${chainId}/+/ask`, message => void answer(message));
  return {
    async publishFinality(update) {
      if (published && equal(published, update)) return;
      await client.publish(finalityTopic(chainId), update, { retain: true });
      published = update;
    },
    close: () => client.close(),
  };
}
