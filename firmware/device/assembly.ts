/** The assembly of an operation: trust, commands and updates, wired to the board's state and ports. */

import type { App } from '../app/app.js';
import { CommandChainReader } from '../command/commandChainReader.js';
import { Commands, type CommandsOptions } from '../command/commands.js';
import type { CommandChain } from '../command/facts.js';
import type { ProofBudget } from '../command/proofBudget.js';
import type { Domain } from '../contract/typedData.js';
import { HandOver } from '../handover/handOver.js';
import { Trial } from '../handover/trial.js';
import { frameworkActions } from '../handover/trustAction.js';
import { StoreKey } from '../ledger/keys.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Bls } from '../port/bls.js';
import type { Crypto } from '../port/crypto.js';
import type { Partition } from '../port/flash.js';
import type { Ports } from '../port/ports.js';
import type { RpcEndpoint } from '../rpc/client.js';
import type { ChainReader } from '../trust/chainReader.js';
import type { TrustConfiguration } from '../trust/configuration.js';
import type { Floors } from '../trust/floors.js';
import type { Levels } from '../trust/levels.js';
import { type OpenedTrust, type OpenTrustOptions, openTrust } from '../trust/open.js';
import type { Prover } from '../trust/prover.js';
import { UpdateChainReader, type UpdateLine } from '../update/updateChainReader.js';
import { type UpdateIntake, Updates, type UpdatesOptions } from '../update/updates.js';
import type { AppLine } from './appLine.js';
import { BrokerConnection, type BrokerConnectionOptions } from './brokerConnection.js';
import type { Connections } from './connections.js';
import { farewell } from './farewell.js';
import type { Identity } from './identity.js';
import type { Image } from './image.js';
import { BoardLife, type BoardLifeOptions } from './life.js';
import type { Mailbox } from './mailbox.js';
import { networkChange } from './networkOrder.js';
import { OfferBox } from './offerBox.js';
import { Rest } from './rest.js';
import { readSleepPlan, sleepChange } from './sleepPlan.js';
import type { TelemetryRing } from './telemetryRing.js';

/** The board's configuration, state and ports. */
export interface OperationOptions {
  app: App;
  /** Missing for a board that takes no app images. */
  appLine?: AppLine;
  /** Needed where the configuration names L4. */
  bls?: Bls;
  configuration: TrustConfiguration;
  connections: Connections;
  crypto: Crypto;
  /** The chain and the board's Device. */
  domain: Domain;
  identity: Identity;
  /** The slot that the running image is not in. */
  idleSlot: Partition;
  image: Image;
  ledger: Ledger;
  /** Told when the board has another key: the operation does nothing more. */
  onKeyChanged(): void;
  /** Told when the Device is retired for ever: the operation does nothing more. */
  onRetired(): void;
  /** The BLS port, for a configuration that names L4. */
  loadBls(): Promise<Bls>;
  log(line: string): void;
  /** Told when the board has adopted another trust configuration: the operation does nothing more. */
  onTrustChanged(): void;
  ports: Ports;
  /** Opens the ring of batches that wait; undefined for an app that reports nothing. */
  telemetryRing?: () => TelemetryRing;
}

/** The parts of an operation that all others are built on. */
export interface OperationBase {
  options: OperationOptions;
  /** 32 bytes: this boot's. */
  challenge: Uint8Array;
  endpoints: readonly RpcEndpoint[];
  floors: Floors;
  proofBudget: ProofBudget;
  provers: readonly Prover[];
  reader: ChainReader;
}

/** Bytes between two lines of the log about a download. */
const DOWNLOAD_LINE_EVERY_BYTES = 262_144;

/** Opens the levels of header trust that the configuration names. */
export function assembleTrust(
  { challenge, endpoints, floors, options, provers, reader }: OperationBase,
  onBadAnswer: OpenTrustOptions['onBadAnswer'],
): OpenedTrust {
  const { bls, configuration, crypto, domain, ledger, log, ports } = options;
  return openTrust({
    bls,
    challenge,
    clock: ports.clock,
    configuration,
    crypto,
    device: domain.verifyingContract,
    endpoints,
    floors,
    provers,
    reader,
    finality: ledger.kept(StoreKey.finality),
    checkpointKeys: ledger.kept(StoreKey.checkpointKeys),
    log,
    onBadAnswer,
  });
}

/** Connects the board to its broker. */
export function assembleBroker(
  { connections, domain, identity, log, ports }: OperationOptions,
  mailbox: Mailbox,
  told: Pick<
    BrokerConnectionOptions,
    'onConnected' | 'onMessage' | 'onSkipped' | 'readsProofs' | 'wantedBytesMax'
  >,
): BrokerConnection {
  const { clock, entropy, network } = ports;
  return new BrokerConnection({
    access: identity.access,
    broker: connections.broker,
    clock,
    chainId: domain.chainId,
    entropy,
    mailbox,
    network,
    log,
    ...told,
  });
}

