/** Direct commands: envelopes wait in the queue, the board proves its head, walks its links and consumes them. */

import type { App } from '../app/app.js';
import { equal } from '../bytes/equal.js';
import { fromHex } from '../bytes/hex.js';
import { rejected, undetermined } from '../bytes/verdict.js';
import type { Domain } from '../contract/typedData.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Position } from '../ledger/records.js';
import type { Clock } from '../port/clock.js';
import type { Crypto } from '../port/crypto.js';
import type { PurposePolicy } from '../trust/configuration.js';
import type { Floors } from '../trust/floors.js';
import type { Tag } from '../trust/level.js';
import type { Admission } from './admission.js';
import type { Announcements } from './announcements.js';
import { replayOf } from './answer.js';
import { CatchUp } from './catchUp.js';
import { tagFor } from './certainty.js';
import type { Envelope } from './envelope.js';
import { type CommandChain, type FactsPair, provenPosition, readPair, restraint } from './facts.js';
import { isCertain, isSevere, type Life, lifeStage } from './life.js';
import { ownerStage, showsKnownOwner } from './ownerStage.js';
import type { Found, ProofBudget } from './proofBudget.js';
import type { ProofOfNow } from './proofOfNow.js';
import { DirectQueue } from './queue.js';
import type { TrustOrders } from './trustOrder.js';
import type { Walk } from './walk.js';
import type { Waiting } from './wire.js';

/** The parts that direct commands share with the others, and their own. */
export interface DirectCommandsOptions {
  admission: Admission;
  announcements: Announcements;
  app: App;
  chain: CommandChain;
  /** 32 bytes: this boot's challenge. */
  challenge: Uint8Array;
  clock: Clock;
  crypto: Crypto;
  domain: Domain;
  floors: Floors;
  /** 20 bytes: the address of the board's key. */
  key: Uint8Array;
  ledger: Ledger;
  /** The policies of the purposes `lifecycle` and `command`. */
  lifecycle: PurposePolicy;
  policy: PurposePolicy;
  proofBudget: ProofBudget;
  /** The board's life, which the status of its Device decides. */
  life: Life;
  now: ProofOfNow;
  trustOrders: TrustOrders;
}

type QueuePurpose = 'command' | 'lifecycle';

/** The outcome of one piece of the way: done, on to the next piece, or once more at the level of `lifecycle`. */
type Piece = 'done' | 'next' | 'lifecycle';

/** Takes in direct envelopes and advances along the chain. */
export class DirectCommands {
  readonly #options: DirectCommandsOptions;
  readonly #catchUp: CatchUp;
  readonly #queue: DirectQueue;
  /** Hashes of envelopes that no look at the chain was made for yet, and the tags that they need. */
  #fresh: Uint8Array[] = [];
  readonly #tags = new Set<Tag>();
  #found: Found = 'nothing';

  constructor(options: DirectCommandsOptions) {
    this.#options = options;
    this.#queue = new DirectQueue(options);
    this.#catchUp = new CatchUp(options, this.#queue);
    options.proofBudget.join(this);
  }

  /** True while envelopes wait, or while what ran may still be taken back by the chain. */
  get waiting(): boolean {
    return this.#queue.waiting.length > 0 || this.#options.ledger.ran.some(({ reorged }) => !reorged);
  }

  /** True while envelopes wait for a look at the chain that the budget does not allow yet. */
  get wantsProof(): boolean {
    return this.#tags.size > 0;
  }

  /** True while the envelope of that hash waits. */
  has(hash: Uint8Array): boolean {
    return this.#queue.has(hash);
  }

  /** True while walked links name envelopes that have not run. */
  get namesAny(): boolean {
    return this.#queue.namesAny;
  }

  /** True for an envelope that a walked link names. */
  isNamed(hash: Uint8Array): boolean {
    return this.#queue.isNamed(hash);
  }

  /** True for an envelope that one of the newest walked links names. */
  isNewest(hash: Uint8Array): boolean {
    return this.#queue.isNewest(hash);
  }

