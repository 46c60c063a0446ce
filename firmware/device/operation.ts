/**
 * A board in operation: it reads what is addressed to it from the broker, gives it to commands and updates one task at
 * a time, and publishes what they decide.
 */

import { toHex } from '../bytes/hex.js';
import { encodeText } from '../bytes/text.js';
import { rejected } from '../bytes/verdict.js';
import type { Settlement } from '../command/answer.js';
import type { Commands } from '../command/commands.js';
import type { CommandFacts } from '../command/facts.js';
import { StoreKey } from '../ledger/keys.js';
import { encodePublishedReceipt, type PublishedReceipt } from '../ledger/receiptWire.js';
import { JsonRpcEndpoint } from '../rpc/client.js';
import { ChainReader } from '../trust/chainReader.js';
import { Floors } from '../trust/floors.js';
import type { OpenedTrust } from '../trust/open.js';
import type { UpdateSettlement, Updates } from '../update/updates.js';
import { assembleCommands, assembleTrust, assembleUpdates, type OperationOptions } from './assembly.js';
import { BrokerConnection } from './brokerConnection.js';
import { BrokerProver } from './brokerProver.js';
import { type Registration, readRegistration } from './registration.js';
import { type Report, toAnswer, toLines } from './report.js';
import { encodeStatus, signStatus } from './status.js';
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
  readonly #prover: BrokerProver;
  readonly #reader: ChainReader;
  readonly #tasks = new TaskQueue(WAITING_TASKS_MAX);
  readonly #trust: OpenedTrust;
  readonly #updates: Updates;
  #closed = false;
  /** True while messages are dropped, which the log says once. */
  #dropping = false;
  #cancelRetry = () => {};

  /** Connects at once. Throws a RangeError on a broker or endpoint that is not a URL. */
  constructor(options: OperationOptions) {
    this.#options = options;
    const { configuration, crypto, ledger, ports } = options;
    const { clock, entropy, json, network } = ports;
    entropy.fill(this.#challenge);
    this.#endpoints = configuration.endpoints.map(url => new JsonRpcEndpoint({ network, clock, json, url }));
    this.#reader = new ChainReader({
      crypto,
      endpoints: this.#endpoints,
      onBadWitness: ({ endpoint, result }) =>
        this.#report({ kind: 'witness', subject: endpoint, verdict: result }),
    });
    this.#floors = new Floors({ clock, record: ledger.read(StoreKey.floors) });
    this.#prover = new BrokerProver({
      clock,
      publish: question => void this.#broker.publish('ask', question, { qos: 0 }),
    });
    const base = {
      options,
      challenge: this.#challenge,
      endpoints: this.#endpoints,
      floors: this.#floors,
      reader: this.#reader,
    };
    this.#trust = assembleTrust(base, this.#prover, (prover, code, evidence) =>
      this.#report({ kind: 'witness', subject: prover, verdict: rejected(code, evidence) }),
    );
    this.#commands = assembleCommands(base, this.#trust.levels, (settlement, facts) =>
      this.#announceCommand(settlement, facts),
    );
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
    const task = kind === 'envelope' ? this.#commands.take(bytes) : () => this.#updates.deliver(bytes);
    if (!task) return true;
    return this.#tasks.add(async () => {
      this.#dropping = false;
      const before = this.#nowProvenForFirmware();
      await task();
      if (before) return;
      if (!this.#nowProvenForFirmware()) await this.#commands.proveNow('firmware');
      // An update may have waited for the proof of now that a command brought.
      if (this.#nowProvenForFirmware()) this.#tasks.add(() => this.#updates.retry());
    });
  }

  publishReceipt(receipt: PublishedReceipt): void {
    void this.#broker.publish('receipt', encodePublishedReceipt(receipt));
    // An older receipt changed nothing that the status says, and a signature is costly.
    if (receipt.receipt.counter === this.#options.ledger.receiptCounter) this.#publishStatus();
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

  #announceCommand({ hash, receipt, verdict }: Settlement, facts: CommandFacts | undefined): void {
    void this.#report({ kind: 'command', subject: toHex(hash), verdict, receipt, trail: facts?.trail });
    if (receipt) this.publishReceipt(receipt);
  }

  /** Resolves when the broker has taken the announcement, or after `FAREWELL_MS_MAX`. */
  async #announceUpdate({ hash, receipt, trail, verdict }: UpdateSettlement): Promise<void> {
    const { clock } = this.#options.ports;
    const told = this.#report({ kind: 'update', subject: toHex(hash), verdict, receipt, trail });
    if (receipt) this.publishReceipt(receipt);
    await Promise.race([told, new Promise<void>(resolve => void clock.after(FAREWELL_MS_MAX, resolve))]);
  }

  #connect(): BrokerConnection {
    const { connections, domain, log, ports } = this.#options;
    return new BrokerConnection({
      broker: connections.broker,
      clock: ports.clock,
      domain,
      entropy: ports.entropy,
      network: ports.network,
      readsProofs: (this.#trust.light ?? this.#trust.checkpoints) !== undefined,
      log,
      onConnected: () => this.#publishStatus(),
      onMessage: (kind, payload) => {
        if (kind === 'finality') this.#trust.light?.offer(payload);
        else if (kind === 'proof') this.#prover.receive(payload);
        else this.deliver(kind, payload);
      },
    });
  }

  #publishStatus(): void {
    const { level } = this.#trust.levels.policy('command');
    const given = { ...this.#options, challenge: this.#challenge, floors: this.#floors, level };
    void this.#broker.publish('status', encodeStatus(signStatus(given)), { retain: true });
  }

  async #report(report: Report): Promise<void> {
    const { configuration, log } = this.#options;
    for (const line of toLines(report)) log(line);
    // Receipts come first: answers to junk must not take their places among what waits for an acknowledgement.
    const qos = report.verdict.verdict === 'accepted' ? 1 : 0;
    await this.#broker.publish('answer', encodeText(toAnswer(configuration.profile, report)), { qos });
  }

  #nowProvenForFirmware(): boolean {
    return this.#floors.nowProven(this.#trust.levels.policy('firmware').level);
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
