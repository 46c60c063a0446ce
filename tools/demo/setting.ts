/**
 * The setting that `demo` and `start` share: a chain, a broker, an image server, contracts, an organisation, and a
 * board that is a process of its own. All of it is real; all of it is gone when `close` was called.
 */

import { setMaxListeners } from 'node:events';
import type { Contracts } from '../../contracts/client/index.js';
import { toHex } from '../../firmware/bytes/hex.js';
import type { BrokerAccess } from '../../firmware/device/brokerAccess.js';
import type { CheckpointConfiguration, TrustConfiguration } from '../../firmware/trust/configuration.js';
import type { BuiltImage } from '../../host-sim/image/build.js';
import type { BrokerClientOptions } from '../../host-sim/node/brokerClient.js';
import { mineUntilFinal } from '../../host-sim/node/chain/time.js';
import { patient } from '../../host-sim/node/patience.js';
import type { BoardInHand } from '../../host-sim/process/boardInHand.js';
import type { Engine } from '../../host-sim/process/engines.js';
import { accessParameters, newAccess } from '../board/accessFile.js';
import type { BoardChannel } from '../operator/boardChannel.js';
import { ToldUrls, toBoard } from './boardUrl.js';
import { Closing, unlessStopped } from './closing.js';
import { createFinality, type FinalitySetting } from './finality.js';
import { firstImage } from './images.js';
import { checkpointsOf, createOrganisation, type Organisation } from './organisation.js';
import { endWithNpm } from './parent.js';
import { refuseMissingParts } from './parts.js';
import { provision } from './provision.js';
import { type Services, startServices } from './services.js';
import { makeBoard, openChannel } from './settingBoard.js';
import type { SettingOptions } from './settingOptions.js';
import { factsOf } from './worldFacts.js';

export interface Setting extends Services, Organisation {
  device: `0x${string}`;
  board: BoardInHand;
  /** The board's access to the broker. */
  access: BrokerAccess;
  boardChannel: BoardChannel;
  /** The directory of the board's flash, for looking at it from outside. */
  directory: string;
  firstImage: BuiltImage;
  /** The engine of the board. */
  engine: Engine['name'];
  /** Milliseconds that an order or an update may take the board. */
  patience: number;
  /** At level 4. */
  finality: FinalitySetting | undefined;
  /** The board was told no endpoint and no prover but the one behind the broker. */
  oneSocket: boolean;
  /** The keys whose checkpoints the board believes, where it was told any. */
  checkpoints?: CheckpointConfiguration;
  /** The way of a stranger to the broker; that of any program if left out. */
  strangersWay?: Pick<BrokerClientOptions, 'clientId' | 'ports'>;
  /** A URL as the board names it, by what this machine reaches there. */
  behind(url: string): string;
  /** A trust configuration of the setting, as an owner would give it to the board now. */
  trust(policy: { maximumAge: number }): Promise<TrustConfiguration>;
  /** Mines until the chain itself calls the block final. */
  finalize(block: number): Promise<void>;
  close(): Promise<void>;
}

/** The age of facts that the board's policies allow. */
const MAXIMUM_AGE_SECONDS = 3600;
/** Milliseconds. */
const portablePatience = 600_000;
/** An emulated chip writes 1.7 MB of flash for an update, and hashes them three times. */
const CHIP_PATIENCE_MS = 120_000;

/** Builds the whole setting, up to a registered and active board. @throws Error with one line for a person */
export async function createSetting(options: SettingOptions): Promise<Setting> {
  await refuseMissingParts(options);
  const closing = new Closing();
  await closing.add(endWithNpm());
  try {
    const urls = new ToldUrls(options.between);
    const setting = await unlessStopped(
      options.signal,
      build({ ...options, between: urls.between }, closing),
    );
    return { ...setting, behind: urls.behind };
  } catch (error) {
    await closing.close();
    throw error;
  }
}

