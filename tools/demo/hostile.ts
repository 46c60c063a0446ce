/**
 * Hostile parties that are there all through the attacks of the demonstration: a third endpoint and a second prover
 * that never tell the truth, and a client of the broker who sends what no board asked for. None of them changes what a
 * step comes to.
 */
import { setTimeout } from 'node:timers/promises';
import { finalityTopic, topicsOf } from '../../firmware/device/topics.js';
import { drawJunk, type JunkTarget } from '../../host-sim/attack/broker/junk.js';
import type { ProverMutation } from '../../host-sim/attack/proverProxy.js';
import { changeBlockHash, forgeBlock } from '../../host-sim/attack/rpc/header.js';
import { answerNonsense, type Nonsense } from '../../host-sim/attack/rpc/nonsense.js';
import { changeAccountProof, changeStorageProof } from '../../host-sim/attack/rpc/proof.js';
import type { RpcMutation } from '../../host-sim/attack/rpc/proxy.js';
import { connectBroker } from '../../host-sim/node/brokerClient.js';
import { Chance } from '../../host-sim/node/chance.js';
import { crypto } from '../operator/boardChannel.js';
import type { Closing } from './closing.js';
import type { Setting } from './setting.js';

/** Draws the lies; the same in every demonstration. */
const SEED = 12;
/** Milliseconds between two messages of the client. */
const REST_MS = 200;
/** Kinds that a board skips as they stream in: nothing of them is answered, or takes the place of a step's message. */
const JUNK = [
  'an envelope longer than one may be',
  'an offer longer than one may be',
  'an answer of a prover that was not asked',
  'finality that nobody signed',
];
const NONSENSE: readonly Nonsense[] = [
  'notJson',
  'html',
  'empty',
  'truncated',
  'nullResult',
  'array',
  'deepBody',
];

/** Answers and messages of theirs so far. */
export interface HostileCounts {
  endpoint: number;
  prover: number;
  broker: number;
}

/** Begins, and goes on until `closing`; nothing happens in a setting that is not hostile. The counts grow meanwhile. */
export async function startHostile(setting: Setting, closing: Closing): Promise<HostileCounts> {
  const { broker, finality, hostile } = setting;
  const counts = { endpoint: 0, prover: 0, broker: 0 };
  if (!hostile) return counts;
  const chance = new Chance(SEED);
  const [endpoint, prover] = [lie(chance), changed(chance)];
  hostile.endpoint.setMutation((call, upstream) => {
    counts.endpoint++;
    return endpoint(call, upstream);
  });
  finality?.hostile?.setMutation((path, body) => {
    counts.prover++;
    return prover(path, body);
  });
  const stopping = new AbortController();
  const client = await connectBroker({ url: broker, signal: stopping.signal });
  const publish = async (topic: string, payload: Uint8Array) => {
    await client.publish(topic, payload);
    counts.broker++;
  };
  const sending = sendJunk(setting, publish, stopping.signal);
  await closing.add(async () => {
    stopping.abort();
    await sending;
    client.close();
  });
  return counts;
}

/** A lie to every question, so that it never makes the second of two endpoints that agree. */
function lie(chance: Chance): RpcMutation {
  return async (call, upstream) => {
    const nonsense = answerNonsense(chance.of(NONSENSE));
    const lies = [changeBlockHash(), forgeBlock(), changeAccountProof(), changeStorageProof()];
    const ways: readonly RpcMutation[] = chance.below(3) === 0 ? [nonsense] : [...lies, nonsense];
    for (const way of ways) {
      const outcome = await way(call, upstream);
      if (outcome !== undefined) return outcome;
    }
    return undefined;
  };
}

/** The greatest count of places at which an answer is changed. */
const FLIPS = 8;

/**
 * Every answer with flipped bits all over it, or nothing in its place. One bit would not do: the slot of a signature is
 * not signed, and a message that is changed there alone is still true.
 */
function changed(chance: Chance): ProverMutation {
  return (_, body) => {
    if (body.length === 0 || chance.below(4) === 0) return undefined;
    const copy = Uint8Array.from(body);
    const [at, bit] = [chance.below(copy.length), 1 << chance.below(8)];
    const places = Math.min(FLIPS, copy.length);
    for (let i = 0; i < places; i++) copy[(at + Math.floor((i * copy.length) / places)) % copy.length] ^= bit;
    return copy;
  };
}

async function sendJunk(
  { access, boardChannel, chainId }: Setting,
  publish: (topic: string, payload: Uint8Array) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const chance = new Chance(SEED + 1);
  const domain = { chainId, verifyingContract: boardChannel.device };
  while (!signal.aborted) {
    const { epoch } = await boardChannel.status();
    // Junk of these kinds is made of nothing that somebody knows.
    const { bytes, topic } = drawJunk(chance.of(JUNK), {} as JunkTarget, chance);
    const topics = topicsOf(crypto, access, domain, epoch);
    await publish(topic === 'finality' ? finalityTopic(chainId) : `${topics}/${topic}`, bytes).catch(
      () => {},
    );
    await setTimeout(REST_MS, undefined, { signal }).catch(() => {});
  }
}
