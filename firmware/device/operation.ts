/**
 * A board in operation: it reads what is addressed to it from the broker, gives it to commands and updates one task at
 * a time, and publishes what they decide.
 */

import { toHex } from '../bytes/hex.js';
import { rejected, undetermined } from '../bytes/verdict.js';
import type { Commands } from '../command/commands.js';
import type { CommandChain } from '../command/facts.js';
import { type ConsoleTrust, type ConsoleVerdict, setTrustAtConsole } from '../handover/atConsole.js';
import type { HandOver } from '../handover/handOver.js';
import { StoreKey } from '../ledger/keys.js';
import type { PublishedReceipt } from '../ledger/receiptWire.js';
import { JsonRpcEndpoint } from '../rpc/client.js';
import { ChainReader } from '../trust/chainReader.js';
import { Floors } from '../trust/floors.js';
import type { OpenedTrust } from '../trust/open.js';
import type { UpdateSettlement, Updates } from '../update/updates.js';
import { AnswerLimit } from './answerLimit.js';
import {
  assembleBroker,
  assembleChain,
  assembleCommands,
  assembleHandOver,
  assembleTrust,
  assembleUpdates,
  type OperationOptions,
} from './assembly.js';
import type { BrokerConnection, IncomingKind } from './brokerConnection.js';
import { BrokerProver } from './brokerProver.js';
import { FAREWELL_MS_MAX, farewell } from './farewell.js';
import { Mailbox } from './mailbox.js';
import { skippedLine, wantedBytesMax } from './messageLimits.js';
import { OfferBox } from './offerBox.js';
import { Outbox } from './outbox.js';
import { type Registration, readRegistration } from './registration.js';
import { type SignedStatus, signStatus } from './status.js';
import { TaskQueue } from './taskQueue.js';

/** The time between two looks at what waits. */
const RETRY_EVERY_MS = 10_000;

