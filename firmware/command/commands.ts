/**
 * Commands, from a delivery on any path to a verdict and a receipt. This is where waiting happens: it asks the
 * chain for facts, lets the queue and the delegates' rules decide, and says what came of it. One at a time.
 */

import { type App, findAction } from '../app/app.js';
import { equal } from '../bytes/equal.js';
import { toHex } from '../bytes/hex.js';
import { accepted, rejected, undetermined, type Verdict } from '../bytes/verdict.js';
import type { FleetSlot } from '../contract/facts.js';
import type { Domain } from '../contract/typedData.js';
import { StoreKey } from '../ledger/keys.js';
import type { Ledger, Position } from '../ledger/ledger.js';
import type { Clock } from '../port/clock.js';
import type { Crypto } from '../port/crypto.js';
import type { PurposePolicy } from '../trust/configuration.js';
import type { Floors } from '../trust/floors.js';
import type { Purpose, Tag } from '../trust/level.js';
import { Admission } from './admission.js';
import { type CommandCause, type CommandVerdict, replayOf, type Settlement } from './answer.js';
import { CatchUp } from './catchUp.js';
import { uncertain } from './certainty.js';
import { signedBy } from './delegate.js';
import { Authority, type Envelope, envelopeHash } from './envelope.js';
import { execute } from './execute.js';
import { type CommandFacts, type ProvenFacts, provenPosition, restraint } from './facts.js';
import { lastNonce, takeNonce } from './nonces.js';
import { ProofOfNow } from './proofOfNow.js';
import { DirectQueue, MAXIMUM_WAITING } from './queue.js';
import { recoverInterrupted } from './recover.js';
import { batched, delegated, type Unqueued } from './unqueued.js';
import type { LinkSource } from './walk.js';
import { type Delivery, parseDelivery } from './wire.js';

/** What commands need to know of the chain. */
export interface CommandChain {
  /**
   * Device{0, 1, 3} and Fleet{policy} at `tag`, and one more word of the Fleet if it is asked for; by the level of
   * `command` if no other purpose is named.
   */
  facts(tag: Tag, slot?: FleetSlot, purpose?: Purpose): Promise<Verdict<ProvenFacts, never, CommandCause>>;
  /** Links appended in the blocks `from` to `to`; sources in the order in which they are asked. */
  links(from: number, to: number): readonly LinkSource[];
}

export interface CommandsOptions {
  app: App;
  chain: CommandChain;
  challenge: Uint8Array;
  clock: Clock;
  crypto: Crypto;
  domain: Domain;
  floors: Floors;
  /** The address of the board's key. */
  key: Uint8Array;
  ledger: Ledger;
  policy: PurposePolicy;
  /** That of the purpose `lifecycle`, which a newer epoch needs, and what cannot be undone. */
  lifecycle: PurposePolicy;
  /** Says what came of an envelope; the trail is that of the facts it was decided by. */
  onSettled(settlement: Settlement, facts: CommandFacts | undefined): void;
}

export class Commands {
  readonly #options: CommandsOptions;
  readonly #admission: Admission;
  readonly #catchUp: CatchUp;
  readonly #now = new ProofOfNow();
  readonly #queue: DirectQueue;
  /** The cause last given for each waiting envelope. */
  readonly #said = new Map<string, string>();
  #quiet = false;

  constructor(options: CommandsOptions) {
    this.#options = options;
    this.#queue = new DirectQueue(options);
    this.#catchUp = new CatchUp({ ...options, now: this.#now, queue: this.#queue });
    this.#admission = new Admission({ ...options, now: this.#now });
  }

  /** Whether something may change by itself: envelopes wait, or what ran already may still be taken back. */
  get waiting(): boolean {
    return this.#queue.waiting.length > 0 || this.#options.ledger.ran.some(({ reorged }) => !reorged);
  }

