/**
 * The setting that `demo` and `start` share: a chain, a broker, an image server, contracts, an organisation, and a
 * board that is a process of its own. All of it is real; all of it is gone when `close` was called.
 */
import { setMaxListeners } from 'node:events';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Contracts, connect, type Signer, signerFromKey } from '../../contracts/client/index.js';
import { deploy } from '../../contracts/deploy/deploy.js';
import { toHex } from '../../firmware/bytes/hex.js';
import { type ImageProxy, imageProxy } from '../../host-sim/attack/imageProxy.js';
import { type RpcProxy, rpcProxy } from '../../host-sim/attack/rpcProxy.js';
import { flashBoard } from '../../host-sim/board/flashing.js';
import { startBroker } from '../../host-sim/broker/broker.js';
import { startChain } from '../../host-sim/chain/chain.js';
import type { BuiltImage } from '../../host-sim/image/build.js';
import { type ImageServer, startImageServer } from '../../host-sim/images/server.js';
import { mineUntilFinal } from '../../host-sim/node/chain/time.js';
import { type Board, startBoard } from '../../host-sim/process/board.js';
import type { Engine } from '../../host-sim/process/engines.js';
import { BoardChannel } from '../operator/boardChannel.js';
import { type Cast, cast, type Part } from './accounts.js';
import { Closing, unlessStopped } from './closing.js';
import { createFinality, type FinalitySetting } from './finality.js';
import { firstImage, hardwareId } from './images.js';
import { endWithNpm } from './parent.js';
import { provision } from './provision.js';

export interface SettingOptions {
  /** Chain endpoints in place of our own chain; the board asks all of them. */
  rpc?: readonly string[];
  broker?: string;
  images?: string;
  /** What the board runs on. */
  engine: Engine['name'];
  /** Of engines that are XS: bytes of heap and slots of stack, no native crypto, where memory used is written down. */
  board?: { heap?: number; stack?: number; portable?: boolean; report?: string };
  /** Header trust: the chain's own finality by its sync committee, or merely endpoints that agree. */
  level: 1 | 4;
  /** Ports for what we start ourselves, so that somebody can put a proxy in front; 0 for free ones. */
  ports: { chain: number; broker: number; images: number };
  signal: AbortSignal;
  onBoardLine(line: string): void;
  onEvent(name: string, detail: string): void;
}

export interface Setting {
  rpc: string;
  broker: string;
  chainId: number;
  cast: Cast;
  /** The contracts client of one of the cast, who then sends and pays. */
  as(part: Part): Promise<Contracts>;
  signers(...parts: Part[]): Promise<Signer[]>;
  fleet: `0x${string}`;
  channel: `0x${string}`;
  device: `0x${string}`;
  board: Board;
  boardChannel: BoardChannel;
  /** Where the board keeps its flash, for looking at it from outside. */
  directory: string;
  images: ImageServer;
  firstImage: BuiltImage;
  /** What the board runs on. */
  engine: Engine['name'];
  /** Milliseconds that an order or an update may take the board. */
  patience: number;
  /** Between the board and the chain, one for each endpoint of the board; and between it and the images. */
  rpcProxies: readonly RpcProxy[];
  imageProxy: ImageProxy;
  /** At level 4. */
  finality: FinalitySetting | undefined;
  /** Mines until the chain itself calls the block final. */
  finalize(block: number): Promise<void>;
  now(): Promise<number>;
  close(): Promise<void>;
}

/** Seconds. Everybody's role ends some day, in the setting after a year. */
const YEAR = 365 * 24 * 3600;
const HOUR = 3600;
const SLOTS_PER_EPOCH = 4;
/** Milliseconds. Without native crypto a board hashes some 20 KB of an image in a second. */
const portableWatchdog = 120_000;
const portablePatience = 600_000;

/** Builds the whole setting, up to a registered and active board. @throws Error with one line for a person */
export async function createSetting(options: SettingOptions): Promise<Setting> {
  const closing = new Closing();
  await closing.add(endWithNpm());
  try {
    return await unlessStopped(options.signal, build(options, closing));
  } catch (error) {
    await closing.close();
    throw error;
  }
}

