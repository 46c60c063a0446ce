/**
 * Commands, from a delivery on any path to a verdict and a receipt. All waiting happens behind this class: it asks the
 * chain for facts, lets the rules of direct, delegated and batched commands decide, and announces what came of it. One
 * call at a time: the caller awaits each before the next.
 */

import type { App } from '../app/app.js';
import { equal } from '../bytes/equal.js';
import { rejected } from '../bytes/verdict.js';
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
import { openDelivery, type Unseal } from './openDelivery.js';
import { ProofOfNow } from './proofOfNow.js';
import { batched, delegated } from './unqueued.js';
import { UnqueuedCommands } from './unqueuedCommands.js';
import type { Delivery } from './wire.js';

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
  onSettled: OnSettled;
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
  readonly #direct: DirectCommands;
  readonly #now = new ProofOfNow();
  readonly #unqueued: UnqueuedCommands;

  constructor(options: CommandsOptions) {
    this.#options = options;
    this.#announcements = new Announcements(options.onSettled);
    this.#admission = new Admission({ ...options, now: this.#now });
    const shared = {
      ...options,
      announcements: this.#announcements,
      admission: this.#admission,
    };
    this.#direct = new DirectCommands({ ...shared, now: this.#now });
    this.#unqueued = new UnqueuedCommands({
      ...shared,
      followEpoch: () => this.#direct.advance('finalized'),
    });
  }

  /** True while something may change by itself: envelopes wait, or the chain may still take back what ran. */
  get waiting(): boolean {
    return this.#direct.waiting;
  }

  /** The Device as it was read last. */
  get seen(): SeenDevice {
    return this.#admission.seen;
  }

  /** Finishes the command that a power cut interrupted, and announces it. Comes before any delivery. */
  async recover(): Promise<void> {
    const settlement = await recoverInterrupted(this.#options);
    if (settlement) this.#announcements.say(settlement);
  }

  /** Takes untrusted bytes and does their task at once. Never throws for what the bytes contain. */
  async deliver(bytes: Uint8Array): Promise<void> {
    await this.take(bytes)?.();
  }

  /**
   * Takes untrusted bytes from any path, `DELIVERY_BYTES_MAX` at most. Bytes that need no chain to be answered are
   * answered at once, so that junk costs no turn, and the result is undefined. For the rest the result is the task to
   * do when its turn has come. Never throws for what the bytes contain.
   */
  take(bytes: Uint8Array): (() => Promise<void>) | undefined {
    const { crypto, domain, ledger, unseal } = this.#options;
    const opened = openDelivery(crypto, domain, bytes, unseal);
    if (opened.verdict === 'rejected') {
      this.#announcements.say({ hash: crypto.keccak256(bytes), verdict: opened });
      return undefined;
    }
    const { delivery, hash } = opened.value;
    const { envelope } = delivery;
    if (!equal(envelope.device, domain.verifyingContract)) {
      const verdict = rejected('wrong_target', 'the envelope is for another board');
      this.#announcements.say({ hash, verdict, replyKey: envelope.replyKey });
      return undefined;
    }
    const stored = ledger.receiptFor(hash);
    // A stored receipt is published again, which is work: it takes a turn like all work.
    if (stored) return async () => this.#announcements.say(replayOf(hash, stored, envelope));
    return this.#taskFor(hash, delivery);
  }

  /** Looks again at all that waits, and announces only what changed. */
  async retry(): Promise<void> {
    if (!this.waiting) return;
    await this.#announcements.quietly(() => this.#direct.advance('finalized'));
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

  #taskFor(hash: Uint8Array, delivery: Delivery): (() => Promise<void>) | undefined {
    const { app, crypto } = this.#options;
    const { envelope, signature } = delivery;
    const { replyKey } = envelope;
    if (envelope.authority === Authority.direct) return () => this.#direct.deliver(hash, delivery);
    if (envelope.authority === Authority.delegate) {
      return async () => {
        const signed = judgeSignature(crypto, envelope, hash, signature);
        if (signed.verdict === 'rejected') {
          return this.#announcements.say({ hash, verdict: signed, replyKey });
        }
        return this.#unqueued.run(hash, envelope, delegated(crypto, app, delivery));
      };
    }
    const command = batched(crypto, app, hash, delivery);
    if (command) return () => this.#unqueued.run(hash, envelope, command);
    const verdict = rejected('not_anchored', 'the envelope came without the proof of its batch');
    this.#announcements.say({ hash, verdict, replyKey });
    return undefined;
  }
}
