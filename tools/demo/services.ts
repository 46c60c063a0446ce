/** The services that the setting's people and board talk to: chain, broker, image server, and the proxies that attack. */
import { type ImageProxy, imageProxy } from '../../host-sim/attack/imageProxy.js';
import { padBlocks } from '../../host-sim/attack/rpc/padding.js';
import { type RpcProxy, rpcProxy } from '../../host-sim/attack/rpc/proxy.js';
import { startBroker } from '../../host-sim/broker/broker.js';
import { startChain } from '../../host-sim/chain/anvil.js';
import { type ImageServer, startImageServer } from '../../host-sim/images/server.js';
import type { Closing } from './closing.js';
import { keepChain, wakeChain } from './keptChain.js';
import type { SettingOptions } from './settingOptions.js';

export interface Services {
  /** Of the chain, for people. */
  rpc: string;
  broker: string;
  images: ImageServer;
  /** Between the board and the chain, one for each endpoint of the board. */
  rpcProxies: readonly RpcProxy[];
  imageProxy: ImageProxy;
  /** The chain as the board's endpoints and provers have it. */
  node: string;
  /** Further ones, of whom no good comes once they have a mutation; where the setting has any. */
  hostile?: { endpoint: RpcProxy; images?: ImageProxy };
}

/** Final is two epochs back, as on mainnet. Epochs are short, since a block costs anvil more the longer its chain is. */
export const SLOTS_PER_EPOCH = 4;

/** Starts what is not given. @throws Error with one line for a person */
export async function startServices(options: SettingOptions, closing: Closing): Promise<Services> {
  const { images: givenImages, kept, onEvent, ports, signal } = options;
  const told = kept?.known?.ports;
  const endpoints = [...(options.rpc ?? [])];
  if (endpoints.length === 0 || ports.chain !== 0) {
    endpoints.push(...(await ownChain(options, closing, endpoints.length === 0)));
  }
  let { broker } = options;
  if (!broker || ports.broker !== 0) {
    const own = await startBroker({ port: told?.broker ?? ports.broker, signal });
    await closing.add(() => own.close());
    onEvent('broker', `MQTT at ${own.url}`);
    broker ??= own.url;
  }
  const images = await startImageServer({
    ...{ port: ports.images, signal, uploads: options.uploads },
    directory: kept?.images,
  });
  await closing.add(() => images.close());
  onEvent('images', `image server at ${images.url}`);

  const nodes = await nodesOf(options, endpoints, closing);
  const endpointBefore = (i: number, port?: number) =>
    rpcProxy({ upstream: nodes[i] ?? nodes[0], port, signal });
  const rpcProxies = await Promise.all([0, 1].map(i => endpointBefore(i, told?.endpoints[i])));
  const imagesBehind = { upstream: givenImages ?? images.url, signal };
  const proxy = await imageProxy({ ...imagesBehind, port: told?.images });
  const hostile = options.hostile
    ? {
        endpoint: await endpointBefore(0),
        images: options.hostile.images ? await imageProxy(imagesBehind) : undefined,
      }
    : undefined;
  for (const each of [...rpcProxies, proxy, hostile?.endpoint, hostile?.images]) {
    if (each) await closing.add(() => each.close());
  }
  return { rpc: endpoints[0], broker, images, rpcProxies, imageProxy: proxy, node: nodes[0], hostile };
}

/** Starts a chain of our own, in a kept world the one of before. Its URL, where it is used. */
async function ownChain(
  { kept, onEvent, ports, signal, warn }: SettingOptions,
  closing: Closing,
  used: boolean,
): Promise<string[]> {
  const flags = ['--slots-in-an-epoch', `${SLOTS_PER_EPOCH}`];
  if (kept?.known) flags.push('--load-state', kept.chain);
  // The chain is written down after the signal, while it is there.
  const chain = await startChain({ port: ports.chain, flags, signal: kept ? undefined : signal });
  await closing.add(() => chain.close());
  onEvent('chain', `anvil at ${chain.url}, chain ${chain.chainId}`);
  if (kept) {
    const lag = kept.known ? await wakeChain(chain.url, Math.floor(Date.now() / 1000)) : 0;
    if (lag > 0)
      warn?.(
        `the board slept longer than it may: the chain's clock lags ${Math.ceil(lag / 3600)} hours behind.`,
      );
    const keeping = keepChain(chain.url, kept.chain);
    await closing.add(() => keeping.close());
  }
  return used ? [chain.url] : [];
}

/** The endpoints themselves, or in a hostile setting what makes their blocks as large as mainnet's. */
async function nodesOf(
  { hostile, signal }: SettingOptions,
  endpoints: readonly string[],
  closing: Closing,
): Promise<readonly string[]> {
  if (!hostile) return endpoints;
  return Promise.all(
    endpoints.map(async upstream => {
      const padding = await rpcProxy({ upstream, mutation: padBlocks(), signal });
      await closing.add(() => padding.close());
      return padding.url;
    }),
  );
}
