/** The setting's part for L4: a beacon chain around the chain, a prover before it, and a proxy between. */

import { setTimeout } from 'node:timers/promises';
import type { BeaconChain } from '../../firmware/beacon/chain.js';
import { parseUpdate } from '../../firmware/beacon/update.js';
import { decodeHeader } from '../../firmware/proof/header.js';
import { openQuestion } from '../../firmware/seal/question.js';
import type { KeyPair } from '../../firmware/seal/sealed.js';
import { sealAnswer } from '../../firmware/seal/sharedSeal.js';
import { type LightConfiguration, SLEEP_SECONDS_MAX } from '../../firmware/trust/configuration.js';
import { type ProverProxy, proverProxy } from '../../host-sim/attack/proverProxy.js';
import { type Beacon, startBeacon } from '../../host-sim/beacon/beacon.js';
import { connectBroker, type Message } from '../../host-sim/node/brokerClient.js';
import { crypto, entropy, newReplyKey } from '../operator/boardMail.js';
import { answerPath } from '../prover/routes.js';
import { startProver } from '../prover/start.js';
import type { Closing } from './closing.js';

/** A beacon chain, ours or another's, as a prover and boards must know it. */
export interface BeaconSource {
  /** Base of its Beacon API. */
  url: string;
  chain: BeaconChain;
  /** The root of the newest finalized block, 32 bytes. @throws Error while there is none */
  finalizedRoot(): Promise<Uint8Array>;
}

export interface FinalitySetting extends ProvenFinality {
  beacon: Beacon;
}

/** A prover before a beacon chain, for boards over HTTP and at brokers. */
export interface ProvenFinality {
  /** Resolves once the prover shows the block as final: a busy machine is no attack. */
  shown(block: number): Promise<void>;
  /** Between the board and its prover. */
  proxy: ProverProxy;
  /** Another one, which the board asks first; where the setting is hostile. */
  hostile?: ProverProxy;
  /** Of the prover behind the broker. */
  key: KeyPair;
  /** From now until the end: what a board asks a prover behind that broker, the proxy answers as well. */
  answerAtBroker(broker: string): Promise<void>;
  /** The newest finality message as it is now, for whoever wants to withhold later ones. */
  known(): Promise<Uint8Array>;
  /** The board's configuration for L4, once there is a finalized block to begin at. */
  configuration(): Promise<{ provers: readonly string[]; light: LightConfiguration }>;
}

/** Milliseconds. */
const PATIENCE = 20_000;

export interface FinalityOptions {
  rpc: string;
  /** The chain as the prover has it. */
  node: string;
  isHostile: boolean;
  /** Image servers whose files the prover gives; none if left out. */
  images?: readonly string[];
  /** Milliseconds for which the prover gives the newest as it found it; none, if left out: it looks for each question. */
  freshnessMs?: number;
  /** True: at brokers the prover answers itself, and nothing that may lie stands in between. */
  isDirect?: boolean;
  /** The port of the proxy before the prover, and the prover's key, where a board knows them already. */
  known?: { port?: number; privateKey?: Uint8Array };
  signal: AbortSignal;
}

const keyOf = (privateKey: Uint8Array): KeyPair => ({
  privateKey,
  publicKey: crypto.publicKeyOf(privateKey)!,
});

/** Starts beacon and prover. @throws Error with one line for a person */
export async function createFinality(
  options: FinalityOptions,
  closing: Closing,
  onEvent: (name: string, detail: string) => void,
): Promise<FinalitySetting> {
  const beacon = await startBeacon({ chain: { url: options.rpc }, signal: options.signal });
  await closing.add(() => beacon.close());
  onEvent('beacon', `beacon chain at ${beacon.url}, a sync committee of ${beacon.chain.committeeSize}`);
  const finalizedRoot = async () => (await beacon.checkpoint()).root;
  const { chain, url } = beacon;
  return { beacon, ...(await proveBefore({ chain, url, finalizedRoot }, options, closing, onEvent)) };
}

/** Starts a prover before that beacon chain. @throws Error with one line for a person */
export async function proveBefore(
  beacon: BeaconSource,
  { freshnessMs = 0, images, isDirect, isHostile, known, node, signal }: Omit<FinalityOptions, 'rpc'>,
  closing: Closing,
  onEvent: (name: string, detail: string) => void,
): Promise<ProvenFinality> {
  const prover = await startProver({ beacons: [beacon.url], rpcs: [node], images, freshnessMs, signal });
  await closing.add(() => prover.close());
  onEvent('prover', `prover at ${prover.url}`);
  const proxy = await proverProxy({ upstream: prover.url, port: known?.port, signal });
  await closing.add(() => proxy.close());
  const hostile = isHostile ? await proverProxy({ upstream: prover.url, signal }) : undefined;
  if (hostile) await closing.add(() => hostile.close());
  const key = known?.privateKey ? keyOf(known.privateKey) : newReplyKey();
  const { committeeSize } = beacon.chain;
  const asked = async (path: string): Promise<Uint8Array | undefined> => {
    if (isDirect) return answerPath(prover.prover, path);
    const said = await fetch(proxy.url + path, { signal });
    return said.ok ? new Uint8Array(await said.arrayBuffer()) : undefined;
  };
  const answered = new Set<string>();
  const shown = async (block: number): Promise<void> => {
    for (const until = Date.now() + PATIENCE; Date.now() < until; ) {
      const bytes = await prover.prover.finality().catch(() => undefined);
      const update = bytes && parseUpdate(bytes, committeeSize);
      const header = update?.verdict === 'accepted' && decodeHeader(update.value.finalized.executionHeader);
      if (header && header.verdict === 'accepted' && header.value.number >= block) return;
      await setTimeout(50, undefined, { signal });
    }
    throw new Error(`the prover does not show block ${block} as final within ${PATIENCE / 1000} s`);
  };
  return {
    shown,
    known: async () => (await prover.prover.finality()) ?? new Uint8Array(0),
    proxy,
    hostile,
    key,
    answerAtBroker: async broker => {
      if (answered.has(broker)) return;
      answered.add(broker);
      const client = await connectBroker({ url: broker, signal });
      await closing.add(() => client.close());
      const answer = async ({ payload, topic }: Message): Promise<void> => {
        const question = openQuestion(crypto, key, payload);
        const bytes = question && (await asked(question.path));
        if (!bytes) return;
        const sealed = sealAnswer({ crypto, entropy }, question!.answerKey, bytes);
        await client.publish(topic.replace(/ask$/, 'proof'), sealed);
      };
      // Without an answer the board asks again.
      await client.subscribe('holdfast/+/+/ask', question => void answer(question).catch(() => {}));
    },
    configuration: async () => {
      return {
        provers: [...(hostile ? [hostile.url] : []), proxy.url],
        light: {
          chain: beacon.chain,
          checkpointRoot: await beacon.finalizedRoot(),
          maximumSleep: SLEEP_SECONDS_MAX,
        },
      };
    },
  };
}
