/**
 * A board in operation: it reads what is addressed to it from the broker, gives it to commands and updates one task at
 * a time, and publishes what they decide.
 */

import { toHex } from '../bytes/hex.js';
import { rejected } from '../bytes/verdict.js';
import type { Commands } from '../command/commands.js';
import { StoreKey } from '../ledger/keys.js';
import type { PublishedReceipt } from '../ledger/receiptWire.js';
import { JsonRpcEndpoint } from '../rpc/client.js';
import { ChainReader } from '../trust/chainReader.js';
import { Floors } from '../trust/floors.js';
import type { OpenedTrust } from '../trust/open.js';
import type { UpdateSettlement, Updates } from '../update/updates.js';
import { assembleCommands, assembleTrust, assembleUpdates, type OperationOptions } from './assembly.js';
import { BrokerConnection } from './brokerConnection.js';
import { BrokerProver } from './brokerProver.js';
import { Mailbox } from './mailbox.js';
import { Outbox } from './outbox.js';
import { type Registration, readRegistration } from './registration.js';
import { type SignedStatus, signStatus } from './status.js';
import { TaskQueue } from './taskQueue.js';

/** The greatest number of deliveries that wait, with the one that is decided. */
const WAITING_TASKS_MAX = 16;
/** The time between two looks at what waits. */
const RETRY_EVERY_MS = 10_000;
/** The greatest time that a restart waits for the broker to take its announcement. */
const FAREWELL_MS_MAX = 2000;

/** Connects a board and lets it work until it is closed. */
export class Operation {
  readonly #options: OperationOptions;
  readonly #broker: BrokerConnection;
  /** Random, of this boot. */
  readonly #challenge = new Uint8Array(32);
  readonly #commands: Commands;
  readonly #endpoints: readonly JsonRpcEndpoint[];
  readonly #floors: Floors;
  readonly #mailbox: Mailbox;
  readonly #outbox: Outbox;
  readonly #prover: BrokerProver;
  readonly #reader: ChainReader;
  readonly #tasks = new TaskQueue(WAITING_TASKS_MAX);
  readonly #trust: OpenedTrust;
  readonly #updates: Updates;
  #closed = false;
  /** True while messages are dropped, which the log says once. */
  #dropping = false;
  /** The Device's status that the last signed status says. */
  #saidLifecycle = 0;
  #cancelRetry = () => {};

