/**
 * A board in operation: it reads what is addressed to it from the broker, gives it to commands and updates one task at
 * a time, and publishes what they decide.
 */

import { shownState } from '../app/state.js';
import { toHex } from '../bytes/hex.js';
import { rejected, undetermined } from '../bytes/verdict.js';
import type { Commands } from '../command/commands.js';
import type { CommandChain } from '../command/facts.js';
import { ProofBudget, UNNAMED_PROOF_EVERY_MS } from '../command/proofBudget.js';
import { type ConsoleTrust, type ConsoleVerdict, setTrustAtConsole } from '../handover/atConsole.js';
import type { HandOver } from '../handover/handOver.js';
import type { PublishedReceipt } from '../ledger/receiptWire.js';
import { JsonRpcEndpoint } from '../rpc/client.js';
import { ChainReader } from '../trust/chainReader.js';
import type { Floors } from '../trust/floors.js';
import { type OpenedTrust, openProvers } from '../trust/open.js';
import type { UpdateIntake, UpdateSettlement } from '../update/updates.js';
import { AnswerLimit } from './answerLimit.js';
import {
  assembleBroker,
  assembleChain,
  assembleCommands,
  assembleHandOver,
  assembleOffers,
  assembleTrust,
  assembleUpdates,
  type OperationOptions,
  openRest,
} from './assembly.js';
import type { BrokerConnection, IncomingKind } from './brokerConnection.js';
import { BrokerProver } from './brokerProver.js';
import { assembleCrashes } from './crashAssembly.js';
import type { CrashOutflow } from './crashOutflow.js';
import { FAREWELL_MS_MAX, farewell } from './farewell.js';
import { Mailbox } from './mailbox.js';
import { skippedLine, wantedBytesMax } from './messageLimits.js';
import type { OfferBox } from './offerBox.js';
import { openFloors } from './openFloors.js';
import { Outbox } from './outbox.js';
import { type Registration, readRegistration } from './registration.js';
import { watchState } from './stateWatch.js';
import { type SignedStatus, signStatus } from './status.js';
import { assembleTelemetry } from './telemetryAssembly.js';
import type { TelemetryOutflow } from './telemetryOutflow.js';
import { Workload } from './workload.js';

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
  readonly #limit: AnswerLimit;
  readonly #offers: OfferBox;
  readonly #trust: OpenedTrust;
  readonly #updates: UpdateIntake;
  readonly #work: Workload;
  #crashes: CrashOutflow | undefined = undefined;
  readonly #telemetry: TelemetryOutflow | undefined;
  readonly #unwatchState: () => void;
  #closed = false;
  /** Tells the device of another key, or of a retired board, once the last words are out. */
  #ended: (() => void) | undefined;

  /** Connects at once. Throws a RangeError on a broker or endpoint that is not a URL. */
  constructor(options: OperationOptions) {
    this.#options = options;
    const { configuration, connections, crypto, ledger, log, ports } = options;
    const { clock, entropy, json, network } = ports;
    entropy.fill(this.#challenge);
    this.#endpoints = configuration.endpoints.map(url => new JsonRpcEndpoint({ network, clock, json, url }));
    this.#floors = openFloors(clock, ledger, log);
    const { profile, telemetryKey } = configuration;
    this.#mailbox = new Mailbox({ ...options, entropy, telemetryKey });
    const publish: BrokerConnection['publish'] = (...message) => this.#broker.publish(...message);
    const [mailbox, status] = [this.#mailbox, () => this.#status()];
    this.#limit = new AnswerLimit(clock);
    this.#outbox = new Outbox({ clock, ledger, log, mailbox, profile, publish, status });
    this.#prover = new BrokerProver({
      ...{ clock, crypto, entropy },
      proverKey: connections.proverKey,
      isAlone: configuration.endpoints.length + (configuration.provers ?? []).length === 0,
      publish: question => this.#broker.ask(question),
    });
    const provers = openProvers(ports, configuration, this.#prover);
    this.#reader = new ChainReader({
      crypto,
      provers,
      endpoints: this.#endpoints,
      onBadWitness: ({ result, source }) => this.#outbox.badWitness(source, result),
    });
    const base = {
      options,
      challenge: this.#challenge,
      endpoints: this.#endpoints,
      floors: this.#floors,
      proofBudget: new ProofBudget(clock, UNNAMED_PROOF_EVERY_MS[profile]),
      provers,
      reader: this.#reader,
    };
    this.#trust = assembleTrust(base, (prover, code, evidence) =>
      this.#outbox.badWitness(prover, rejected(code, evidence)),
    );
    this.#handOver = assembleHandOver(base, this.#prover);
    const { levels } = this.#trust;
    this.#chain = assembleChain(base, levels);
    this.#commands = assembleCommands(base, this.#chain, levels, this.#handOver, mailbox, {
      onSettled: (settlement, facts) => this.#outbox.settlement(settlement, facts),
      onKeyChanged: () => {
        this.#ended = options.onKeyChanged;
      },
      onRetired: () => {
        this.#ended = options.onRetired;
      },
    });
    this.#updates = assembleUpdates(base, levels, {
      onSettled: settlement => this.#announceUpdate(settlement),
      onStored: receipt => this.publishReceipt(receipt),
      onDownloadEnded: () => this.#work.retryUpdates(),
    });
    this.#offers = assembleOffers(base, this.#updates);
    this.#broker = this.#connect();
    this.#telemetry = assembleTelemetry(base, levels, mailbox, () => this.#broker);
    this.#work = new Workload({
      clock,
      commands: this.#commands,
      offers: this.#offers,
      trust: this.#trust,
      updates: this.#updates,
      rest: openRest(options, this.#broker, [this.#commands, this.#updates, this.#handOver], this.#telemetry),
      nowProvenForFirmware: () => this.#floors.nowProven(levels.policy('firmware').level),
      afterCommands: () => this.#afterCommands(),
    });
    this.#unwatchState = watchState(clock, options.app, () => this.#sayStatusOnce());
  }

  /** Finishes what a power cut interrupted. To be called once, before anything is delivered. */
  recover(): void {
    this.#work.recover();
    this.#crashes = assembleCrashes(this.#options, this.#mailbox, this.#broker);
  }

  /**
   * Takes untrusted bytes from any path, the broker or the console; false when there is no room for them, or they are
   * too long. Answers go out by the same topics whatever the path was.
   */
  deliver(kind: 'envelope' | 'offer' | 'trust', bytes: Uint8Array): boolean {
    if (this.#closed) return false;
    // Asked before anything is hashed: a flood must not cost more than there is room for.
    if (bytes.length > this.#wantedBytesMax(kind)) {
      this.#skipped(kind, bytes.length);
      return false;
    }
    if (kind === 'trust') return this.#takeTrust(bytes);
    if (kind === 'envelope') {
      if (this.#commands.take(bytes)) this.#work.envelopes();
      return true;
    }
    const isTaken = this.#offers.take(this.#mailbox.openShared('offer', bytes) ?? bytes);
    if (isTaken) this.#work.offers();
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
    const state = {
      ...options,
      chain,
      domain,
      floors,
      handOver,
      key: identity.address,
      life: identity,
      lifecycle,
    };
    const verdict = await this.#work.run('console', () => setTrustAtConsole(state, asked));
    if (!verdict) return undetermined('busy', 'another request of the console is under way');
    if (verdict.verdict === 'accepted') for (const receipt of verdict.value) this.publishReceipt(receipt);
    this.#afterCommands();
    return verdict;
  }

  /** The state of the board's registration on chain; in words, the reason why it cannot be read. */
  registration(): Promise<Registration | string> {
    return readRegistration(this.#trust.first, this.#reader, this.#options.domain.verifyingContract);
  }

  /** Ends the operation; resolves when none of it writes to the store any more. */
  close(): Promise<void> {
    this.#closed = true;
    this.#unwatchState();
    this.#crashes?.close();
    this.#telemetry?.close();
    this.#broker.close();
    this.#outbox.close();
    this.#updates.close();
    this.#handOver.close();
    this.#trust.close();
    for (const endpoint of this.#endpoints) endpoint.close();
    return this.#work.close();
  }

  /** Resolves, where a restart waits for it, when the broker has taken the announcement, or after `FAREWELL_MS_MAX`. */
  #announceUpdate({ hash, receipt, trail, verdict }: UpdateSettlement): Promise<void> {
    // Not an async function: its frames would lie on the stack beside those of the answer's seal.
    const report = { kind: 'update', subject: toHex(hash), verdict, receipt, trail } as const;
    const told = new Promise<void>(settle => this.#outbox.report(report, undefined, settle));
    if (receipt) this.publishReceipt(receipt);
    if (verdict.verdict !== 'accepted') return told;
    this.#telemetry?.flush();
    return farewell(this.#options.ports.clock, told);
  }

  #connect(): BrokerConnection {
    return assembleBroker(this.#options, this.#mailbox, {
      wantedBytesMax: kind => this.#wantedBytesMax(kind),
      onSkipped: (kind, bytes) => this.#skipped(kind, bytes),
      readsProofs: (this.#trust.light ?? this.#trust.checkpoints) !== undefined,
      onConnected: () => this.#outbox.connected(this.#options.ports.wireless),
      onMessage: (kind, payload) => {
        if (kind === 'finality') this.#trust.light?.offer(payload);
        else if (kind === 'proof') this.#prover.receive(payload);
        else this.deliver(kind, payload);
      },
    });
  }

  /** Begins nothing more, gives the last words time to go out, and tells the device. */
  #end(next: () => void): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#updates.close();
    void this.#work.close();
    this.#options.ports.clock.after(FAREWELL_MS_MAX, next);
  }

  #wantedBytesMax(kind: IncomingKind): number {
    // Finality is taken one message at a time: a board that looks at its level asks for the newest all the same.
    const light = this.#trust.light?.hasOffer ? undefined : this.#options.configuration.light;
    const [answerBytesMax, awaitsTrust] = [this.#prover.wantedBytesMax, this.#handOver.awaits];
    return wantedBytesMax(kind, { awaitsTrust, isProving: this.#work.isWorking, light, answerBytesMax });
  }

  #skipped(kind: IncomingKind, bytes: number): void {
    const line = skippedLine(this.#limit, kind, bytes);
    if (line) this.#options.log(line);
  }

  #takeTrust(bytes: Uint8Array): boolean {
    if (!this.#handOver.take(this.#mailbox.openShared('trust', bytes) ?? bytes)) return false;
    this.#work.retryCommands();
    return true;
  }

  /** A status of before the change, with its old challenge, must not pass for one of after it. */
  #status(): SignedStatus | undefined {
    if (this.#handOver.adopted) return undefined;
    const { level } = this.#trust.levels.policy('command');
    const [challenge, floors, { sealingKey }] = [this.#challenge, this.#floors, this.#mailbox];
    const [{ seen }, telemetry] = [this.#commands, this.#telemetry?.counter ?? 0];
    return signStatus({ ...this.#options, challenge, floors, level, sealingKey, seen, telemetry });
  }

  #sayStatusOnce(): void {
    const state = shownState(this.#options.app);
    this.#outbox.statusOnce({ lifecycle: this.#commands.seen.status, lowered: this.#floors.lowered, state });
  }

  /** Says the status anew when the task that ended read another epoch or status of the Device, or lowered a floor. */
  #afterCommands(): void {
    const moved = this.#broker.followEpoch();
    // A change of owner or fleet brings a new epoch, and another approval or none.
    if (moved || this.#commands.seen.isOthers) this.#updates.endDownload('the Device changed hands');
    if (moved) this.#outbox.status();
    else this.#sayStatusOnce();
    // The receipt is on its way out; it is stored, and asked for again it is told again.
    if (this.#handOver.adopted) this.#end(this.#options.onTrustChanged);
    else if (this.#ended) this.#end(this.#ended);
  }
}
