/** A board's words: reports, receipts and statuses, each sealed for those it is meant for and published. */

import { equal } from '../bytes/equal.js';
import { toHex } from '../bytes/hex.js';
import { accepted, rejected, undetermined } from '../bytes/verdict.js';
import type { Settlement } from '../command/answer.js';
import type { CommandFacts } from '../command/facts.js';
import { DeviceStatus } from '../contract/facts.js';
import type { Ledger } from '../ledger/ledger.js';
import { encodePublishedReceipt, type PublishedReceipt } from '../ledger/receiptWire.js';
import type { Clock } from '../port/clock.js';
import type { Wireless } from '../port/wireless.js';
import { ANSWER_EVERY_MS, AnswerLimit } from './answerLimit.js';
import type { Outgoing } from './brokerConnection.js';
import type { Mailbox } from './mailbox.js';
import { answerBytes, type Report, toLines } from './report.js';
import { encodeStatus, type SignedStatus, type Status } from './status.js';
import type { TopicName } from './topics.js';

/** The envelope that a report is about. */
export interface About {
  /** 32 bytes. */
  hash: Uint8Array;
  /** The sender's public key, if the envelope is at hand and names one. */
  replyKey?: Uint8Array;
}

/** The sources of what the board says, and those who hear it: the log, and the broker behind the mailbox. */
export interface OutboxOptions {
  clock: Clock;
  ledger: Pick<Ledger, 'receiptCounter'>;
  log(line: string): void;
  mailbox: Mailbox;
  /** Of the trust configuration; every answer says it. */
  profile: string;
  publish(name: TopicName, payload: Uint8Array, options?: Outgoing, settle?: () => void): void;
  /** Signs the status as it is now; undefined when there is none to tell. */
  status(): SignedStatus | undefined;
}

/** Refusals that whoever reaches the board can cause without a proof: of each kind one is told in a second. */
const EASILY_CAUSED: readonly string[] = [
  'busy',
  'malformed',
  'not_anchored',
  'replayed',
  'unauthorized',
  'void',
  'wrong_target',
];