  /** Takes in an envelope that arrived, for the next look. What needs no look is answered at once. */
  admit(waiting: Waiting): void {
    const { announcements, app, ledger, policy } = this.#options;
    const { hash } = waiting;
    const { envelope } = waiting.delivery;
    const { replyKey } = envelope;
    // It may have run while the delivery waited for its turn.
    const stored = ledger.receiptFor(hash);
    if (stored) {
      announcements.say(replayOf(hash, stored, envelope));
      return;
    }
    const past = this.#judgePast(envelope, hash);
    if (past) {
      announcements.say({ hash, verdict: past, replyKey });
      return;
    }
    if (!this.#queue.has(hash)) this.#fresh.push(hash);
    const displaced = this.#queue.add(waiting);
    if (displaced) {
      this.#fresh = this.#fresh.filter(other => !equal(other, displaced.hash));
      const verdict = undetermined('busy', 'too many envelopes wait; deliver it again later');
      announcements.sayAll([displaced], verdict);
      if (displaced === waiting) return;
    }
    this.#tags.add(tagFor(app, envelope, policy));
  }

  /**
   * Looks at the chain for what came, at once where a walked link names some of it, else when the budget allows a proof:
   * all that came meanwhile shares it.
   */
  async look(): Promise<void> {
    const { proofBudget } = this.#options;
    if (!this.wantsProof) return;
    if (proofBudget.waitMs(this) > 0 && !this.#fresh.some(hash => this.isNamed(hash))) return;
    const tags = [...this.#tags];
    this.#found = 'nothing';
    for (const tag of tags) await this.advance(tag);
    proofBudget.spend(this, this.#found);
  }

  /** Proves, walks and consumes, a long gap piece by piece. Announces what it settles. */
  advance(tag: Tag, purpose: QueuePurpose = 'command'): Promise<void> {
    // Not an async function: see rpc/client.ts.
    this.#tags.delete(tag);
    return this.#advancePiece(tag, purpose).then(piece =>
      piece === 'done' ? this.#forgetFresh() : this.#advanceFurther(piece, tag, purpose),
    );
  }

  async #advanceFurther(first: Piece, tag: Tag, purpose: QueuePurpose): Promise<void> {
    let piece = first;
    while (piece === 'next') piece = await this.#advancePiece(tag, purpose);
    if (piece === 'lifecycle') await this.advance('finalized', 'lifecycle');
    this.#forgetFresh();
  }

  #forgetFresh(): void {
    if (this.#tags.size === 0) this.#fresh = [];
  }

  #advancePiece(tag: Tag, purpose: QueuePurpose): Promise<Piece> {
    // Nothing of what the piece is judged by is alive while it is read.
    return readPair(this.#options.chain, tag, undefined, purpose).then(pair => {
      if (pair.verdict === 'accepted') return this.#act(pair.value, purpose);
      if (this.#found === 'nothing') this.#found = 'unread';
      this.#options.announcements.sayAll(this.#queue.waiting, pair);
      return 'done';
    });
  }

  async #act(pair: FactsPair, purpose: QueuePurpose): Promise<Piece> {
    const { admission, announcements, floors, key, ledger, life, lifecycle, trustOrders } = this.#options;
    const policy = purpose === 'command' ? this.#options.policy : lifecycle;
    const mayRise = purpose === 'command' && lifecycle.level > policy.level;
    const before = ledger.position.sequence;
    const { facts, newest } = pair;
    const hold = (verdict: Parameters<Announcements['sayAll']>[1]): Piece => {
      announcements.sayAll(this.#queue.waiting, verdict, facts);
      return 'done';
    };
    // The walk comes first, because a link that carries the challenge resets the floors.
    const walk = await this.#catchUp.walk(facts);
    if (walk.verdict === 'accepted') this.#name(walk.value, undefined);
    const admitted = admission.admit(pair, policy);
    if (admitted.verdict === 'undetermined') return hold(admitted);
    const entered = admission.epoch(facts);
    const known = showsKnownOwner(facts, trustOrders.ownership);
    const changed = facts.device.epoch > ledger.position.epoch || !known || life.locked !== isSevere(facts);
    if (mayRise && facts.head.finalized && changed) return 'lifecycle';
    if (entered.verdict === 'undetermined') return hold(entered);
    const stage = lifeStage(facts, lifecycle, floors);
    if (stage) life.enter(stage);
    const rotated = isCertain(facts.head, lifecycle.level) && !equal(facts.device.key, key);
    if (rotated && life.rotateTo(facts.device.key)) {
      return hold(undetermined('suspended', 'the board begins anew with its new key'));
    }
    if (walk.verdict === 'undetermined') return hold(walk);
    if (facts.head.finalized && isSettled(ledger, provenPosition(facts))) {
      ledger.settledUntil(facts.head.number);
    }
    const owner = ownerStage(pair, trustOrders.ownership, lifecycle, floors);
    const held = restraint(pair, key, life.locked);
    const ahead = await this.#catchUp.ahead(facts, newest);
    if (ahead) this.#name(walk.value, ahead);
    const waiting = [...this.#queue.waiting];
    const { needsLifecycle, settlements, stopped } = await this.#queue.consume(walk.value, pair, {
      ahead,
      held,
      owner,
      trustAt: this.#catchUp.trustAt,
    });
    if (settlements.some(({ receipt }) => receipt)) this.#found = 'named';
    const again = mayRise && needsLifecycle;
    for (const settlement of settlements) {
      // An envelope that is looked at again at the higher level is announced then.
      if (again && !settlement.receipt) continue;
      const envelope = waiting.find(({ hash }) => equal(hash, settlement.hash))?.delivery.envelope;
      announcements.say({ ...settlement, replyKey: envelope?.replyKey }, facts);
    }
    if (again) return 'lifecycle';
    if (known && isCertain(facts.head, lifecycle.level)) {
      trustOrders.enterEpoch(ledger.position.epoch);
    }
    const { sequence } = ledger.position;
    return !stopped && sequence < facts.device.sequence && sequence !== before ? 'next' : 'done';
  }

