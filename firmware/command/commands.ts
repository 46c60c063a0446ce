/**
 * Commands, from a delivery on any path to a verdict and a receipt. All waiting happens behind this class: it asks the
 * chain for facts, lets the rules of direct, delegated and batched commands decide, and announces what came of it. One
 * call at a time: the caller awaits each before the next.
 */

import type { App } from '../app/app.js';
import { equal } from '../bytes/equal.js';
import { rejected, undetermined } from '../bytes/verdict.js';
import type { Domain } from '../contract/typedData.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Clock } from '../port/clock.js';
import type { Crypto } from '../port/crypto.js';
import type { PurposePolicy } from '../trust/configuration.js';
import type { Floors } from '../trust/floors.js';
import type { Purpose } from '../trust/level.js';
import { Admission, type SeenDevice } from './admission.js';
import { Announcements, type OnSettled } from './announcements.js';
import { replayOf } from './answer.js';
import { judgeSignature } from './delegate.js';
import { DirectCommands } from './directCommands.js';
import { Authority } from './envelope.js';
import { recoverInterrupted } from './execute.js';
import type { CommandChain } from './facts.js';
import { DIRECT_INBOX, Inbox, UNQUEUED_INBOX } from './inbox.js';
import type { Life } from './life.js';
import { type OpenedDelivery, openDelivery, type Unseal } from './openDelivery.js';
import type { ProofBudget } from './proofBudget.js';
import { ProofOfNow } from './proofOfNow.js';
import type { TrustOrders } from './trustOrder.js';
import { batched, delegated, type KnownBatchHeads, type Unqueued } from './unqueued.js';
import { UnqueuedCommands } from './unqueuedCommands.js';
import type { Delivery, WaitingDelivery } from './wire.js';

/** The app, the chain and the board's own state and ports. */
export interface CommandsOptions {
  app: App;
  chain: CommandChain;
  /** 32 bytes: this boot's challenge. */
  challenge: Uint8Array;
  clock: Clock;
  crypto: Crypto;
  /** The chain and the board's Device. */
  domain: Domain;
  floors: Floors;
  /** 20 bytes: the address of the board's key. */
  key: Uint8Array;
  ledger: Ledger;
  /** The policy of the purpose `command`. */
  policy: PurposePolicy;
  /** The policy of the purpose `lifecycle`, for newer epochs and irreversible actions. */
  lifecycle: PurposePolicy;
  /** The board's life, which the status of its Device decides. */
  life: Life;
  /** The owner whom the board knows, and its orders of trust. */
  trustOrders: TrustOrders;
  onSettled: OnSettled;
  /** The board's budget of proofs for what no walked link names. */
  proofBudget: ProofBudget;
  /** Opens what is sealed to the board; left out, the board takes nothing sealed. */
  unseal?: Unseal;
}

/**
 * All commands of a board.
 *
 * @example
 * const commands = new Commands({ app, chain, ledger, onSettled: ({ verdict }) => log(verdict.verdict), ... });
 * await commands.recover();
 * await commands.deliver(payload);
 */
export class Commands {
  readonly #options: CommandsOptions;
  readonly #admission: Admission;
  readonly #announcements: Announcements;
  readonly #batchHeads: KnownBatchHeads = { heads: [] };
  readonly #directInbox = new Inbox(DIRECT_INBOX);
  readonly #unqueuedInbox = new Inbox(UNQUEUED_INBOX);
  readonly #direct: DirectCommands;
  readonly #now = new ProofOfNow();
  readonly #unqueued: UnqueuedCommands;
  readonly #unqueuedApp: App;