async function build(options: SettingOptions, closing: Closing): Promise<Omit<Setting, 'behind'>> {
  const { board: ofBoard, engine, level, onEvent, signal } = options;
  // Everything that is started stops with it.
  setMaxListeners(64, signal);
  const services = await startServices(options, closing);
  const { broker, hostile, images, node, rpc } = services;
  const known = options.kept?.known;
  const of = { port: known?.ports.prover, privateKey: known?.proverKey };
  const files = options.imagesOverBroker ? [services.imageProxy.url] : [];
  const nodes = { rpc, node, images: files, isHostile: hostile !== undefined, known: of, signal };
  const finality = level === 4 ? await createFinality(nodes, closing, onEvent) : undefined;
  const organisation = await createOrganisation(rpc, onEvent, known);
  const { as, chainId, channel, fleet } = organisation;
  const owner = await as('owner');
  const finalize = async (block: number) => {
    await mineUntilFinal(rpc, block);
    await finality?.shown(block);
  };
  // Final before a board looks at it; also, anvil's proofs at its genesis block do not verify.
  await finalize(Number(await owner.chain.client.getBlockNumber()));
  onEvent('fleet', `Fleet ${fleet}, channel ${channel}`);

  const image = options.image ?? (await firstImage(engine));
  images.put(image.bytes, image.manifest.head);
  const { board, directory } = await makeBoard(image, options, closing);
  const patience = patient(
    ofBoard?.portable ? portablePatience : engine === 'c3' || options.inHand ? CHIP_PATIENCE_MS : 30_000,
  );
  const isSigned = options.checkpoints && finality && !options.oneSocket;
  const checkpoints = isSigned ? checkpointsOf(organisation) : undefined;
  const trust = trustOf(services, chainId, { finality, checkpoints }, options);
  if (options.oneSocket) await finality?.answerAtBroker(broker);
  const { access, device } =
    known ?? (await introduce({ board, finality, organisation, owner, patience, services, trust }, options));
  if (!known) {
    const { blockNumber } = await owner.device.setStatus(device, 'Active');
    await finalize(Number(blockNumber));
    onEvent('device', 'active, and final on the chain');
    options.kept?.keep(factsOf({ access, device, finality, organisation, services }, options));
  }

  const { key } = await owner.device.read(device);
  const boardChannel = await openChannel({ access, broker, chainId, device, key }, closing);
  return {
    ...services,
    ...organisation,
    device,
    board,
    access,
    boardChannel,
    directory,
    firstImage: image,
    engine,
    patience,
    finality,
    oneSocket: options.oneSocket ?? false,
    checkpoints,
    trust,
    finalize,
    close: () => closing.close(),
  };
}

interface Introduction {
  board: BoardInHand;
  finality: FinalitySetting | undefined;
  organisation: Organisation;
  owner: Contracts;
  patience: number;
  services: Services;
  trust: Setting['trust'];
}

/** Tells a new board whom to trust and where they are, and registers it. */
async function introduce(
  { board, finality, organisation, owner, patience, services, trust }: Introduction,
  options: SettingOptions,
): Promise<{ access: BrokerAccess; device: `0x${string}` }> {
  const { broker, hostile, imageProxy } = services;
  const access = newAccess();
  const { channel, fleet, now } = organisation;
  const device = await provision({
    board,
    patience,
    configuration: await trust({ maximumAge: MAXIMUM_AGE_SECONDS }),
    connections: {
      broker: await toBoard(options, broker),
      images: options.imagesOverBroker
        ? []
        : await Promise.all(
            [...(hostile?.images ? [hostile.images.url] : []), imageProxy.url].map(url =>
              toBoard(options, url),
            ),
          ),
      access: accessParameters(access),
      ...(finality && { proverKey: toHex(finality.key.publicKey) }),
    },
    contracts: owner,
    owner: organisation.cast.owner.address,
    fleet,
    channel,
    now,
    onEvent: options.onEvent,
  });
  return { access, device };
}

const trustOf =
  (
    { hostile, rpcProxies }: Services,
    chainId: number,
    { checkpoints, finality }: Pick<Setting, 'checkpoints' | 'finality'>,
    options: SettingOptions,
  ): Setting['trust'] =>
  async ({ maximumAge }) => {
    const policy = { level: options.level, maximumAge };
    const l4 = await finality?.configuration();
    const told = (urls: readonly string[]) => Promise.all(urls.map(url => toBoard(options, url)));
    const endpoints = [...(hostile ? [hostile.endpoint] : []), ...rpcProxies].map(each => each.url);
    const { oneSocket } = options;
    return {
      profile: 'development',
      chainId,
      quorum: oneSocket ? 0 : 2,
      endpoints: oneSocket ? [] : await told(endpoints),
      policies: { command: policy, firmware: policy, lifecycle: policy },
      ...(l4 && { light: l4.light, ...(!oneSocket && { provers: await told(l4.provers) }) }),
      ...(checkpoints && { checkpoints }),
    };
  };