  /** Learns what links name: those of the walk that are not consumed, then those beyond the facts. */
  #name({ links }: Walk, ahead: ReadonlySet<string> | undefined): void {
    const { epoch, sequence } = this.#options.ledger.position;
    const hashes = links
      .filter(link => link.epoch !== epoch || link.sequence > sequence)
      .map(link => link.commandHash);
    // A walk goes backwards.
    for (const hash of [...(ahead ?? [])].reverse()) hashes.push(fromHex(hash, 32)!);
    this.#queue.name(hashes, this.#catchUp.newest);
    if (this.#fresh.some(hash => this.isNamed(hash))) this.#found = 'named';
  }

  /** The verdict on an envelope that the board has gone past; undefined when it has not. */
  #judgePast(envelope: Envelope, hash: Uint8Array) {
    const { challenge, ledger } = this.#options;
    const { epoch } = ledger.position;
    // An envelope of an older epoch that carries the challenge may yet show that the board's epoch was a forged head's.
    const challenged = !ledger.epochIsNew && equal(envelope.challenge, challenge);
    // One whose link came after the newer epoch began has its place there, where it is refused; until then it holds the queue.
    if (envelope.epoch < epoch && !challenged && !this.isNamed(hash)) {
      return rejected('void', `the envelope is of epoch ${envelope.epoch}, the board of ${epoch}`);
    }
    if (envelope.epoch !== epoch || envelope.sequence > ledger.settled.sequence) return undefined;
    return ledger.receiptsAt(envelope.sequence).length > 0
      ? rejected('not_anchored', `sequence ${envelope.sequence} was another envelope`)
      : rejected(
          'replayed',
          `sequence ${envelope.sequence} is consumed, and its receipt is not stored any more`,
        );
  }
}

/** True when no link was added since the position that was final before. */
const isSettled = ({ settled }: Ledger, proven: Position): boolean =>
  proven.epoch === settled.epoch && proven.sequence === settled.sequence && equal(proven.head, settled.head);
