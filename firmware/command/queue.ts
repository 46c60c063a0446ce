/**
 * The queue of direct commands: what the board's head on chain says, in order, each at most once.
 * It decides nothing about trust: it is given proven facts, and links that those facts authenticate.
 */

import { type App, findAction } from '../app/app.js';
import { equal } from '../bytes/equal.js';
import { accepted, rejected, undetermined, type Verdict } from '../bytes/verdict.js';
import { type Ledger, MAXIMUM_RAN, type Position, type Ran, type Statement } from '../ledger/ledger.js';
import type { Outcome } from '../ledger/receipt.js';
import type { Clock } from '../port/clock.js';
import type { PurposePolicy } from '../trust/configuration.js';
import type { Floors } from '../trust/floors.js';
import type { CommandCause, CommandVerdict, Settlement } from './answer.js';
import { needsLifecycle, uncertain } from './certainty.js';
import type { CommandsOptions } from './commands.js';
import { execute } from './execute.js';
import type { CommandFacts } from './facts.js';
import { type CommandCode, disagreement, judgeOrder, judgeTime, type Order } from './judge.js';
import { place } from './place.js';
import type { AuthenticLink, Walk } from './walk.js';
import type { Delivery } from './wire.js';

/** An envelope that waits for its turn. */
export interface Waiting {
  hash: Uint8Array;
  delivery: Delivery;
}

type Refusal = CommandVerdict & { verdict: 'rejected' };

/** Envelopes kept at once. What finds no room is answered `busy` and may be delivered again. */
export const MAXIMUM_WAITING = 8;

export class DirectQueue {
  readonly #app: App;
  readonly #clock: Clock;
  readonly #floors: Floors;
  readonly #ledger: Ledger;
  readonly #lifecycle: PurposePolicy;
  readonly #policy: PurposePolicy;
  #needsLifecycle = false;
  #waiting: Waiting[] = [];

  /** The policies of the purposes `command` and `lifecycle`. */
  constructor(
    options: Pick<CommandsOptions, 'app' | 'clock' | 'floors' | 'ledger' | 'lifecycle' | 'policy'>,
  ) {
    this.#app = options.app;
    this.#clock = options.clock;
    this.#floors = options.floors;
    this.#ledger = options.ledger;
    this.#lifecycle = options.lifecycle;
    this.#policy = options.policy;
  }

  get waiting(): readonly Waiting[] {
    return this.#waiting;
  }

  /** Whether the last link that was looked at waits for a head of the level of `lifecycle`, and nothing else. */
  get needsLifecycle(): boolean {
    return this.#needsLifecycle;
  }

  /**
   * The same envelope twice is one. Returns what finds no room: when all places are taken the one whose turn comes
   * last, since what comes first may be just what the others wait for.
   */
  add(waiting: Waiting): Waiting | undefined {
    if (this.#waiting.some(other => equal(other.hash, waiting.hash))) return undefined;
    this.#waiting.push(waiting);
    if (this.#waiting.length <= MAXIMUM_WAITING) return undefined;
    const sequenceOf = ({ delivery }: Waiting) => delivery.envelope.sequence;
    const last = this.#waiting.reduce((a, b) => (sequenceOf(b) >= sequenceOf(a) ? b : a));
    this.#waiting = this.#waiting.filter(other => other !== last);
    return last;
  }

  /**
   * Consumes what the walk authenticates. `held` is what the newest head restrains. Every waiting envelope gets a
   * verdict; those that got a final one stop waiting. `ahead`: what links beyond these facts commit to, if known.
   */
  async consume(
    walk: Walk,
    facts: CommandFacts,
    newest: CommandFacts,
    held: Verdict<undefined, never, CommandCause>,
    ahead?: ReadonlySet<string>,
  ): Promise<Settlement[]> {
    await undefined; // Begins on a stack of its own: see JsonRpcEndpoint.batch.
    this.#needsLifecycle = false;
    const settlements = this.#reposition(walk, facts);
    let stopped: CommandVerdict | undefined;
    for (const link of walk.links) {
      const settlement = await this.#next(link, facts, held);
      if (!settlement) continue;
      settlements.push(settlement);
      if (!settlement.receipt) {
        stopped = settlement.verdict;
        break;
      }
    }
    for (const waiting of this.#waiting) {
      if (settlements.some(settled => equal(settled.hash, waiting.hash))) continue;
      settlements.push({ hash: waiting.hash, verdict: place(waiting, walk, facts, newest, stopped, ahead) });
    }
    this.#waiting = this.#waiting.filter(waiting => {
      const settled = settlements.find(candidate => equal(candidate.hash, waiting.hash));
      return settled?.verdict.verdict === 'undetermined' || isEarly(settled?.verdict);
    });
    return settlements;
  }