  /** Finishes what a power cut interrupted, and says so. */
  async recover(): Promise<void> {
    const settlement = await recoverInterrupted(this.#options);
    if (settlement) this.#say(settlement);
  }

  /** Untrusted bytes from any path. Never throws for what they contain. */
  async deliver(bytes: Uint8Array): Promise<void> {
    await this.take(bytes)?.();
  }

  /**
   * Answers at once what needs no chain to be answered, so that junk costs no turn; for the rest, what is to be done
   * when its turn has come.
   */
  take(bytes: Uint8Array): (() => Promise<void>) | undefined {
    const { app, crypto, domain, ledger } = this.#options;
    const parsed = parseDelivery(bytes);
    if (parsed.verdict === 'rejected') {
      this.#say({ hash: crypto.keccak256(bytes), verdict: parsed });
      return undefined;
    }
    const { envelope } = parsed.value;
    const hash = envelopeHash(crypto, domain, envelope);
    const stored = ledger.receiptFor(hash);
    if (!equal(envelope.device, domain.verifyingContract)) {
      this.#say({ hash, verdict: rejected('wrong_target', 'the envelope is for another board') });
    } else if (stored) {
      // A stored receipt is published again, which is work: it takes a turn like everything else that is.
      return async () => this.#say(replayOf(hash, stored));
    } else if (envelope.authority === Authority.direct) {
      return () => this.#direct(hash, parsed.value);
    } else if (envelope.authority === Authority.delegate) {
      return () => this.#delegated(hash, parsed.value);
    } else {
      const command = batched(crypto, app, hash, parsed.value);
      if (command) return () => this.#unqueued(hash, envelope, command);
      this.#say({ hash, verdict: rejected('not_anchored', 'it came without the proof of its batch') });
    }
    return undefined;
  }

  /** Looks again at what waits, and speaks only of what changed. */
  async retry(): Promise<void> {
    if (!this.waiting) return;
    this.#quiet = true;
    await this.#advance('finalized');
    this.#quiet = false;
  }

  async #direct(hash: Uint8Array, delivery: Delivery): Promise<void> {
    const { challenge, ledger } = this.#options;
    const { envelope } = delivery;
    const { epoch } = ledger.position;
    // One that carries the challenge may yet show that the epoch was a forged head's.
    const challenged = !ledger.epochIsNew && equal(envelope.challenge, challenge);
    if (envelope.epoch < epoch && !challenged) {
      return this.#say({ hash, verdict: rejected('void', `the board's epoch is ${epoch}`) });
    }
    // It may have run while this delivery waited for its turn.
    const stored = ledger.receiptFor(hash);
    if (stored) return this.#say(replayOf(hash, stored));
    if (envelope.epoch === epoch && envelope.sequence <= ledger.settled.sequence) {
      const verdict = ledger.hasReceiptAt(envelope.sequence)
        ? rejected('not_anchored' as const, `sequence ${envelope.sequence} was another envelope`)
        : rejected(
            'replayed' as const,
            `sequence ${envelope.sequence} is consumed; its receipt is stored no more`,
          );
      return this.#say({ hash, verdict });
    }
    const displaced = this.#queue.add({ hash, delivery });
    if (displaced) {
      this.#say({ hash: displaced.hash, verdict: undetermined('busy', 'too many envelopes wait') });
      if (displaced.hash === hash) return;
    }
    await this.#advance(this.#tagFor(envelope));
  }

  /** Whether now is proven at the level of that purpose as well, by what commands have seen of the challenge. */
  async proveNow(purpose: Purpose): Promise<void> {
    if (!this.#now.known) return;
    const facts = await this.#options.chain.facts('finalized', undefined, purpose);
    if (facts.verdict === 'accepted' && this.#now.contains(facts.value.device.head))
      this.#options.floors.proveNow(facts.value.head);
  }

  /** The newest block is trusted at no level above the first. */
  #tagFor({ action, authority }: Envelope): Tag {
    const { app, policy } = this.#options;
    const tolerant = authority !== Authority.batch && findAction(app, action)?.finality === 'latest';
    return tolerant && policy.level === 1 && !policy.finalOnly ? 'latest' : 'finalized';
  }

  /** Proves, walks and consumes; a long gap piece by piece. */
  async #advance(tag: Tag, purpose: 'command' | 'lifecycle' = 'command'): Promise<void> {
    const { key, ledger, lifecycle } = this.#options;
    const policy = purpose === 'command' ? this.#options.policy : lifecycle;
    const higher = purpose === 'command' && lifecycle.level > policy.level;
    let before: number;
    do {
      before = ledger.position.sequence;
      const pair = await this.#facts(tag, undefined, purpose);
      if (pair.verdict === 'undetermined') return this.#sayAll(pair);
      const { facts, newest } = pair.value;
      // The walk comes first, because a link that carries the challenge resets the floors.
      const walk = await this.#catchUp.walk(facts);
      const admitted = this.#admission.admit(facts, newest, policy);
      if (admitted.verdict === 'undetermined') return this.#sayAll(admitted, facts);
      const known = this.#admission.epoch(facts);
      if (higher && facts.head.finalized && facts.device.epoch > ledger.position.epoch)
        return this.#advance('finalized', 'lifecycle');
      if (known.verdict === 'undetermined') return this.#sayAll(known, facts);
      if (walk.verdict === 'undetermined') return this.#sayAll(walk, facts);
      const { head } = facts;
      if (head.finalized && isSettled(ledger, provenPosition(facts))) ledger.settledUntil(head.number);
      const held = restraint(facts, newest, key);
      const ahead = await this.#catchUp.ahead(facts, newest);
      const settlements = await this.#queue.consume(walk.value, facts, newest, held, ahead);
      const again = higher && this.#queue.needsLifecycle;
      for (const settlement of settlements) if (!again || settlement.receipt) this.#say(settlement, facts);
      if (again) return this.#advance('finalized', 'lifecycle');
      if (ledger.position.sequence >= facts.device.sequence) return;
    } while (ledger.position.sequence !== before);
  }

