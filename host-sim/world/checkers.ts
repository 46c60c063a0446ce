/**
 * The rules that no world may break, written from the protocol and from what is seen at a board's edges (pins, receipts,
 * the chain's logs), never from the firmware. Facts come in as they happen; each breach is one finding.
 */
import type { Finding, Rule } from './finding.js';
import { type OwnedOrder, OwnerRules } from './ownerRules.js';
import { type ReceiptFact, ReceiptRules } from './receiptRules.js';
import { type Epochs, RestraintRules, SEEN_MS_MAX } from './restraintRules.js';

/** Seconds that a board's clock may be behind: finality, and the longest silence in which an answer was under way. */
const CLOCK_BEHIND_SECONDS_MAX = 600;

/** An order as its operator made it; orders of one board have ascending marks in the order of their links. */
export interface Order extends Epochs, OwnedOrder {
  board: string;
  /** Unix seconds. */
  notBefore: number;
  notAfter: number;
  /** True for what no board can do: its app has no such action, or it is not so ordered. */
  isWrong?: boolean;
  /** True for an action that tolerates a reorganisation: it may run before its block is final. */
  isTolerant?: boolean;
}

/** An order, and the block that has its link, if one has. */
interface KnownOrder extends Order {
  isLinked: boolean;
  /** The number of the block that has its link, and its Unix second. */
  block: number;
  linkedSeconds: number;
  /** The number of times that a block which had it was taken back, and when that was last. */
  takenBack: number;
  takenBackMs: number;
  /** True once nobody links it any more after that. */
  isLost: boolean;
}

/** An instant of the world: milliseconds since it began, Unix seconds, and the newest block that is final for boards. */
export interface Instant {
  nowMs: number;
  nowSeconds: number;
  finalNumber: number;
}

/** Takes the facts of one world, and gives a finding for each breach. */
export class Checkers {
  readonly #orders = new Map<string, KnownOrder>();
  readonly #ran = new Set<string>();
  /** The mark that ran last, by board. */
  readonly #last = new Map<string, number>();
  readonly restraints = new RestraintRules();
  readonly owners = new OwnerRules();
  readonly #receipts = new ReceiptRules();
  /** Board and hash: what a board may receipt without a link. */
  readonly #others = new Set<string>();
  #links = 0;

  /** The operator made an envelope; nothing may come of it before its link. */
  ordered(envelope: string, order: Order): void {
    const never = { takenBack: 0, takenBackMs: 0, isLost: false };
    this.#orders.set(envelope, { ...order, isLinked: false, block: 0, linkedSeconds: 0, ...never });
  }

  /** The chain refused the link, or nobody links it again: nothing may ever come of the envelope that has not yet. */
  refused(envelope: string): void {
    const order = this.#orders.get(envelope);
    if (!order || order.isLinked) return;
    if (order.takenBack > 0) order.isLost = true;
    else this.#orders.delete(envelope);
  }

  /** The chain took back its blocks from that number on. */
  takenBack(from: number, nowMs: number): void {
    for (const order of this.#orders.values()) {
      if (!order.isLinked || order.block < from) continue;
      order.isLinked = false;
      order.takenBack++;
      order.takenBackMs = nowMs;
      this.#links--;
    }
  }

  /** True while its link is in no block any more, and may be in another one some day. */
  isTakenBack(envelope: string): boolean {
    const order = this.#orders.get(envelope);
    return order !== undefined && order.takenBack > 0 && !order.isLinked && !order.isLost;
  }