/** Makes the hand-over of the board; `broker` is the prover behind it. */
export function assembleHandOver({ challenge, options }: OperationBase, broker: Prover): HandOver {
  const { configuration, crypto, domain, identity, ledger, loadBls, log, ports } = options;
  const { clock, json, network } = ports;
  return new HandOver({
    after: () => ledger.settled.block,
    clock,
    configuration,
    crypto,
    keeper: identity,
    log,
    openTrial: async candidate => {
      const bls = candidate.light && (await loadBls());
      return new Trial({ bls, broker, challenge, clock, crypto, domain, json, network, log }, candidate);
    },
  });
}

/** Makes the chain as commands ask it. */
export const assembleChain = (
  { endpoints, options: { crypto, domain }, provers, reader }: OperationBase,
  levels: Levels,
): CommandChain =>
  new CommandChainReader({
    crypto,
    device: domain.verifyingContract,
    endpoints,
    provers,
    reader,
    trust: levels.for('command'),
    trustFor: purpose => levels.for(purpose),
  });

/** Makes the commands of the board. */
export function assembleCommands(
  { challenge, floors, options, proofBudget }: OperationBase,
  chain: CommandChain,
  levels: Levels,
  handOver: HandOver,
  mailbox: Mailbox,
  {
    onKeyChanged,
    onRetired,
    ...told
  }: Pick<CommandsOptions, 'onSettled'> & Pick<BoardLifeOptions, 'onKeyChanged' | 'onRetired'>,
): Commands {
  const { app, configuration, crypto, domain, identity, ledger, ports } = options;
  const changes = {
    network: networkChange(ports.wireless, mailbox),
    sleep: sleepChange(ports, configuration, ledger.kept(StoreKey.sleep)),
  };
  return new Commands({
    app: { ...app, framework: { ...app.framework, ...frameworkActions(handOver, changes) } },
    chain,
    challenge,
    clock: ports.clock,
    crypto,
    domain,
    floors,
    key: identity.address,
    ledger,
    policy: levels.policy('command'),
    lifecycle: levels.policy('lifecycle'),
    life: new BoardLife({ app, identity, onKeyChanged, onRetired }),
    trustOrders: handOver,
    proofBudget,
    unseal: mailbox.unseal,
    ...told,
  });
}

/** The board's rest, where its platform has a deep sleep; `parts` may have something to do, `telemetry` reports to keep. */
export function openRest(
  { ledger, ports }: OperationOptions,
  broker: Pick<BrokerConnection, 'leave'>,
  parts: readonly { readonly isBusy: boolean }[],
  telemetry?: { flush(): void },
): Rest | undefined {
  const { clock, deepSleep, wireless } = ports;
  const record = ledger.kept(StoreKey.sleep);
  if (!deepSleep) return undefined;
  return new Rest({
    clock,
    isBusy: () => parts.some(({ isBusy }) => isBusy) || (wireless?.isTrying ?? false),
    leave: () => {
      telemetry?.flush();
      return farewell(clock, broker.leave());
    },
    plan: () => readSleepPlan(record),
    sleep: milliseconds => {
      telemetry?.flush();
      deepSleep(milliseconds);
    },
  });
}

/** Makes the updates of the board. */
export function assembleUpdates(
  { floors, options, provers, reader }: OperationBase,
  levels: Levels,
  told: Pick<UpdatesOptions, 'onSettled' | 'onStored' | 'onDownloadEnded'>,
): UpdateIntake {
  const { app, appLine, connections, crypto, domain, identity, idleSlot, image, ledger, log, ports } =
    options;
  const device = domain.verifyingContract;
  const chainOf = (line?: UpdateLine) =>
    new UpdateChainReader({ crypto, device, line, reader, trust: levels.for('firmware') });
  const ofImages: UpdatesOptions = {
    app,
    boot: ports.boot,
    chain: chainOf(),
    clock: ports.clock,
    crypto,
    device,
    key: identity.address,
    floors,
    image,
    idleSlot,
    known: identity,
    ledger,
    network: ports.network,
    policy: levels.policy('firmware'),
    servers: connections.images,
    prover: connections.proverKey && provers.find(({ lastResort }) => lastResort),
    floorBytesPerSecond: connections.imageFloor,
    postponeHours: connections.postponeHours,
    revision: connections.revision,
    ...told,
    onProgress: (offset, size) => {
      if (offset % DOWNLOAD_LINE_EVERY_BYTES !== 0 && offset !== size) return;
      log(`downloaded ${offset} of ${size} bytes`);
    },
  };
  return appLine ? appLine.updates(ofImages, chainOf) : new Updates(ofImages);
}

/** Makes the box for offers on their way to the updates. */
export const assembleOffers = ({ proofBudget }: OperationBase, updates: UpdateIntake): OfferBox =>
  new OfferBox({
    consider: bytes => updates.deliver(bytes),
    isApproved: offer => updates.isApproved(offer),
    proofBudget,
  });