async function build(
  {
    board: ofBoard,
    broker: givenBroker,
    engine,
    images: givenImages,
    level,
    onBoardLine,
    onEvent,
    ports,
    rpc: givenRpc,
    signal,
  }: SettingOptions,
  closing: Closing,
): Promise<Setting> {
  // Everything that is started stops with it.
  setMaxListeners(64, signal);
  const endpoints = [...(givenRpc ?? [])];
  if (!givenRpc || ports.chain !== 0) {
    const chain = await startChain({
      port: ports.chain,
      flags: ['--slots-in-an-epoch', `${SLOTS_PER_EPOCH}`],
      signal,
    });
    await closing.add(() => chain.close());
    onEvent('chain', `anvil at ${chain.url}, chain ${chain.chainId}`);
    if (!givenRpc) endpoints.push(chain.url);
  }
  const rpc = endpoints[0];
  let broker = givenBroker;
  if (!broker || ports.broker !== 0) {
    const own = await startBroker({ port: ports.broker, signal });
    await closing.add(() => own.close());
    onEvent('broker', `MQTT at ${own.url}`);
    broker ??= own.url;
  }
  const images = await startImageServer({ port: ports.images, signal });
  await closing.add(() => images.close());
  onEvent('images', `image server at ${images.url}`);

  // Whoever wants to attack sits here: between the board and each thing that it asks.
  const rpcProxies = await Promise.all([0, 1].map(i => rpcProxy({ upstream: endpoints[i] ?? rpc, signal })));
  const proxy = await imageProxy({ upstream: givenImages ?? images.url, signal });
  for (const each of [...rpcProxies, proxy]) await closing.add(() => each.close());

  const finality =
    level === 4
      ? await createFinality(
          {
            rpc,
            slotsPerEpoch: SLOTS_PER_EPOCH,
            finalityDepth: givenRpc ? undefined : 2 * SLOTS_PER_EPOCH,
            signal,
          },
          closing,
          onEvent,
        )
      : undefined;

  const people = await cast();
  const clients = new Map<Part, Promise<Contracts>>();
  const as = (part: Part): Promise<Contracts> => {
    const client =
      clients.get(part) ?? connect({ rpc, privateKey: people[part].privateKey, pollingInterval: 20 });
    clients.set(part, client);
    return client;
  };
  const signers = (...names: Part[]) =>
    Promise.all(names.map(name => signerFromKey(people[name].privateKey)));
  const owner = await as('owner');
  const { chainId } = owner.chain;
  const now = () => owner.chain.now();
  const finalize = async (block: number) => {
    await mineUntilFinal(rpc, block);
    await finality?.shown(block);
  };

  const { contracts } = await deploy(owner.chain);
  for (const { address, name } of contracts)
    onEvent('contract', `${name} at ${address}, as computed beforehand`);
  const expiry = (await now()) + YEAR;
  const { fleet } = await owner.factory.createFleet({
    signers: [people.owner.address, people.signerA.address, people.signerB.address],
    threshold: 2,
    grants: [
      { role: 'Commander', account: people.operator.address, expiry },
      { role: 'Guardian', account: people.guardian.address, expiry },
      { role: 'Provisioner', account: people.operator.address, expiry },
    ],
  });
  const { channel } = await owner.factory.createChannel({
    hardware: toHex(hardwareId) as `0x${string}`,
    releaseKeys: [people.releaseKeyA.address, people.releaseKeyB.address, people.releaseKeyC.address],
    threshold: 2,
  });
  // Final before a board looks at it; also, anvil's proofs at its genesis block do not verify.
  await finalize(Number(await owner.chain.client.getBlockNumber()));
  onEvent('fleet', `Fleet ${fleet}, channel ${channel}`);

  const directory = await mkdtemp(join(tmpdir(), 'holdfast-board-'));
  // Somebody who is told to stop twice ends at once.
  const sweep = () => rmSync(directory, { recursive: true, force: true });
  process.once('exit', sweep);
  await closing.add(() => {
    process.off('exit', sweep);
    sweep();
  });
  const image = await firstImage(engine);
  images.put(image.bytes);
  await flashBoard(directory, image.bytes);
  onEvent('image', `version 1, ${image.size} bytes, flashed into slot A`);
  const board = await startBoard({
    directory,
    engine: { name: engine, ...ofBoard },
    // Without native crypto a proof takes a chip seconds in which it does nothing else.
    watchdog: ofBoard?.portable ? portableWatchdog : undefined,
    signal,
    onLog: onBoardLine,
  });
  await closing.add(() => board.close());
  onEvent('board', `process ${board.pid} on ${engine}, its flash in ${directory}`);

  const patience = ofBoard?.portable ? portablePatience : 30_000;
  const device = await provision({
    board,
    patience,
    configuration: {
      profile: 'development',
      chainId,
      quorum: 2,
      endpoints: rpcProxies.map(each => each.url),
      policies: {
        command: { level, maximumAge: HOUR },
        firmware: { level, maximumAge: HOUR },
        lifecycle: { level, maximumAge: HOUR },
      },
      ...(await finality?.configuration()),
    },
    connections: { broker, images: [proxy.url] },
    contracts: owner,
    owner: people.owner.address,
    fleet,
    channel,
    now,
    onEvent,
  });
  const { blockNumber } = await owner.device.setStatus(device, 'Active');
  await finalize(Number(blockNumber));
  onEvent('device', 'active, and final on the chain');

  const { key } = await owner.device.read(device);
  const boardChannel = new BoardChannel({
    broker,
    chainId,
    device,
    // Receipts of others are let through: a step says whose it was.
    believes: (kind, signer) => kind === 'receipt' || signer === key,
  });
  await closing.add(() => boardChannel.close());
  await boardChannel.ready();
  return {
    rpc,
    broker,
    chainId,
    cast: people,
    as,
    signers,
    fleet,
    channel,
    device,
    board,
    boardChannel,
    directory,
    images,
    firstImage: image,
    engine,
    patience,
    rpcProxies,
    imageProxy: proxy,
    finality,
    finalize,
    now,
    close: () => closing.close(),
  };
}
