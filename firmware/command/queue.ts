/**
 * The queue of direct commands: the links of the board's head on chain, in order, each at most once. The queue decides
 * nothing about trust; it is given proven facts, and links that those facts authenticate.
 */

import type { App } from '../app/app.js';
import { equal } from '../bytes/equal.js';
import { accepted, type Rejected, rejected } from '../bytes/verdict.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Outcome } from '../ledger/receipt.js';
import type { Position, Ran } from '../ledger/records.js';
import type { Clock } from '../port/clock.js';
import type { PurposePolicy } from '../trust/configuration.js';
import type { Floors } from '../trust/floors.js';
import type { CommandVerdict, Settlement } from './answer.js';
import { execute } from './execute.js';
import { type CommandFacts, type FactsPair, type Holds, statementWithoutResult } from './facts.js';
import type { CommandCode, Order } from './judge.js';
import { decideLink, hold, type LinkDecision, refuse } from './linkDecision.js';
import type { OwnerStage } from './ownerStage.js';
import { reposition } from './reposition.js';
import { isTrustOrder, type TrustOrders } from './trustOrder.js';
import { judgeUnreached } from './unreached.js';
import type { AuthenticLink, Walk } from './walk.js';
import type { Waiting } from './wire.js';

/** The greatest number of envelopes that wait. One without room is answered `busy` and may be delivered again. */
export const WAITING_ENVELOPES_MAX = 8;

/** The board's side of the queue. */
export interface DirectQueueOptions {
  app: App;
  /** 32 bytes, random, of this boot. */
  challenge: Uint8Array;
  clock: Clock;
  floors: Floors;
  ledger: Ledger;
  /** The policies of the purposes `lifecycle` and `command`. */
  lifecycle: PurposePolicy;
  policy: PurposePolicy;
  trustOrders: TrustOrders;
}

/** All that a walk is consumed by, beside its facts. */
export interface ConsumeContext {
  /** Hexadecimal hashes that links beyond the facts commit to; undefined when they are not known. */
  ahead: ReadonlySet<string> | undefined;
  /** The holds that the facts put on the board. */
  held: Holds;
  owner: OwnerStage;
  /** The sequence of the oldest link that sets trust, as far as its envelope waits. */
  trustAt: number | undefined;
}

/** The outcome of consuming a walk. */
export interface Consumed {
  /** One for each waiting envelope, and one for each link that was consumed without one. */
  settlements: Settlement[];
  /** True when the queue stopped at an action that lacks nothing but a head of the level of `lifecycle`. */
  needsLifecycle: boolean;
  /** True when the queue stopped at a link that it could not consume yet. */
  stopped: boolean;
}

/** Keeps waiting envelopes, and consumes the links of a walk with them. */
export class DirectQueue {
  readonly #options: DirectQueueOptions;
  #waiting: Waiting[] = [];
  /** Hashes that walked links commit to and that are not consumed yet, the first ones; those of the newest links. */
  #named: readonly Uint8Array[] = [];
  #newest: readonly Uint8Array[] = [];

  constructor(options: DirectQueueOptions) {
    this.#options = options;
  }

  get waiting(): readonly Waiting[] {
    return this.#waiting;
  }

  /**
   * Learns the hashes that links commit to which the board has walked and not consumed, in their order, and those of the
   * newest links: an order that shows now is linked after the ones that wait for it.
   */
  name(hashes: readonly Uint8Array[], newest: readonly Uint8Array[]): void {
    this.#named = hashes.slice(0, WAITING_ENVELOPES_MAX);
    this.#newest = newest;
  }

  get namesAny(): boolean {
    return this.#named.length > 0;
  }

  /** True for an envelope that a walked link names: it is no stranger's. */
  isNamed(hash: Uint8Array): boolean {
    return this.#named.some(other => equal(other, hash));
  }

  /** True for an envelope that one of the newest links names. */
  isNewest(hash: Uint8Array): boolean {
    return this.#newest.some(other => equal(other, hash));
  }

  has(hash: Uint8Array): boolean {
    return this.#waiting.some(other => equal(other.hash, hash));
  }

