/** The ground of a world of many boards: chain, brokers, images, organisation, and at level 4 a beacon and a prover. */
import { toHex } from '../../firmware/bytes/hex.js';
import type { TrustConfiguration } from '../../firmware/trust/configuration.js';
import { startBroker } from '../../host-sim/broker/broker.js';
import { startChain } from '../../host-sim/chain/anvil.js';
import { type ImageServer, startImageServer } from '../../host-sim/images/server.js';
import { mineUntilFinal } from '../../host-sim/node/chain/time.js';
import { nodeClock } from '../../host-sim/node/clock.js';
import type { Closing } from '../demo/closing.js';
import { createFinality, type ProvenFinality, proveBefore } from '../demo/finality.js';
import { createOrganisation, type Organisation } from '../demo/organisation.js';
import { SLOTS_PER_EPOCH } from '../demo/services.js';
import { BeaconNode } from '../prover/beaconNode.js';

/** The age of facts that the boards' policies allow. */
const MAXIMUM_AGE_SECONDS = 3600;
/** Milliseconds: what many boards ask the prover in that time shares one look at its nodes, and one verification. */
const FRESH_MS = 250;
/** Milliseconds that a beacon node has for an answer. */
const BEACON_MS = 10_000;

export interface PlaceOptions {
  /** Endpoints of a development chain, in place of our own. */
  rpc: readonly string[];
  /** Brokers in place of our own; the boards are dealt to them in turn. */
  brokers: readonly string[];
  /** The number of our own brokers, where none is named. */
  brokerCount: number;
  level: 1 | 4;
  /** Beacon API around the chain of `rpc`, in place of our own. */
  beacon?: string;
  signal: AbortSignal;
  onEvent(name: string, detail: string): void;
}

export interface Place extends Organisation {
  /** Of the chain, for people. */
  rpc: string;
  brokers: readonly string[];
  images: ImageServer;
  /** Public key (33 bytes, 0x…) of the prover behind every broker; at level 4. */
  proverKey?: string;
  trust: TrustConfiguration;
  /** Mines until the block is final, and the prover shows it so. */
  finalize(block: number): Promise<void>;
}

/** @throws Error with one line for a person */
export async function foundWorld(options: PlaceOptions, closing: Closing): Promise<Place> {
  const { level, onEvent, signal } = options;
  const endpoints = [...options.rpc];
  if (endpoints.length === 0) {
    const chain = await startChain({ flags: ['--slots-in-an-epoch', `${SLOTS_PER_EPOCH}`], signal });
    await closing.add(() => chain.close());
    onEvent('chain', `anvil at ${chain.url}, chain ${chain.chainId}`);
    endpoints.push(chain.url);
  }
  const [rpc] = endpoints;
  const brokers = [...options.brokers];
  while (brokers.length < Math.max(options.brokerCount, 1) && options.brokers.length === 0) {
    const broker = await startBroker({ signal });
    await closing.add(() => broker.close());
    onEvent('broker', `MQTT at ${broker.url}`);
    brokers.push(broker.url);
  }
  const images = await startImageServer({ signal, uploads: true });
  await closing.add(() => images.close());
  onEvent('images', `image server at ${images.url}`);
  const finality = level === 4 ? await finalityAround(rpc, options, closing) : undefined;
  for (const broker of brokers) await finality?.answerAtBroker(broker);
  const organisation = await createOrganisation(rpc, onEvent);
  const finalize = async (block: number) => {
    await mineUntilFinal(rpc, block);
    await finality?.shown(block);
  };
  const owner = await organisation.as('owner');
  await finalize(Number(await owner.chain.client.getBlockNumber()));
  onEvent('fleet', `Fleet ${organisation.fleet}, channel ${organisation.channel}`);
  const policy = { level, maximumAge: MAXIMUM_AGE_SECONDS };
  const light = (await finality?.configuration())?.light;
  // At level 4 a board has one connection: its broker's, behind which the prover answers.
  const asked = light ? [] : [endpoints[0], endpoints[1] ?? endpoints[0].replace('127.0.0.1', 'localhost')];
  return {
    ...organisation,
    ...{ rpc, brokers, images, finalize },
    ...(finality && { proverKey: toHex(finality.key.publicKey) }),
    trust: {
      ...{ profile: 'development', chainId: organisation.chainId, quorum: asked.length, endpoints: asked },
      policies: { command: policy, firmware: policy, lifecycle: policy },
      ...(light && { light }),
    },
  };
}

/** Before our own beacon chain, or the one that is named. */
async function finalityAround(
  rpc: string,
  { beacon: url, onEvent, signal }: PlaceOptions,
  closing: Closing,
): Promise<ProvenFinality> {
  const before = { node: rpc, isHostile: false, isDirect: true, freshnessMs: FRESH_MS, signal };
  if (url === undefined) return createFinality({ rpc, ...before }, closing, onEvent);
  const node = new BeaconNode({ url, name: url, timeoutMs: BEACON_MS, clock: nodeClock, signal });
  const source = { url, chain: await node.chain(), finalizedRoot: () => node.finalizedRoot() };
  onEvent('beacon', `beacon chain at ${url}, a sync committee of ${source.chain.committeeSize}`);
  return proveBefore(source, before, closing, onEvent);
}
