/**
 * A board in operation: connected, provisioned or about to be. It pulls what is addressed to it from the broker,
 * gives it to commands and updates one thing at a time, and publishes what they decide.
 */

import type { App } from '../app/app.js';
import { equal } from '../bytes/equal.js';
import { toHex } from '../bytes/hex.js';
import { encodeText } from '../bytes/text.js';
import { rejected } from '../bytes/verdict.js';
import { CommandChainReader } from '../command/commandChainReader.js';
import { Commands } from '../command/commands.js';
import { codeHash } from '../contract/facts.js';
import type { Domain } from '../contract/typedData.js';
import { StoreKey } from '../ledger/keys.js';
import type { Ledger } from '../ledger/ledger.js';
import { encodePublishedReceipt, type PublishedReceipt } from '../ledger/receiptWire.js';
import { MqttClient } from '../mqtt/client.js';
import type { Bls } from '../port/bls.js';
import type { Crypto } from '../port/crypto.js';
import type { Partition } from '../port/flash.js';
import type { Ports } from '../port/ports.js';
import { JsonRpcEndpoint } from '../rpc/client.js';
import { parseUrl } from '../rpc/url.js';
import { ChainReader } from '../trust/chainReader.js';
import type { TrustConfiguration } from '../trust/configuration.js';
import { Floors } from '../trust/floors.js';
import { type OpenedTrust, openTrust } from '../trust/open.js';
import { UpdateChainReader } from '../update/updateChainReader.js';
import { Updates } from '../update/updates.js';
import { BrokerProver } from './brokerProver.js';
import type { Connections, Identity } from './identity.js';
import type { Image } from './image.js';
import type { Registration } from './provisioning.js';
import { type Report, toAnswer, toLines } from './report.js';
import { encodeStatus, signStatus } from './status.js';
import { TaskQueue } from './taskQueue.js';
import { finalityTopic, type TopicName, topic } from './topics.js';

export interface OperationOptions {
  app: App;
  /** Where the configuration names L4. */
  bls?: Bls;
  configuration: TrustConfiguration;
  connections: Connections;
  crypto: Crypto;
  domain: Domain;
  identity: Identity;
  idleSlot: Partition;
  image: Image;
  ledger: Ledger;
  log(line: string): void;
  ports: Ports;
}

/** Deliveries that wait while one is decided. */
const WAITING_TASKS_MAX = 16;
/** Milliseconds between two looks at what waits. */
const RETRY_EVERY_MS = 10_000;
/** Milliseconds that a restart waits for its announcement to be taken by the broker. */
const FAREWELL_MS_MAX = 2000;

export class Operation {
  readonly #options: OperationOptions;
  readonly #challenge = new Uint8Array(32);
  readonly #commands: Commands;
  readonly #endpoints: JsonRpcEndpoint[];
  readonly #floors: Floors;
  readonly #mqtt: MqttClient;
  readonly #prover: BrokerProver;
  readonly #reader: ChainReader;
  readonly #trust: OpenedTrust;
  readonly #tasks = new TaskQueue(WAITING_TASKS_MAX);
  readonly #updates: Updates;
  #closed = false;
  /** Messages are being dropped, which is said once. */
  #dropping = false;
  #cancelRetry = () => {};