  /**
   * Adds an envelope unless it waits already. When all places are taken, the envelope with the greatest sequence finds
   * no room and is returned, because those before it may be just what the others wait for. What a walked link names
   * keeps its place before all else, the first ones before those after them, and so does one envelope that carries this
   * boot's challenge, a linked one before any other: without it now is never proven, and nothing of the queue ever runs.
   * So does one that sets trust, a linked one before any other: a board that is handed over waits for it, and it alone
   * frees the places of orders that were linked before it. One that no link commits to loses the place at the next look.
   */
  add(waiting: Waiting): Waiting | undefined {
    if (this.has(waiting.hash)) return undefined;
    this.#waiting.push(waiting);
    if (this.#waiting.length <= WAITING_ENVELOPES_MAX) return undefined;
    const challenged: Waiting[] = [];
    const trusting: Waiting[] = [];
    for (const other of this.#waiting) {
      const { envelope } = other.delivery;
      if (equal(envelope.challenge, this.#options.challenge)) challenged.push(other);
      if (isTrustOrder(envelope)) trusting.push(other);
    }
    const kept = [challenged, trusting].map(list => list.find(other => this.#isLinked(other)) ?? list[0]);
    const unkept = this.#waiting.filter(other => !kept.includes(other));
    const unnamed = unkept.filter(other => !this.isNamed(other.hash));
    let last = waiting;
    let greatest = -1;
    // A delivery is read anew at each look: each is looked at once.
    for (const other of unnamed.length > 0 ? unnamed : unkept) {
      const { sequence } = other.delivery.envelope;
      if (sequence < greatest) continue;
      greatest = sequence;
      last = other;
    }
    this.#waiting = this.#waiting.filter(other => other !== last);
    return last;
  }

  #isLinked({ hash }: Waiting): boolean {
    return this.isNamed(hash) || this.isNewest(hash);
  }

  /** Consumes the links of a walk. Every waiting envelope gets a verdict; one with a final verdict stops waiting. */
  async consume(walk: Walk, { facts, newest }: FactsPair, context: ConsumeContext): Promise<Consumed> {
    const { ledger, trustOrders } = this.#options;
    await undefined; // Begins on a stack of its own: see rpc/client.ts.
    const settlements = reposition(ledger, walk, facts, trustOrders.ownership);
    let stopped: (LinkDecision & { kind: 'hold' }) | undefined;
    for (const link of walk.links) {
      const waiting = this.#waiting.find(candidate => equal(candidate.hash, link.commandHash));
      const decision = this.#decide(link, waiting, facts, context);
      if (decision.kind === 'hold') {
        settlements.push({ hash: link.commandHash, verdict: decision.verdict });
        stopped = decision;
        break;
      }
      const settlement = await this.#apply(decision, link, facts);
      if (settlement) settlements.push(settlement);
      // The rest is for the trust that the board has adopted.
      if (trustOrders.adopted) break;
    }
    for (const waiting of this.#waiting) {
      if (settlements.some(settled => equal(settled.hash, waiting.hash))) continue;
      const verdict = judgeUnreached(waiting, walk, facts, newest, stopped?.verdict, context.ahead);
      settlements.push({ hash: waiting.hash, verdict });
    }
    this.#waiting = this.#waiting.filter(waiting => {
      const settled = settlements.find(candidate => equal(candidate.hash, waiting.hash));
      return settled?.verdict.verdict === 'undetermined' || isEarly(settled?.verdict);
    });
    const isConsumed = (hash: Uint8Array) => settlements.some(made => made.receipt && equal(made.hash, hash));
    this.#named = this.#named.filter(hash => !isConsumed(hash));
    return { settlements, needsLifecycle: stopped?.needsLifecycle ?? false, stopped: stopped !== undefined };
  }

  #decide(
    link: AuthenticLink,
    waiting: Waiting | undefined,
    facts: CommandFacts,
    { held, owner, trustAt }: ConsumeContext,
  ): LinkDecision {
    const { trustOrders } = this.#options;
    if (owner.stage === 'held') return hold(owner.hold);
    if (owner.stage === 'handover') {
      if (trustAt === undefined || link.sequence > trustAt) return hold(owner.hold);
      if (link.sequence < trustAt) {
        return refuse(facts, 'voided', rejected('void', 'the link lies before the order that sets trust'));
      }
    }
    const decision = decideLink(link, { ...this.#options, facts, held, waiting });
    if (decision.kind !== 'run' || !isTrustOrder(decision.waiting.delivery.envelope)) return decision;
    const ready = trustOrders.ready(decision.waiting, link, facts);
    if (ready.verdict === 'accepted') return decision;
    if (ready.verdict === 'undetermined') return hold(ready);
    return refuse(facts, ready.code === 'trial' ? 'failed' : 'refused', ready);
  }

  /** Consumes one link. Undefined when that brought nothing new to say. */
  async #apply(
    decision: Exclude<LinkDecision, { kind: 'hold' }>,
    link: AuthenticLink,
    facts: CommandFacts,
  ): Promise<Settlement | undefined> {
    const { ledger } = this.#options;
    const position: Position = {
      epoch: link.epoch,
      sequence: link.sequence,
      head: link.head,
      block: facts.head.number,
      level: facts.head.level,
    };
    if (decision.kind === 'run') return this.#run(decision.waiting, position, facts, decision.order);
    if (decision.kind === 'refuse') {
      return this.#refuse(link.commandHash, position, facts, decision.outcome, decision.verdict);
    }
    const { ran } = decision;
    const moved = { ...ran, sequence: link.sequence, head: link.head, reorged: false };
    ledger.commit(
      facts.head.finalized
        ? { position, settled: this.#settledAt(position, facts), ran: this.#ranAfter(position) }
        : { position, ran: ledger.ran.map(other => (other === ran ? moved : other)) },
    );
    return undefined;
  }

  async #run(
    { delivery, hash }: Waiting,
    position: Position,
    facts: CommandFacts,
    order: Order,
  ): Promise<Settlement> {
    const { clock, floors, ledger, trustOrders } = this.#options;
    const { finalized, hash: blockHash, number } = facts.head;
    const { head, sequence } = position;
    const { action, params, replyKey } = delivery.envelope;
    const block = { number, hash: blockHash };
    const inFlight = { envelopeHash: hash, sequence, action, params, replyKey, block };
    const consumed = finalized
      ? { position, settled: this.#settledAt(position, facts), ran: this.#ranAfter(position) }
      : { position, ran: [...ledger.ran, { sequence, envelopeHash: hash, head, reorged: false }] };
    const records = isTrustOrder(delivery.envelope) ? { records: trustOrders.records() } : {};
    const change = { ...consumed, ...records, floors: floors.encode() };
    const receipt = await execute(ledger, clock, order, inFlight, change);
    return { hash, verdict: accepted(undefined), receipt };
  }

  /** Consumes a link of a final head without running its envelope. */
  #refuse(
    hash: Uint8Array,
    position: Position,
    facts: CommandFacts,
    outcome: Outcome,
    verdict: Rejected<CommandCode>,
  ): Settlement {
    const { code } = verdict;
    const { sequence } = position;
    const statement = statementWithoutResult(facts, { envelopeHash: hash, sequence, outcome, code });
    const ran = this.#ranAfter(position);
    const settled = this.#settledAt(position, facts);
    const receipt = this.#options.ledger.commit({ position, settled, ran, statement });
    return { hash, verdict, receipt };
  }

  /** Later links may lie before the proven block; only the newest link is known to have none after it there. */
  #settledAt(position: Position, { device }: CommandFacts): Position {
    const isNewest = position.sequence === device.sequence;
    return isNewest ? position : { ...position, block: this.#options.ledger.settled.block };
  }

  /** The envelopes that must not run again once `position` is final: a fork may link them anew at a later sequence. */
  #ranAfter(position: Position): Ran[] {
    return this.#options.ledger.ran.filter(ran => ran.sequence > position.sequence);
  }
}

/** True for `not_yet`, a rejection that time heals: the envelope keeps its place. */
const isEarly = (verdict: CommandVerdict | undefined): boolean =>
  verdict?.verdict === 'rejected' && verdict.code === 'not_yet';