  /** The hashes of envelopes without a link, for whoever reads the chain's logs. */
  get unlinked(): string[] {
    const isAwaited = ([, { isLinked, isLost }]: [string, KnownOrder]) => !isLinked && !isLost;
    return [...this.#orders].filter(isAwaited).map(([envelope]) => envelope);
  }

  /** The block of that number, and of that Unix second, has the link. */
  linked(envelope: string, block: number, linkedSeconds = 0): void {
    const order = this.#orders.get(envelope);
    if (!order || order.isLinked) return;
    order.isLinked = true;
    order.block = block;
    order.linkedSeconds = linkedSeconds;
    if (!order.isWrong) this.owners.linked(order.board, order);
    this.#links++;
  }

  get links(): number {
    return this.#links;
  }

  /** The acts of that board alone: its links, twice more each that was taken back, and its newer epochs. */
  actsOf(board: string): number {
    let acts = this.restraints.epochsOf(board);
    for (const { board: of, isLinked, takenBack } of this.#orders.values())
      if (of === board) acts += (isLinked ? 1 : 0) + 2 * takenBack;
    return acts;
  }

  get receipts(): number {
    return this.#receipts.countWhere((_, envelope) => this.#orders.has(envelope));
  }

  /** True once the board has receipted that envelope. */
  isReceipted(envelope: string): boolean {
    return this.#receipts.countWhere((_, told) => told === envelope) > 0;
  }

  /** "Nothing runs without a link", "at most once", "in order", "nothing paused or expired", "only what is final": judged at the pins. */
  ran(board: string, mark: number, { finalNumber, nowMs, nowSeconds }: Instant): Finding[] {
    const order = [...this.#orders.values()].find(each => each.board === board && each.mark === mark);
    const found: Finding[] = [];
    const breach = (rule: Rule, what: string) =>
      found.push({ rule, what: `${board} ran mark ${mark} ${what}` });
    if (!order?.isLinked) {
      // It is decided by the newest block that was known then, which may be another one already.
      const isLate = !order?.isTolerant || order.takenBack === 0 || nowMs > order.takenBackMs + SEEN_MS_MAX;
      if (isLate) breach('unlinked', 'without a link');
    } else if (!order.isTolerant && order.block > finalNumber)
      breach('unfinal', `of block ${order.block}, where ${finalNumber} is final`);
    const last = this.#last.get(board) ?? -1;
    if (this.#ran.has(`${board} ${mark}`)) breach('twice', 'twice');
    else if (mark < last) breach('order', `after mark ${last}, which was linked later`);
    for (const rules of order ? [this.restraints, this.owners] : []) {
      found.push(...rules.ran(board, order!, nowMs, `${board} ran mark ${mark}`));
    }
    if (order && nowSeconds < order.notBefore) {
      breach('early', `${order.notBefore - nowSeconds} s before its time`);
    }
    if (order && nowSeconds > order.notAfter + CLOCK_BEHIND_SECONDS_MAX) {
      breach('expired', `${nowSeconds - order.notAfter} s after its time`);
    }
    this.#ran.add(`${board} ${mark}`);
    this.#last.set(board, mark);
    return found;
  }

  /**
   * "Redelivery returns the stored receipt", and each names the one before: a counter or an envelope has one receipt. An
   * envelope that nobody delivers, too, is expired at its `notAfter` and never before. @param nowSeconds Unix seconds
   */
  receipted(board: string, receipt: ReceiptFact, nowSeconds: number): Finding[] {
    const order = this.#orders.get(receipt.envelope);
    if (order && receipt.outcome === 'expired' && nowSeconds <= order.notAfter) {
      const what = `${board} lets mark ${order.mark} expire ${order.notAfter - nowSeconds} s before its time`;
      return [{ rule: 'premature', what }];
    }
    if (order && !order.isWrong && receipt.outcome === 'done') this.owners.done(board, order);
    const wasLinked = order !== undefined && (order.isLinked || order.takenBack > 0);
    const isKnown = (wasLinked && order.board === board) || this.#others.has(`${board} ${receipt.envelope}`);
    const found = this.#receipts.receipted(board, receipt, isKnown);
    if (this.#receipts.reorged(board, receipt.envelope) <= (order?.takenBack ?? 0)) return found;
    const what = `${board} says once too often that the chain took ${receipt.envelope} back`;
    return [...found, { rule: 'reorged', what }];
  }

  /**
   * A bit of the board's stores flipped: it may have lost its journal, and what it had receipted there, at any time. "If
   * only the journal is lost, every envelope with a notBefore before its new birth is refused", or never looked at.
   */
  mayLose(board: string): void {
    this.#receipts.mayLose(board);
  }

  /** True once `mayLose` was called for it. */
  isLossy(board: string): boolean {
    return this.#receipts.isLossy(board);
  }

  /** The board signed that its journal began at that Unix second. */
  born(board: string, birth: number): void {
    this.#receipts.born(board, birth);
  }

  /** The outcome of the board's receipt for an envelope or a release; undefined while it has none. */
  outcomeOf(board: string, envelope: string): string | undefined {
    return this.#receipts.of(board, envelope)?.outcome;
  }

  /** A block has what the board may receipt once: its owner's approval of a release, or the head of a newer epoch. */
  mayReceipt(board: string, hash: string): void {
    this.#others.add(`${board} ${hash}`);
  }

  /** True when everything linked is receipted, but for what boards pass over, and no receipt is missing. */
  get isQuiet(): boolean {
    const isWhole = this.#receipts.gaps().length === 0 && this.owners.end().length === 0;
    const isLinked = this.unlinked.length === 0 && this.#unsaid().length === 0;
    return isWhole && isLinked && this.#unreceipted().length === 0;
  }

  /** "On a fork … receipts `reorged`": what ran and is in no link any more, and whose board has not said so. */
  #unsaid(): [string, KnownOrder][] {
    return [...this.#orders].filter(
      ([envelope, order]) =>
        order.isLost &&
        !this.#receipts.isLossy(order.board) &&
        !this.restraints.isPassedOver(order.board, order) &&
        this.#receipts.of(order.board, envelope) !== undefined &&
        this.#receipts.reorged(order.board, envelope) === 0,
    );
  }

  /** A journal begins anew at a block: what has its link there or before is passed over, whenever it is due. */
  #isOfLostJournal({ board, linkedSeconds, notBefore }: KnownOrder): boolean {
    const birth = this.#receipts.birthOf(board);
    return birth > 0 && (notBefore < birth || linkedSeconds <= birth);
  }

  #unreceipted(): [string, KnownOrder][] {
    return [...this.#orders].filter(
      ([envelope, order]) =>
        order.isLinked &&
        !this.restraints.isPassedOver(order.board, order) &&
        !this.#isOfLostJournal(order) &&
        !this.#receipts.of(order.board, envelope),
    );
  }

  /** Some time after all faults have healed: everything linked is receipted, without a gap, and what is done has run. */
  end(): Finding[] {
    const found: Finding[] = [];
    for (const [envelope, { board, mark }] of this.#unreceipted()) {
      found.push({ rule: 'liveness', what: `${board} never receipted mark ${mark} (${envelope})` });
    }
    for (const [envelope, { board, mark }] of this.#unsaid()) {
      found.push({
        rule: 'reorged',
        what: `${board} never said that mark ${mark} was taken back (${envelope})`,
      });
    }
    for (const [envelope, { board, isTrust, isWrong, mark }] of this.#orders) {
      const receipt = this.#receipts.of(board, envelope);
      const hasRun = this.#ran.has(`${board} ${mark}`);
      if (receipt?.outcome === 'done' && isWrong) {
        found.push({ rule: 'misfit', what: `${board} did mark ${mark}, which it had to refuse` });
      } else if (receipt?.outcome === 'done' && !hasRun && !isTrust) {
        found.push({ rule: 'unsigned', what: `${board} signed that mark ${mark} is done, and it never ran` });
      }
      if (receipt && hasRun && receipt.outcome !== 'done' && receipt.outcome !== 'interrupted') {
        found.push({ rule: 'unsigned', what: `${board} ran mark ${mark} and signed ${receipt.outcome}` });
      }
    }
    return [...found, ...this.owners.end(), ...this.#receipts.gaps()];
  }
}
