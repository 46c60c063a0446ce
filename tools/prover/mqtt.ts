/**
 * The prover's face for boards behind a broker. The newest finality lies there retained; a board that wants more
 * publishes its question, sealed to the prover's key, on `…/ask` and gets the answer on `…/proof`, which it alone
 * reads. Who asks nonsense, or too often, gets nothing.
 */

import { equal } from '../../firmware/bytes/equal.js';
import { finalityTopic } from '../../firmware/device/topics.js';
import type { Clock } from '../../firmware/port/clock.js';
import { openQuestion } from '../../firmware/seal/question.js';
import type { KeyPair } from '../../firmware/seal/sealed.js';
import { sealAnswer } from '../../firmware/seal/sharedSeal.js';
import { type BrokerClient, connectBroker, type Message } from '../../host-sim/node/brokerClient.js';
import { crypto, entropy } from '../operator/boardMail.js';
import { LeastRecentlyUsed } from './leastRecentlyUsed.js';
import type { Prover } from './prover.js';
import { answerPath } from './routes.js';

export interface MqttOptions {
  clock: Clock;
  prover: Prover;
  /** `mqtt://host:port` */
  broker: string;
  /** The account at the broker; none for a broker that asks for none. */
  account?: { user: string; password: string };
  /** Boards seal their questions to it. */
  key: KeyPair;
  /** Questions that a board may ask at once, and then one a `refill` milliseconds. 32 and 125. */
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

/** @throws Error with one line that names the remedy */
export async function serveMqtt(options: MqttOptions): Promise<ProverTopics> {
  const { account, broker, clock, burstMax = 32, key, prover, refillMs = 125, signal } = options;
  const { metrics } = prover.watch;
  const chainId = await prover.chainId();
  const client: BrokerClient = await connectBroker({ url: broker, account, signal });
  const allowances = new LeastRecentlyUsed<{ left: number; at: number }>(BOARDS_MAX);
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
    const board = from.slice(0, -'/ask'.length);
    if (!allowed(board) || pending >= PENDING_ANSWERS_MAX) return outcome('too_many');
    pending++;
    try {
      // Questions of other chains' boards are sealed to other provers' keys.
      const question = openQuestion(crypto, key, payload);
      if (!question) return outcome('malformed');
      const bytes = await answerPath(prover, question.path);
      if (bytes) {
        const sealed = sealAnswer({ crypto, entropy }, question.answerKey, bytes);
        await client.publish(`${board}/proof`, sealed);
      }
      outcome(bytes ? 'answered' : 'none');
    } catch {
      outcome('failed');
    } finally {
      pending--;
    }
  };
  await client.subscribe('holdfast/+/+/ask', message => void answer(message));
  return {
    async publishFinality(update) {
      if (published && equal(published, update)) return;
      await client.publish(finalityTopic(chainId), update, { retain: true });
      published = update;
    },
    close: () => client.close(),
  };
}