  constructor(options: CommandsOptions) {
    this.#announcements = new Announcements(
      options.onSettled,
      hash => this.#direct.has(hash) || this.#direct.isNamed(hash),
    );
    // One object for all parts: a copy for each takes 350 bytes of a chip, for ever.
    const parts = { announcements: this.#announcements, now: this.#now };
    const begun = { ...options, ...parts };
    this.#admission = new Admission(begun);
    const shared = Object.assign(begun, { admission: this.#admission });
    this.#options = shared;
    this.#direct = new DirectCommands(shared);
    options.proofBudget.join(this.#unqueuedInbox);
    // The framework's own orders are direct alone.
    this.#unqueuedApp = { ...options.app, framework: undefined };
    this.#unqueued = new UnqueuedCommands(shared, this.#unqueuedApp, () => this.#direct.advance('finalized'));
  }

  /** True while something may change by itself: envelopes wait, or the chain may still take back what ran. */
  get waiting(): boolean {
    return this.#direct.waiting;
  }

  /** True while envelopes wait, for a proof or for their turn. */
  get isBusy(): boolean {
    return this.waiting || this.deferredMs !== undefined;
  }

  /** The Device as it was read last. */
  get seen(): SeenDevice {
    return this.#admission.seen;
  }

  /**
   * Finishes the command that a power cut interrupted, and announces it. Tells the beginnings of newer epochs again: the
   * power may have failed before they were out, and no envelope asks for them. Comes before any delivery.
   */
  async recover(): Promise<void> {
    const settlement = await recoverInterrupted(this.#options);
    if (settlement) this.#announcements.say(settlement);
    for (const receipt of this.#options.ledger.receiptsAt(0, 'voided')) {
      const verdict = rejected('void', 'a newer epoch began');
      this.#announcements.say({ hash: receipt.receipt.envelopeHash, verdict, receipt });
    }
  }

  /** Milliseconds until `work` may do what it left for want of a proof; undefined when it left nothing. */
  get deferredMs(): number | undefined {
    const { proofBudget } = this.#options;
    const direct = this.#direct.wantsProof || this.#directInbox.wantsProof;
    const waits = [
      ...(direct ? [proofBudget.waitMs(this.#direct)] : []),
      ...(this.#unqueuedInbox.wantsProof ? [proofBudget.waitMs(this.#unqueuedInbox)] : []),
    ];
    return waits.length > 0 ? Math.min(...waits) : undefined;
  }

  /** Takes untrusted bytes and does their task at once. Never throws for what the bytes contain. */
  async deliver(bytes: Uint8Array): Promise<void> {
    if (this.take(bytes)) await this.work();
  }

  /**
   * Takes untrusted bytes from any path, `DELIVERY_BYTES_MAX` at most. Bytes that need no chain to be answered are
   * answered at once, so that junk costs no turn. The rest waits for `work`, and the result is true; what finds no room
   * is answered `busy`. Never throws for what the bytes contain.
   */
  take(bytes: Uint8Array): boolean {
    const { crypto, domain, unseal } = this.#options;
    // Taken apart it costs most just when most is in use: where nothing finds room it is not opened.
    const isFull = this.#directInbox.isFull(this.#wantsNow) && this.#unqueuedInbox.isFull(false);
    if (isFull && !this.#direct.namesAny) {
      this.#announcements.say({ hash: crypto.keccak256(bytes), verdict: noRoom() });
      return false;
    }
    const opened = openDelivery(crypto, domain, bytes, unseal);
    if (opened.verdict === 'rejected') {
      this.#announcements.say({ hash: crypto.keccak256(bytes), verdict: opened });
      return false;
    }
    const { delivery, hash } = opened.value;
    const { envelope } = delivery;
    const verdict = equal(envelope.device, domain.verifyingContract)
      ? this.#judgeAtOnce(opened.value)
      : rejected('wrong_target', 'the envelope is for another board');
    if (!verdict) return true;
    this.#announcements.say({ hash, verdict, replyKey: envelope.replyKey });
    return false;
  }

  /** Does what came since, as far as the budget of proofs allows; the rest waits for the next call. */
  async work(): Promise<void> {
    await undefined; // Begins on a stack of its own: see rpc/client.ts.
    const direct = this.#directInbox;
    for (let next = direct.take(); next; next = direct.take()) this.#direct.admit(next);
    await this.#direct.look();
    await this.#tryTrust();
    for (let next = this.#nextUnqueued(); next; next = this.#nextUnqueued()) {
      const { delivery, hash } = next;
      const { envelope } = delivery;
      const stored = this.#options.ledger.receiptFor(hash);
      if (stored) this.#announcements.say(replayOf(hash, stored, envelope));
      else {
        const command = this.#unqueuedOf(hash, delivery);
        const found = await this.#unqueued.run(hash, envelope, command);
        this.#options.proofBudget.spend(this.#unqueuedInbox, found);
      }
    }
  }

  /** Looks again at all that waits, and announces only what changed. */
  retry(): Promise<void> {
    if (!this.waiting) return Promise.resolve();
    return this.#announcements.quietly(() => this.#direct.advance('finalized').then(() => this.#tryTrust()));
  }

  /** Looks at the Device at the level of `lifecycle` though nothing waits: a quiet board learns of its life too. */
  watch(): Promise<void> {
    return this.#announcements.quietly(() => this.#direct.advance('finalized', 'lifecycle'));
  }

  /** Proves now at the level of `purpose` too, if a head of that level contains this boot's challenge. */
  async proveNow(purpose: Purpose): Promise<void> {
    if (!this.#now.known) return;
    const { chain, floors } = this.#options;
    const facts = await chain.facts('finalized', undefined, purpose);
    if (facts.verdict === 'accepted' && this.#now.contains(facts.value.device.head)) {
      floors.proveNow(facts.value.head);
    }
  }

  /** The attempt that an order of trust waits for, when nothing of the look is in memory; determined, it is acted on. */
  #tryTrust(): Promise<void> {
    // Not an async function: see rpc/client.ts.
    return this.#options.trustOrders.attempt().then(tried => {
      if (tried?.verdict.verdict === 'undetermined') this.#announcements.sayAll([tried.order], tried.verdict);
      else if (tried) return this.#direct.advance('finalized');
      return undefined;
    });
  }

  /** The verdict on an envelope that needs no proof, or finds no room; undefined when it waits for its turn. */
  #judgeAtOnce({ bytes, delivery, hash }: OpenedDelivery) {
    const { challenge, crypto, ledger } = this.#options;
    const { batch, envelope, signature } = delivery;
    const isDirect = envelope.authority === Authority.direct;
    const isStored = ledger.receiptFor(hash) !== undefined;
    if (envelope.authority === Authority.delegate && !isStored) {
      const signed = judgeSignature(crypto, envelope, hash, signature);
      if (signed.verdict === 'rejected') return signed;
    }
    if (envelope.authority === Authority.batch && !batch && !isStored)
      return rejected('not_anchored', 'the envelope came without the proof of its batch');
    if (isDirect) {
      const mayShowNow = this.#wantsNow && equal(envelope.challenge, challenge);
      // An envelope that waits in the queue already needs no second place beyond the room.
      const waits = this.#direct.has(hash);
      const isNamed = this.#direct.isNamed(hash) || (mayShowNow && this.#direct.isNewest(hash));
      const claim = waits ? undefined : { isNamed, mayShowNow };
      return this.#directInbox.add({ hash, bytes }, claim) || waits ? undefined : noRoom();
    }
    // The proof of a batch takes a multiple of its bytes once it is parsed: it is parsed once.
    const claim = { isNamed: this.#unqueuedOf(hash, delivery).isNamed(), mayShowNow: false };
    return this.#unqueuedInbox.add({ hash, bytes }, claim) ? undefined : noRoom();
  }

  /** True while an envelope with the challenge is what all others wait for. */
  get #wantsNow(): boolean {
    const { floors, policy } = this.#options;
    return !this.#now.known && !floors.nowProven(policy.level);
  }

  /** The next envelope outside the queue that may have a proof now. */
  #nextUnqueued(): WaitingDelivery | undefined {
    return this.#unqueuedInbox.take(
      arrived =>
        this.#options.proofBudget.waitMs(this.#unqueuedInbox) === 0 ||
        (this.#batchHeads.heads.length > 0 && this.#unqueuedOf(arrived.hash, arrived.delivery).isNamed()),
    );
  }

  #unqueuedOf(hash: Uint8Array, delivery: Delivery): Unqueued {
    const { crypto } = this.#options;
    const app = this.#unqueuedApp;
    return delivery.envelope.authority === Authority.delegate
      ? delegated(crypto, app, delivery)
      : batched(crypto, app, hash, delivery, this.#batchHeads)!;
  }
}

const noRoom = () => undetermined('busy', 'too many envelopes wait; deliver it again later');
