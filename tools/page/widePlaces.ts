/** The places that are no server of their own: all servers at once, the broker, the chain, and the parts of the board. */
import { toHex } from '../../firmware/bytes/hex.js';
import { changedByte, refused, slowDrip } from '../../host-sim/attack/imageMutations.js';
import type { ImageMutation } from '../../host-sim/attack/imageProxy.js';
import type { ProverMutation } from '../../host-sim/attack/proverProxy.js';
import { delay, httpStatus } from '../../host-sim/attack/rpc/absence.js';
import { nonsense, type RpcMutation } from '../../host-sim/attack/rpc/mutations.js';
import { connectBroker } from '../../host-sim/node/brokerClient.js';
import { call } from '../../host-sim/node/chain/call.js';
import { reorganise } from '../../host-sim/node/chain/time.js';
import { floodOf } from '../demo/junk.js';
import type { Setting } from '../demo/setting.js';
import { beHonest } from '../rig/bench/honesty.js';
import type { Beginning, Place } from './place.js';

/** The code of what was accepted: it ran all the same. */
export const RAN = '';
/** Milliseconds that an answer of a slow server takes. */
export const SLOW_ANSWER_MS = 5000;
/** Milliseconds between two floods of a lasting one. */
const FLOOD_REST_MS = 1000;
/** Blocks that are not final yet, less one. */
const REORGANISED_MAX = 7;

/** Answers honestly, later. */
export const slowProver: ProverMutation = async (_, body) => {
  await new Promise(resolve => setTimeout(resolve, SLOW_ANSWER_MS));
  return body.length > 0 ? body : undefined;
};

/** Endpoints, prover and image server at once. */
export function everywhere(setting: Setting): Place {
  const all =
    (rpc: RpcMutation, prover: ProverMutation, image: ImageMutation): Beginning['make'] =>
    () =>
    () => {
      for (const proxy of setting.rpcProxies) proxy.setMutation(rpc);
      setting.finality?.proxy.setMutation(prover);
      setting.imageProxy.setMutation(image);
    };
  const waits = 'What nobody shows is not decided: the board waits, and asks again by itself.';
  const absent = ['unreachable', 'unsupported', 'no_quorum', 'no_witness', 'level', 'incomplete'];
  return {
    name: 'everywhere',
    faults: [
      {
        name: 'nonsense in place of every answer',
        defence: 'Every answer is parsed with limits before anything is made of it.',
        codes: ['malformed', 'image_hash', ...absent],
        make: all(nonsense, () => Uint8Array.of(0xc3, 1, 2, 3), changedByte()),
      },
      {
        ...{ name: 'nobody answers', defence: waits, codes: absent },
        make: all(httpStatus(503), () => undefined, refused(503)),
      },
      {
        ...{ name: `slow: ${SLOW_ANSWER_MS / 1000} s an answer`, defence: waits, codes: absent },
        make: all(delay(SLOW_ANSWER_MS), slowProver, slowDrip(100, 500)),
      },
    ],
    end: () => beHonest(setting),
  };
}

/** A broker whose owner has more in mind than to pass messages on. */
export function brokerPlace(setting: Setting): Place {
  let stopping = new AbortController();
  const lasting =
    (act: (signal: AbortSignal) => Promise<void>): Beginning['make'] =>
    () =>
    () => {
      if (!stopping.signal.aborted) stopping.abort();
      stopping = new AbortController();
      return act(stopping.signal);
    };
  return {
    name: 'the broker',
    faults: [
      {
        name: 'says every order and offer twice',
        defence: 'The board writes down what it consumed before it acts.',
        codes: ['replayed', RAN],
        make: lasting(signal => sayTwice(setting, signal)),
      },
      {
        name: 'floods the board with junk',
        defence: 'Junk takes no turn of an order; what the board has no room for it drops, and says so.',
        codes: ['malformed', 'wrong_target', 'not_anchored', 'unauthorized', 'proof_invalid', 'busy'],
        make: lasting(async signal => void floodAgain(setting, signal).catch(() => {})),
      },
    ],
    end: () => stopping.abort(),
  };
}

async function sayTwice({ broker }: Setting, signal: AbortSignal): Promise<void> {
  const client = await connectBroker({ url: broker, signal });
  const own = new Set<string>();
  for (const kind of ['envelope', 'offer'])
    await client.subscribe(`holdfast/+/+/${kind}`, ({ payload, topic }) => {
      const name = `${topic} ${toHex(payload)}`;
      if (own.delete(name)) return;
      own.add(name);
      void client.publish(topic, payload).catch(() => {});
    });
}

async function floodAgain(setting: Setting, signal: AbortSignal): Promise<void> {
  for (let seed = 1; !signal.aborted; seed++) {
    const flood = await floodOf(setting, { rounds: 1, seed, seen: [] });
    if (!signal.aborted) await flood.send();
    flood.close();
    await new Promise(resolve => setTimeout(resolve, FLOOD_REST_MS));
  }
}

/** The chain as everybody has it. */
export function chainPlace({ finality, finalize, rpc }: Setting): Place {
  let isStalled = false;
  const stall = async (): Promise<void> => {
    isStalled = true;
    await finality?.beacon.stall(true);
  };
  /** Blocks come here when somebody acts: one has to, or what waits would not become final. */
  const goOn = async (): Promise<void> => {
    if (!isStalled) return;
    isStalled = false;
    await finality?.beacon.stall(false);
    await finalize(Number(await call(rpc, 'eth_blockNumber')) + 1);
  };
  return {
    name: 'the chain',
    faults: [
      {
        name: 'a reorganisation',
        defence: 'Nothing runs before its link is final, and what is final is not taken back.',
        codes: ['not_anchored', 'no_quorum', 'level', RAN],
        count: { label: 'blocks taken back', least: 1, most: REORGANISED_MAX, usual: 1 },
        once: true,
        make: count => () => reorganise(rpc, count),
      },
      {
        name: 'a stall: nothing becomes final any more',
        defence: 'What is not shown as final is not final; facts that grow old count no more.',
        codes: ['level', 'stale'],
        ...(!finality && { lacks: 'At level 1 the chain stands still by itself whenever nobody acts.' }),
        make: () => stall,
      },
    ],
    end: goOn,
  };
}

const NOT_ON_NODE = 'Only the parts of a board on Node fail so.';

/** The parts of a board that its holder can let fail while it runs. */
export function partsPlace({ board, engine }: Setting): Place {
  const lacks = engine === 'node' ? undefined : { lacks: NOT_ON_NODE };
  const proven = 'Time is proven by blocks; the clock of the board only counts on from there.';
  const clock = (name: string, clockRate: number, codes: readonly string[]): Beginning => ({
    ...{ name, defence: proven, codes, ...lacks },
    make: () => () => board.setFault?.({ clockRate }),
  });
  return {
    name: 'the parts of the board',
    faults: [
      {
        name: 'its power fails inside a write to flash, and is back',
        defence: 'Every write is whole or was never there, and what was consumed is written before it acts.',
        codes: ['not_now', 'replayed', RAN],
        count: { label: 'write or erase from now on', least: 1, most: 100_000, usual: 3 },
        ...{ once: true, ...lacks },
        make: count => () => board.setFault?.({ flashOperation: count }),
      },
      clock('its clock runs ten times too slow', 0.1, ['expired', 'not_yet', RAN]),
      clock('its clock runs ten times too fast', 10, ['stale', 'expired', 'level', RAN]),
    ],
    end: () => {
      board.setFault?.({ flashOperation: null });
      board.setFault?.({ clockRate: 1 });
    },
  };
}