  async #delegated(hash: Uint8Array, delivery: Delivery): Promise<void> {
    const { app, crypto } = this.#options;
    const { envelope, signature } = delivery;
    const signed = signedBy(crypto, envelope, hash, signature);
    if (signed.verdict === 'rejected') return this.#say({ hash, verdict: signed });
    return this.#unqueued(hash, envelope, delegated(crypto, app, delivery));
  }

  async #unqueued(hash: Uint8Array, envelope: Envelope, command: Unqueued): Promise<void> {
    const { app, clock, floors, key, ledger } = this.#options;
    const irreversible = findAction(app, envelope.action)?.class === 'irreversible';
    const policy = irreversible ? this.#options.lifecycle : this.#options.policy;
    const pair = await this.#facts(
      irreversible ? 'finalized' : this.#tagFor(envelope),
      command.slot,
      irreversible ? 'lifecycle' : 'command',
    );
    if (pair.verdict === 'undetermined') return this.#say({ hash, verdict: pair });
    const { facts, newest } = pair.value;
    const admitted = this.#admission.admit(facts, newest, policy);
    if (admitted.verdict === 'undetermined') return this.#say({ hash, verdict: admitted }, facts);
    // Nonces of an older epoch make way for newer ones, so the board must be in the newer epoch itself.
    if (facts.device.epoch > ledger.position.epoch) await this.#advance('finalized');
    const known = this.#admission.epoch(facts);
    if (known.verdict === 'undetermined') return this.#say({ hash, verdict: known }, facts);
    if (facts.device.epoch > ledger.position.epoch) {
      const verdict = undetermined('withheld', 'the board has not followed into the newer epoch yet');
      return this.#say({ hash, verdict }, facts);
    }

    const nonces = ledger.read(StoreKey.nonces);
    const counter = command.countedBy(facts);
    const order = command.judge({
      facts,
      newest,
      held: restraint(facts, newest, key),
      consumed: ledger.position.sequence,
      lastNonce: lastNonce(nonces, counter, envelope.epoch),
      now: floors.now(policy.level),
      nowProven: floors.nowProven(policy.level),
      born: ledger.birth ?? 0,
    });
    if (order.verdict !== 'accepted') return this.#say({ hash, verdict: order }, facts);
    const waits = uncertain(order.value, facts.head, this.#options.lifecycle, floors);
    if (waits) return this.#say({ hash, verdict: waits }, facts);
    const taken = takeNonce(nonces, counter, envelope.epoch, envelope.sequence);
    if (!taken)
      return this.#say({ hash, verdict: undetermined('busy', 'too many delegates in this epoch') }, facts);
    const block = { number: facts.head.number, hash: facts.head.hash };
    const { action, params } = envelope;
    const inFlight = { envelopeHash: hash, sequence: 0, action, params, block };
    const consumed = { nonces: taken, floors: floors.encode() };
    const receipt = await execute(ledger, clock, order.value, inFlight, consumed);
    this.#say({ hash, verdict: accepted(undefined), receipt }, facts);
  }

  /** Facts at the tag that the action needs, and at the newest head for what restrains. */
  async #facts(
    tag: Tag,
    slot: FleetSlot | undefined,
    purpose: Purpose,
  ): Promise<Verdict<{ facts: ProvenFacts; newest: ProvenFacts }, never, CommandCause>> {
    const facts = await this.#options.chain.facts(tag, slot, purpose);
    if (facts.verdict === 'undetermined') return facts;
    const newest = tag === 'latest' ? facts : await this.#options.chain.facts('latest', slot, purpose);
    if (newest.verdict === 'undetermined') return newest;
    return accepted({ facts: facts.value, newest: newest.value });
  }

  #sayAll(verdict: CommandVerdict, facts?: CommandFacts): void {
    for (const { hash } of this.#queue.waiting) this.#say({ hash, verdict }, facts);
  }

  #say(settlement: Settlement, facts?: CommandFacts): void {
    const { hash, verdict } = settlement;
    const name = toHex(hash);
    const said = verdict.verdict === 'undetermined' ? verdict.cause : undefined;
    const repeated = this.#quiet && said !== undefined && this.#said.get(name) === said;
    if (said === undefined) this.#said.delete(name);
    else if (this.#said.has(name) || this.#said.size < MAXIMUM_WAITING) this.#said.set(name, said);
    if (!repeated) this.#options.onSettled(settlement, facts);
  }
}

/** Whether nothing was linked since what was final before. */
const isSettled = ({ settled }: Ledger, proven: Position): boolean =>
  proven.epoch === settled.epoch && proven.sequence === settled.sequence && equal(proven.head, settled.head);