  /** Connects at once. Throws a RangeError on a broker or endpoint that is no URL. */
  constructor(options: OperationOptions) {
    this.#options = options;
    const { app, configuration, connections, crypto, domain, identity, image, ledger, ports } = options;
    const { clock, entropy, network } = ports;
    entropy.fill(this.#challenge);
    this.#endpoints = configuration.endpoints.map(url => new JsonRpcEndpoint({ network, clock, url }));
    this.#reader = new ChainReader({
      crypto,
      endpoints: this.#endpoints,
      onBadWitness: ({ endpoint, result }) =>
        this.#report({ kind: 'witness', subject: endpoint, verdict: result }),
    });
    this.#floors = new Floors({ clock, record: ledger.read(StoreKey.floors) });
    const device = domain.verifyingContract;
    this.#prover = new BrokerProver({
      clock,
      publish: question => void this.#publish('ask', question, false, 0),
    });
    this.#trust = openTrust({
      bls: options.bls,
      broker: this.#prover,
      challenge: this.#challenge,
      clock,
      configuration,
      crypto,
      device,
      endpoints: this.#endpoints,
      floors: this.#floors,
      network,
      reader: this.#reader,
      finality: ledger.kept(StoreKey.finality),
      checkpointKeys: ledger.kept(StoreKey.checkpointKeys),
      log: options.log,
      onBadAnswer: (prover, code, evidence) =>
        this.#report({ kind: 'witness', subject: prover, verdict: rejected(code, evidence) }),
    });
    const { levels } = this.#trust;
    const chain = { crypto, device, endpoints: this.#endpoints, reader: this.#reader };
    this.#commands = new Commands({
      app,
      chain: new CommandChainReader({
        ...chain,
        trust: levels.for('command'),
        trustFor: purpose => levels.for(purpose),
      }),
      challenge: this.#challenge,
      clock,
      crypto,
      domain,
      floors: this.#floors,
      key: identity.address,
      ledger,
      policy: levels.policy('command'),
      lifecycle: levels.policy('lifecycle'),
      onSettled: ({ hash, receipt, verdict }, facts) => {
        this.#report({ kind: 'command', subject: toHex(hash), verdict, receipt, trail: facts?.trail });
        if (receipt) this.publishReceipt(receipt);
      },
    });
    this.#updates = new Updates({
      app,
      boot: ports.boot,
      chain: new UpdateChainReader({ ...chain, trust: levels.for('firmware') }),
      clock,
      crypto,
      device,
      key: identity.address,
      floors: this.#floors,
      image,
      idleSlot: options.idleSlot,
      ledger,
      network,
      policy: levels.policy('firmware'),
      servers: connections.images,
      onSettled: async ({ hash, receipt, trail, verdict }) => {
        const told = this.#report({ kind: 'update', subject: toHex(hash), verdict, receipt, trail });
        if (receipt) this.publishReceipt(receipt);
        await Promise.race([told, new Promise<void>(resolve => void clock.after(FAREWELL_MS_MAX, resolve))]);
      },
      onStored: receipt => this.publishReceipt(receipt),
      onProgress: (offset, size) => {
        if (offset % 262_144 === 0 || offset === size) options.log(`downloaded ${offset} of ${size} bytes`);
      },
    });
    this.#mqtt = this.#connect(connections.broker);
    this.#retryLater();
  }

  /** Finishes what a power cut interrupted, before anything new. */
  recover(): void {
    this.#tasks.add(() => this.#commands.recover());
    if (this.#trust.due) this.#tasks.add(() => this.#trust.follow());
  }

  /** Bytes from any path: the broker, the console. Answers come by the same topics whatever the path was. */
  deliver(kind: 'envelope' | 'offer', bytes: Uint8Array): boolean {
    // Before anything is hashed: a flood must not cost more than what there is room for.
    if (this.#tasks.full) {
      if (!this.#dropping) this.#options.log(`${kind} dropped: ${WAITING_TASKS_MAX} wait already`);
      this.#dropping = true;
      return false;
    }
    const task = kind === 'envelope' ? this.#commands.take(bytes) : () => this.#updates.deliver(bytes);
    if (!task) return true;
    return this.#tasks.add(async () => {
      const firmware = this.#trust.levels.policy('firmware');
      const before = this.#floors.nowProven(firmware.level);
      this.#dropping = false;
      await task();
      if (!before && !this.#floors.nowProven(firmware.level)) await this.#commands.proveNow('firmware');
      // An update may have waited for the proof of now that a command brought.
      if (!before && this.#floors.nowProven(firmware.level)) this.#tasks.add(() => this.#updates.retry());
    });
  }

  publishReceipt(receipt: PublishedReceipt): void {
    void this.#publish('receipt', encodePublishedReceipt(receipt), false);
    // A receipt of before changed nothing that a status says, and a signature is dear.
    if (receipt.receipt.counter === this.#options.ledger.receiptCounter) this.#publishStatus();
  }

  /** What the chain says of this board's registration, or why that could not be learnt. */
  async registration(): Promise<Registration | string> {
    const account = [{ address: this.#options.domain.verifyingContract, slots: [] }];
    const times: number[] = [];
    let registered = false;
    for (const tag of ['latest', 'finalized'] as const) {
      const block = await this.#trust.quorum.head(tag);
      if (block.verdict === 'undetermined') return `${block.cause}: ${block.evidence}`;
      const reading = await this.#reader.read(block.value, account);
      if (reading.verdict === 'undetermined') return `${reading.cause}: ${reading.evidence}`;
      times.push(reading.value.head.timestamp);
      // Not merely an account: anybody can send it a little ether before there is a contract.
      registered = equal(reading.value.state.accounts[0].codeHash, codeHash.device());
    }
    return { now: times[0], finalized: times[1], registered };
  }

  /** Resolves when nothing of it writes to the store any more. */
  close(): Promise<void> {
    this.#closed = true;
    this.#cancelRetry();
    this.#mqtt.close();
    this.#updates.close();
    this.#trust.close();
    for (const endpoint of this.#endpoints) endpoint.close();
    return this.#tasks.close();
  }

  #connect(broker: string): MqttClient {
    const { domain, log, ports } = this.#options;
    const url = parseUrl(broker);
    if (!url) throw new RangeError(`${broker} is no URL of a broker`);
    const incoming = { [this.#topic('envelope')]: 'envelope', [this.#topic('offer')]: 'offer' } as const;
    const [finality, proof] = [finalityTopic(domain.chainId), this.#topic('proof')];
    const client = new MqttClient({
      network: ports.network,
      clock: ports.clock,
      entropy: ports.entropy,
      host: url.host,
      port: url.port,
      secure: url.secure,
      clientId: `holdfast-${toHex(domain.verifyingContract).slice(2)}`,
      will: { topic: this.#topic('presence'), payload: encodeText('offline'), qos: 1, retain: true },
      onMessage: (name, payload) => {
        const kind = incoming[name as keyof typeof incoming];
        if (kind) this.deliver(kind, payload);
        else if (name === finality) this.#trust.light?.offer(payload);
        else if (name === proof) this.#prover.receive(payload);
      },
      onConnected: () => {
        log(`connected to the broker ${broker}`);
        void this.#publish('presence', encodeText('online'), true);
        this.#publishStatus();
      },
      onDisconnected: (loss, retry) => log(`no broker (${loss.kind}), again in ${retry} ms`),
    });
    for (const name of Object.keys(incoming)) void client.subscribe(name, 1);
    if (this.#trust.light ?? this.#trust.checkpoints)
      for (const name of [finality, proof]) void client.subscribe(name, 0);
    return client;
  }

  #publishStatus(): void {
    const { level } = this.#trust.levels.policy('command');
    const given = { ...this.#options, challenge: this.#challenge, floors: this.#floors, level };
    void this.#publish('status', encodeStatus(signStatus(given)), true);
  }

  async #report(report: Report): Promise<void> {
    const { configuration, log } = this.#options;
    for (const line of toLines(report)) log(line);
    // Receipts come first: answers to junk must not take their places among what waits for an acknowledgement.
    const qos = report.verdict.verdict === 'accepted' ? 1 : 0;
    await this.#publish('answer', encodeText(toAnswer(configuration.profile, report)), false, qos);
  }

  async #publish(name: TopicName, payload: Uint8Array, retain: boolean, qos: 0 | 1 = 1): Promise<void> {
    // Begins on a stack of its own: see JsonRpcEndpoint.batch.
    await undefined;
    await this.#mqtt.publish(this.#topic(name), payload, { qos, retain });
  }

  #topic(name: TopicName): string {
    const { chainId, verifyingContract } = this.#options.domain;
    return topic(chainId, verifyingContract, name);
  }

  #retryLater(): void {
    this.#cancelRetry = this.#options.ports.clock.after(RETRY_EVERY_MS, () => {
      if (this.#closed) return;
      if (this.#commands.waiting) this.#tasks.add(() => this.#commands.retry());
      if (this.#updates.waiting) this.#tasks.add(() => this.#updates.retry());
      if (this.#trust.due) this.#tasks.add(() => this.#trust.follow());
      this.#retryLater();
    });
  }
}