  /** Connects at once. Throws a RangeError on a broker or endpoint that is not a URL. */
  constructor(options: OperationOptions) {
    this.#options = options;
    const { configuration, connections, crypto, ledger, log, ports } = options;
    const { clock, entropy, json, network } = ports;
    entropy.fill(this.#challenge);
    this.#endpoints = configuration.endpoints.map(url => new JsonRpcEndpoint({ network, clock, json, url }));
    this.#reader = new ChainReader({
      crypto,
      endpoints: this.#endpoints,
      onBadWitness: ({ endpoint, result }) => this.#outbox.badWitness(endpoint, result),
    });
    this.#floors = new Floors({ clock, record: ledger.read(StoreKey.floors) });
    const { profile, telemetryKey } = configuration;
    this.#mailbox = new Mailbox({ ...options, entropy, telemetryKey });
    const publish: BrokerConnection['publish'] = (...message) => this.#broker.publish(...message);
    const [mailbox, status] = [this.#mailbox, () => this.#status()];
    this.#outbox = new Outbox({ ledger, log, mailbox, profile, publish, status });
    this.#prover = new BrokerProver({
      clock,
      crypto,
      entropy,
      proverKey: connections.proverKey,
      publish: question => void publish('ask', question, { qos: 0 }),
    });
    const base = {
      options,
      challenge: this.#challenge,
      endpoints: this.#endpoints,
      floors: this.#floors,
      reader: this.#reader,
    };
    this.#trust = assembleTrust(base, this.#prover, (prover, code, evidence) =>
      this.#outbox.badWitness(prover, rejected(code, evidence)),
    );
    this.#commands = assembleCommands(base, this.#trust.levels, {
      onSettled: (settlement, facts) => this.#outbox.settlement(settlement, facts),
      unseal: mailbox.unseal,
    });
    this.#updates = assembleUpdates(base, this.#trust.levels, {
      onSettled: settlement => this.#announceUpdate(settlement),
      onStored: receipt => this.publishReceipt(receipt),
    });
    this.#broker = this.#connect();
    this.#retryLater();
  }

  /** Finishes what a power cut interrupted. To be called once, before anything is delivered. */
  recover(): void {
    this.#tasks.add(() => this.#commands.recover());
    if (this.#trust.due) this.#tasks.add(() => this.#trust.follow());
  }

  /**
   * Takes untrusted bytes from any path, the broker or the console; false when there is no room for them. Answers go out
   * by the same topics whatever the path was.
   */
  deliver(kind: 'envelope' | 'offer', bytes: Uint8Array): boolean {
    // Asked before anything is hashed: a flood must not cost more than there is room for.
    if (this.#tasks.full) {
      if (!this.#dropping) {
        this.#options.log(`dropped an ${kind}, because ${WAITING_TASKS_MAX} deliveries wait already`);
      }
      this.#dropping = true;
      return false;
    }
    const offer = kind === 'offer' ? (this.#mailbox.openShared('offer', bytes) ?? bytes) : undefined;
    const task = offer ? () => this.#updates.deliver(offer) : this.#commands.take(bytes);
    if (!task) return true;
    return this.#tasks.add(async () => {
      this.#dropping = false;
      const before = this.#nowProvenForFirmware();
      await task();
      this.#tellChange();
      if (before) return;
      if (!this.#nowProvenForFirmware()) await this.#commands.proveNow('firmware');
      // An update may have waited for the proof of now that a command brought.
      if (this.#nowProvenForFirmware()) this.#tasks.add(() => this.#updates.retry());
    });
  }

  publishReceipt(receipt: PublishedReceipt): void {
    this.#outbox.receipt(receipt);
  }

  /** The state of the board's registration on chain; in words, the reason why it cannot be read. */
  registration(): Promise<Registration | string> {
    return readRegistration(this.#trust.quorum, this.#reader, this.#options.domain.verifyingContract);
  }

  /** Ends the operation; resolves when none of it writes to the store any more. */
  close(): Promise<void> {
    this.#closed = true;
    this.#cancelRetry();
    this.#broker.close();
    this.#updates.close();
    this.#trust.close();
    for (const endpoint of this.#endpoints) endpoint.close();
    return this.#tasks.close();
  }

  /** Resolves when the broker has taken the announcement, or after `FAREWELL_MS_MAX`. */
  async #announceUpdate({ hash, receipt, trail, verdict }: UpdateSettlement): Promise<void> {
    const { clock } = this.#options.ports;
    const told = this.#outbox.report({ kind: 'update', subject: toHex(hash), verdict, receipt, trail });
    if (receipt) this.publishReceipt(receipt);
    await Promise.race([told, new Promise<void>(resolve => void clock.after(FAREWELL_MS_MAX, resolve))]);
  }

  #connect(): BrokerConnection {
    const { connections, domain, identity, log, ports } = this.#options;
    return new BrokerConnection({
      access: identity.access,
      broker: connections.broker,
      clock: ports.clock,
      chainId: domain.chainId,
      entropy: ports.entropy,
      mailbox: this.#mailbox,
      network: ports.network,
      readsProofs: (this.#trust.light ?? this.#trust.checkpoints) !== undefined,
      log,
      onConnected: () => this.#outbox.status(),
      onMessage: (kind, payload) => {
        if (kind === 'finality') this.#trust.light?.offer(payload);
        else if (kind === 'proof') this.#prover.receive(payload);
        else this.deliver(kind, payload);
      },
    });
  }

  #status(): SignedStatus {
    const { level } = this.#trust.levels.policy('command');
    const { sealingKey } = this.#mailbox;
    const [challenge, floors] = [this.#challenge, this.#floors];
    const { seen } = this.#commands;
    this.#saidLifecycle = seen.status;
    return signStatus({ ...this.#options, challenge, floors, level, sealingKey, seen });
  }

  /** Says the status anew when the task that ended read another epoch or status of the Device. */
  #tellChange(): void {
    const moved = this.#broker.followEpoch();
    if (moved || this.#commands.seen.status !== this.#saidLifecycle) this.#outbox.status();
  }

  #nowProvenForFirmware(): boolean {
    return this.#floors.nowProven(this.#trust.levels.policy('firmware').level);
  }

  #retryLater(): void {
    this.#cancelRetry = this.#options.ports.clock.after(RETRY_EVERY_MS, () => {
      if (this.#closed) return;
      if (this.#commands.waiting)
        this.#tasks.add(() => this.#commands.retry().then(() => this.#tellChange()));
      if (this.#updates.waiting) this.#tasks.add(() => this.#updates.retry());
      if (this.#trust.due) this.#tasks.add(() => this.#trust.follow());
      this.#retryLater();
    });
  }
}