/** Says what the board decided. */
export class Outbox {
  readonly #options: OutboxOptions;
  readonly #limit: AnswerLimit;
  /** Cancels the word `busy` that is due, by the kind of message that it is about. */
  readonly #due = new Map<'envelope' | 'offer', () => void>();
  #said: Status | undefined = undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#limit = new AnswerLimit(options.clock);
  }

  /**
   * Logs a report and publishes its answer, for the sender of the envelope alone where a key says who that is. A
   * refusal that is easily caused is told once in a second. `settle` is called when the answer is out, or there is none.
   */
  report(report: Report, about?: About, settle?: () => void): void {
    if (this.#isTold(report)) this.#tell(report, about, settle);
    else settle?.();
  }

  /** Nothing but the sealed answer is alive while the broker is waited for. */
  #tell(report: Report, about: About | undefined, settle?: () => void): void {
    const { log, mailbox, profile, publish } = this.#options;
    for (const line of toLines(report)) log(line);
    // Receipts come first: answers to junk must not take their places among what waits for an acknowledgement.
    const qos = report.verdict.verdict === 'accepted' ? 1 : 0;
    const answer = answerBytes(profile, report);
    const sealed = about && mailbox.reply('answer', about.replyKey, about.hash, answer);
    publish('answer', sealed ?? mailbox.shared('answer', answer), { qos }, settle);
  }

  /**
   * Says, once in a second, that messages of a kind found no room. Who sent the last of a flood hears it too, though
   * later: else a genuine sender among strangers would wait for an answer that never comes.
   */
  dropped(kind: 'envelope' | 'offer'): void {
    if (this.#limit.take(`dropped ${kind}`) === undefined) {
      this.#sayLater(kind);
      return;
    }
    const verdict = undetermined('busy', `too many messages wait: dropped, deliver it again later (${kind})`);
    this.#tell({ kind: kind === 'offer' ? 'update' : 'command', subject: '', verdict }, undefined);
  }

  /** Says how the board stands, and what came of another Wi-Fi that was on trial. */
  connected(wireless: Wireless | undefined): void {
    this.status();
    const change = wireless?.reached();
    if (!change) return;
    const verdict =
      change === 'kept' ? accepted(undefined) : rejected('trial', 'another Wi-Fi did not lead to the broker');
    this.report({ kind: 'network', subject: '', verdict });
  }

  /** Says what came of an envelope. */
  settlement({ hash, receipt, replyKey, verdict }: Settlement, facts: CommandFacts | undefined): void {
    // The trail shows the Device's status: of a stolen board the owner alone reads it, in the signed status.
    const trail = facts?.device.status === DeviceStatus.stolen ? undefined : facts?.trail;
    const report: Report = { kind: 'command', subject: toHex(hash), verdict, receipt, trail };
    if (!this.#isTold(report)) return;
    this.#tell(report, { hash, replyKey });
    if (receipt) this.receipt(receipt, replyKey);
  }

  #isTold({ kind, receipt, verdict }: Report): boolean {
    if (verdict.verdict === 'accepted' || kind === 'witness') return true;
    const code = verdict.verdict === 'rejected' ? verdict.code : verdict.cause;
    // A receipt that is new is of an anchored envelope; one that is told again anybody can cause.
    if (!EASILY_CAUSED.includes(code) || (receipt && code !== 'replayed')) return true;
    const silent = this.#limit.take(`${kind} ${code}`);
    if (silent) this.#options.log(`${silent} more of ${kind} were ${code} and not answered`);
    if (silent === undefined && code === 'busy') this.#sayLater(kind === 'update' ? 'offer' : 'envelope');
    return silent !== undefined;
  }

  #sayLater(kind: 'envelope' | 'offer'): void {
    if (this.#due.has(kind)) return;
    const say = () => {
      this.#due.delete(kind);
      this.dropped(kind);
    };
    this.#due.set(kind, this.#options.clock.after(ANSWER_EVERY_MS, say));
  }

  /** Says that an endpoint or prover sent what does not verify. */
  badWitness(subject: string, verdict: Report['verdict']): void {
    this.report({ kind: 'witness', subject, verdict });
  }

  /**
   * Publishes a receipt, and the status with it if the receipt is the newest. The result is for the sender of the
   * envelope alone where a key says who that is.
   */
  receipt(receipt: PublishedReceipt, replyKey?: Uint8Array): void {
    const { mailbox, publish } = this.#options;
    const { envelopeHash } = receipt.receipt;
    const result = mailbox.reply('receipt', replyKey, envelopeHash, receipt.result) ?? receipt.result;
    publish('receipt', mailbox.shared('receipt', encodePublishedReceipt({ ...receipt, result })));
    // An older receipt changed nothing that the status says, and a signature is costly.
    if (receipt.receipt.counter === this.#options.ledger.receiptCounter) this.status();
  }

  /** Publishes the status unless the last one says the same of the Device, of a lowered floor and of the app. */
  statusOnce({ lifecycle, lowered, state }: Pick<Status, 'lifecycle' | 'lowered' | 'state'>): void {
    const said = this.#said;
    const isSaid =
      (said?.lifecycle ?? 0) === lifecycle &&
      (said?.lowered ?? 0) === lowered &&
      (said === undefined || equal(said.state, state));
    if (!isSaid) this.status();
  }

  /** Says nothing any more that is due later. */
  close(): void {
    for (const cancel of this.#due.values()) cancel();
    this.#due.clear();
  }

  /** Publishes the status, retained. */
  status(): void {
    const { mailbox, publish, status } = this.#options;
    const signed = status();
    this.#said = signed?.status;
    if (signed) publish('status', mailbox.shared('status', encodeStatus(signed)), { retain: true });
  }
}