  /** Moves to where the walk begins: on in certainty, to a newer epoch, or back before a fork. */
  #reposition(walk: Walk, facts: CommandFacts): Settlement[] {
    const ledger = this.#ledger;
    if (walk.start === 'known' || walk.start === 'behind') {
      const open = ledger.ran.filter(ran => ran.sequence > walk.from.sequence);
      if (facts.head.finalized && open.length < ledger.ran.length)
        ledger.commit({ settled: walk.from, ran: open });
      return [];
    }
    if (walk.start === 'epoch') {
      const receipt = ledger.commit({
        position: walk.from,
        settled: walk.from,
        ran: [],
        statement: this.#statement(walk.from.head, 0, 'voided', 'epoch', facts),
      });
      return [{ hash: walk.from.head, verdict: rejected('void', 'a newer epoch began'), receipt }];
    }
    return this.#takeBack(walk, facts);
  }

  /** After a fork: back to the last final link; what ran and is on chain no more is receipted `reorged`. */
  #takeBack(walk: Walk, facts: CommandFacts): Settlement[] {
    const ledger = this.#ledger;
    const settlements: Settlement[] = [];
    for (const ran of ledger.ran) {
      if (ran.reorged || walk.links.some(link => equal(link.commandHash, ran.envelopeHash))) continue;
      const receipt = ledger.commit({
        ran: ledger.ran.map(other => (other === ran ? { ...ran, reorged: true } : other)),
        statement: this.#statement(ran.envelopeHash, ran.sequence, 'reorged', 'reorged', facts),
      });
      const verdict = rejected('not_anchored' as const, 'the chain took this command back after it ran');
      settlements.push({ hash: ran.envelopeHash, verdict, receipt });
    }
    // Last: after a cut the fork is found again, and receipted to the end.
    ledger.commit({ position: ledger.settled });
    return settlements;
  }

  /** One link: consumed (a receipt, or nothing new to say) or held (no receipt). */
  async #next(
    link: AuthenticLink,
    facts: CommandFacts,
    held: Verdict<undefined, never, CommandCause>,
  ): Promise<Settlement | undefined> {
    const ledger = this.#ledger;
    const newest = link.sequence === facts.device.sequence;
    const position = {
      epoch: link.epoch,
      sequence: link.sequence,
      head: link.head,
      // Later links may lie before the proven block: only of the newest is it known that they do not.
      block: newest ? facts.head.number : ledger.position.block,
      level: facts.head.level,
    };
    const ran = ledger.ran.find(other => equal(other.envelopeHash, link.commandHash));
    if (ran) {
      // The same envelope never runs twice, even when a reorganisation links it anew.
      const moved = { ...ran, sequence: link.sequence, head: link.head, reorged: false };
      ledger.commit(
        facts.head.finalized
          ? { position, settled: position, ran: this.#ranAfter(position) }
          : { position, ran: ledger.ran.map(other => (other === ran ? moved : other)) },
      );
      return undefined;
    }
    const hash = link.commandHash;
    const refuse = (outcome: Outcome, verdict: Refusal) =>
      this.#refuse(hash, position, facts, outcome, verdict);
    if (link.fleetEpoch < facts.fleet.epoch) {
      return refuse('voided', rejected('void', 'the fleet began a newer epoch'));
    }
    const { level } = this.#policy;
    const now = this.#floors.now(level);
    const nowProven = this.#floors.nowProven(level);
    const waiting = this.#waiting.find(candidate => equal(candidate.hash, hash));
    if (!waiting) {
      if (nowProven && facts.head.finalized && now > link.notAfter) {
        return refuse('expired', rejected('expired', 'nobody delivered it in its time'));
      }
      return {
        hash,
        verdict: undetermined('withheld', `the envelope of link ${link.sequence} was not delivered`),
      };
    }

    const { envelope } = waiting.delivery;
    const action = findAction(this.#app, envelope.action);
    if (!nowProven && !action?.beforeNow) {
      return {
        hash,
        verdict: undetermined(
          'not_now',
          'now is not proven since the restart: no link carries the challenge',
        ),
      };
    }
    const differs = disagreement(envelope, link);
    if (differs) {
      return refuse('refused', rejected('void', `its ${differs} is not the link's`));
    }
    const time = judgeTime(envelope, now, ledger.birth ?? 0);
    if (time.verdict === 'rejected') {
      if (time.code === 'not_yet') return { hash, verdict: time };
      return refuse(time.code === 'expired' ? 'expired' : 'refused', time);
    }
    if (held.verdict === 'undetermined') return { hash, verdict: held };
    const order = judgeOrder(this.#app, envelope);
    if (order.verdict === 'rejected') return refuse('refused', order);
    if (
      !facts.head.finalized &&
      (order.value.action.finality === 'finalized' || ledger.ran.length >= MAXIMUM_RAN)
    ) {
      return {
        hash,
        verdict: undetermined(
          'level',
          `linked in block ${facts.head.number} or before, which is not final yet`,
        ),
      };
    }
    this.#needsLifecycle = needsLifecycle(order.value, facts.head, this.#lifecycle);
    const verdict = uncertain(order.value, facts.head, this.#lifecycle, this.#floors);
    return verdict ? { hash, verdict } : this.#run(waiting, position, facts, order.value);
  }

  async #run(waiting: Waiting, position: Position, facts: CommandFacts, order: Order): Promise<Settlement> {
    const { hash } = waiting;
    const { envelope } = waiting.delivery;
    const ledger = this.#ledger;
    const { finalized, number } = facts.head;
    const ran = { sequence: position.sequence, envelopeHash: hash, head: position.head, reorged: false };
    const inFlight = {
      envelopeHash: hash,
      sequence: position.sequence,
      action: envelope.action,
      params: envelope.params,
      block: { number, hash: facts.head.hash },
    };
    const consumed = finalized
      ? { position, settled: position, ran: this.#ranAfter(position) }
      : { position, ran: [...ledger.ran, ran] };
    const floors = this.#floors.encode();
    const receipt = await execute(ledger, this.#clock, order, inFlight, { ...consumed, floors });
    return { hash, verdict: accepted(undefined), receipt };
  }

  /** Consumes without running. Only a final head may do that: what is taken back could not be undone. */
  #refuse(
    hash: Uint8Array,
    position: Position,
    facts: CommandFacts,
    outcome: Outcome,
    verdict: Refusal,
  ): Settlement {
    if (!facts.head.finalized) {
      return {
        hash,
        verdict: undetermined('level', `not final yet, then ${verdict.code}: ${verdict.evidence}`),
      };
    }
    const statement = this.#statement(hash, position.sequence, outcome, verdict.code, facts);
    const ran = this.#ranAfter(position);
    return { hash, verdict, receipt: this.#ledger.commit({ position, settled: position, ran, statement }) };
  }

  /** What must still not run again once `position` is final: a fork may link it anew at a later sequence. */
  #ranAfter(position: Position): Ran[] {
    return this.#ledger.ran.filter(ran => ran.sequence > position.sequence);
  }

  #statement(
    envelopeHash: Uint8Array,
    sequence: number,
    outcome: Outcome,
    code: CommandCode | 'epoch' | 'reorged' | string,
    facts: CommandFacts,
  ): Statement {
    const block = { number: facts.head.number, hash: facts.head.hash };
    return { envelopeHash, sequence, outcome, code, result: new Uint8Array(0), block };
  }
}

/** `not_yet` is a rejection that time heals: the envelope keeps its place. */
const isEarly = (verdict: CommandVerdict | undefined): boolean =>
  verdict?.verdict === 'rejected' && verdict.code === 'not_yet';