/** Connects a board and lets it work until it is closed. */
export class Operation {
  readonly #options: OperationOptions;
  readonly #broker: BrokerConnection;
  readonly #chain: CommandChain;
  /** Random, of this boot. */
  readonly #challenge = new Uint8Array(32);
  readonly #commands: Commands;
  readonly #endpoints: readonly JsonRpcEndpoint[];
  readonly #floors: Floors;
  readonly #handOver: HandOver;
  readonly #mailbox: Mailbox;
  readonly #outbox: Outbox;
  readonly #prover: BrokerProver;
  readonly #reader: ChainReader;
  readonly #tasks = new TaskQueue();
  readonly #limit: AnswerLimit;
  readonly #offers: OfferBox;
  readonly #trust: OpenedTrust;
  readonly #updates: Updates;
  #closed = false;
  /** The Device's status that the last signed status says. */
  #saidLifecycle = 0;
  #cancelRetry = () => {};
  #cancelWork = () => {};

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
    this.#limit = new AnswerLimit(clock);
    this.#outbox = new Outbox({ clock, ledger, log, mailbox, profile, publish, status });
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
    this.#handOver = assembleHandOver(base, this.#prover);
    const { levels } = this.#trust;
    this.#chain = assembleChain(base, levels);
    this.#commands = assembleCommands(base, this.#chain, levels, this.#handOver, {
      onSettled: (settlement, facts) => this.#outbox.settlement(settlement, facts),
      unseal: mailbox.unseal,
    });
    this.#updates = assembleUpdates(base, levels, {
      onSettled: settlement => this.#announceUpdate(settlement),
      onStored: receipt => this.publishReceipt(receipt),
      onDownloadEnded: () => this.#retryUpdates(),
    });
    this.#offers = new OfferBox(clock, bytes => this.#updates.deliver(bytes));
    this.#broker = assembleBroker(options, mailbox, {
      wantedBytesMax: kind => this.#wantedBytesMax(kind),
      onSkipped: (kind, bytes) => this.#skipped(kind, bytes),
      readsProofs: (this.#trust.light ?? this.#trust.checkpoints) !== undefined,
      onConnected: () => this.#outbox.status(),
      onMessage: (kind, payload) => {
        if (kind === 'finality') this.#trust.light?.offer(payload);
        else if (kind === 'proof') this.#prover.receive(payload);
        else this.deliver(kind, payload);
      },
    });
    this.#retryLater();
  }

  /** Finishes what a power cut interrupted. To be called once, before anything is delivered. */
  recover(): void {
    this.#tasks.add('recover', () => this.#commands.recover());
    this.#followTrust();
  }

  /**
   * Takes untrusted bytes from any path, the broker or the console; false when there is no room for them, or they are
   * too long. Answers go out by the same topics whatever the path was.
   */
  deliver(kind: 'envelope' | 'offer' | 'trust', bytes: Uint8Array): boolean {
    if (this.#handOver.adopted) return false;
    // Asked before anything is hashed: a flood must not cost more than there is room for.
    if (bytes.length > this.#wantedBytesMax(kind)) {
      this.#skipped(kind, bytes.length);
      return false;
    }
    if (kind === 'trust') return this.#takeTrust(bytes);
    if (kind === 'envelope') {
      if (this.#commands.take(bytes)) this.#tasks.add('envelopes', () => this.#workOnCommands());
      return true;
    }
    const isTaken = this.#offers.take(this.#mailbox.openShared('offer', bytes) ?? bytes);
    if (isTaken) this.#tasks.add('offers', () => this.#workOnOffers());
    else this.#outbox.dropped('offer');
    return isTaken;
  }

  publishReceipt(receipt: PublishedReceipt): void {
    this.#outbox.receipt(receipt);
  }

  /** Sets trust in a hand-over, by a person at the console who brings the new owner's consent. */
  async setTrust(asked: ConsoleTrust): Promise<ConsoleVerdict> {
    const { domain, identity, ...options } = this.#options;
    const lifecycle = this.#trust.levels.policy('lifecycle');
    const [chain, floors, handOver] = [this.#chain, this.#floors, this.#handOver];
    const state = { ...options, chain, domain, floors, handOver, key: identity.address, lifecycle };
    const verdict = await this.#tasks.run('console', () => setTrustAtConsole(state, asked));
    if (!verdict) return undetermined('busy', 'another request of the console is under way');
    if (verdict.verdict === 'accepted') for (const receipt of verdict.value) this.publishReceipt(receipt);
    this.#afterCommands();
    return verdict;
  }

  /** The state of the board's registration on chain; in words, the reason why it cannot be read. */
  registration(): Promise<Registration | string> {
    return readRegistration(this.#trust.quorum, this.#reader, this.#options.domain.verifyingContract);
  }

  /** Ends the operation; resolves when none of it writes to the store any more. */
  close(): Promise<void> {
    this.#closed = true;
    this.#cancelRetry();
    this.#cancelWork();
    this.#broker.close();
    this.#updates.close();
    this.#handOver.close();
    this.#trust.close();
    for (const endpoint of this.#endpoints) endpoint.close();
    return this.#tasks.close();
  }

  /** Resolves, where a restart waits for it, when the broker has taken the announcement, or after `FAREWELL_MS_MAX`. */
  async #announceUpdate({ hash, receipt, trail, verdict }: UpdateSettlement): Promise<void> {
    const { clock } = this.#options.ports;
    const told = this.#outbox.report({ kind: 'update', subject: toHex(hash), verdict, receipt, trail });
    if (receipt) this.publishReceipt(receipt);
    if (verdict.verdict !== 'accepted') return;
    await farewell(clock, told);
  }

  /** Decides what envelopes came, and does what a proof of now that they brought makes possible. */
  async #workOnCommands(): Promise<void> {
    const before = this.#nowProvenForFirmware();
    await this.#commands.work();
    this.#afterCommands();
    this.#workLater();
    if (before) return;
    if (!this.#nowProvenForFirmware()) await this.#commands.proveNow('firmware');
    // An update may have waited for the proof of now that a command brought.
    if (this.#nowProvenForFirmware()) this.#retryUpdates();
  }

  async #workOnOffers(): Promise<void> {
    await this.#offers.work();
    this.#workLater();
  }

  /** Comes back to what waits for a proof that the budgets do not allow yet. */
  #workLater(): void {
    const waits = [this.#commands.deferredMs, this.#offers.deferredMs].filter(wait => wait !== undefined);
    this.#cancelWork();
    if (waits.length === 0 || this.#closed) return;
    this.#cancelWork = this.#options.ports.clock.after(Math.min(...waits), () => {
      if (this.#commands.deferredMs !== undefined) this.#tasks.add('envelopes', () => this.#workOnCommands());
      if (this.#offers.deferredMs !== undefined) this.#tasks.add('offers', () => this.#workOnOffers());
    });
  }

  /** Bytes of a message that are read now. */
  #wantedBytesMax(kind: IncomingKind): number {
    const { light } = this.#options.configuration;
    const answerBytesMax = this.#prover.wantedBytesMax;
    return wantedBytesMax(kind, { awaitsTrust: this.#handOver.awaits, light, answerBytesMax });
  }

  #skipped(kind: IncomingKind, bytes: number): void {
    const line = skippedLine(this.#limit, kind, bytes);
    if (line) this.#options.log(line);
  }

  /** A configuration that an order waits for. */
  #takeTrust(bytes: Uint8Array): boolean {
    if (!this.#handOver.take(this.#mailbox.openShared('trust', bytes) ?? bytes)) return false;
    this.#retryCommands();
    return true;
  }

  /** A status of before the change, with its old challenge, must not pass for one of after it. */
  #status(): SignedStatus | undefined {
    if (this.#handOver.adopted) return undefined;
    const { level } = this.#trust.levels.policy('command');
    const { sealingKey } = this.#mailbox;
    const [challenge, floors] = [this.#challenge, this.#floors];
    const { seen } = this.#commands;
    this.#saidLifecycle = seen.status;
    return signStatus({ ...this.#options, challenge, floors, level, sealingKey, seen });
  }

  /** Says the status anew when the task that ended read another epoch or status of the Device. */
  #afterCommands(): void {
    const moved = this.#broker.followEpoch();
    // Every change of owner or fleet brings a new epoch, and with it another approval or none.
    if (moved) this.#updates.endDownload('the Device has a new epoch');
    if (moved || this.#commands.seen.status !== this.#saidLifecycle) this.#outbox.status();
    if (!this.#handOver.adopted || this.#closed) return;
    this.#closed = true;
    this.#cancelRetry();
    this.#cancelWork();
    this.#updates.close();
    void this.#tasks.close();
    // The receipt is on its way out; it is stored, and asked for again it is told again.
    this.#options.ports.clock.after(FAREWELL_MS_MAX, () => this.#options.onTrustChanged());
  }

  #nowProvenForFirmware(): boolean {
    return this.#floors.nowProven(this.#trust.levels.policy('firmware').level);
  }

  #followTrust(): void {
    if (this.#trust.due) this.#tasks.add('trust', () => this.#trust.follow());
  }

  #retryCommands(): void {
    this.#tasks.add('retry', () => this.#commands.retry().then(() => this.#afterCommands()));
  }

  #retryUpdates(): void {
    this.#tasks.add('updates', () => this.#updates.retry());
  }

  #retryLater(): void {
    this.#cancelRetry = this.#options.ports.clock.after(RETRY_EVERY_MS, () => {
      if (this.#closed) return;
      if (this.#commands.waiting) this.#retryCommands();
      if (this.#updates.waiting) this.#retryUpdates();
      this.#followTrust();
      this.#retryLater();
    });
  }
}
