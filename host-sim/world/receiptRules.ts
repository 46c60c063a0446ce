/**
 * "So a gap shows": the receipts of each board are one chain, and each envelope has one of them; another says each time
 * that the chain took it back after it ran.
 */
import type { Finding } from './finding.js';

/** A receipt as published, by its fields that rules are about; hashes as hex. */
export interface ReceiptFact {
  birth: number;
  counter: number;
  previous: string;
  envelope: string;
  outcome: string;
  hash: string;
}

const ZERO_HASH = `0x${'00'.repeat(32)}`;

/** The receipts of all boards of a world. */
export class ReceiptRules {
  /** By board and counter, and by board and envelope. */
  readonly #byCounter = new Map<string, ReceiptFact>();
  readonly #byEnvelope = new Map<string, ReceiptFact>();
  readonly #reorged = new Map<string, number>();
  readonly #greatest = new Map<string, number>();
  readonly #lossy = new Set<string>();
  readonly #births = new Map<string, number>();

  /** The board may begin its journal anew from now on: what the one before lacks was lost with it. */
  mayLose(board: string): void {
    this.#lossy.add(board);
  }

  /** True for a board that may have forgotten what it did. */
  isLossy(board: string): boolean {
    return this.#lossy.has(board);
  }

  /** The board's journal is of that second. */
  born(board: string, birth: number): void {
    this.#births.set(board, Math.max(this.birthOf(board), birth));
  }

  /** Unix seconds of the birth of the board's journal, as it signed it; 0 for the first. */
  birthOf(board: string): number {
    return this.#births.get(board) ?? 0;
  }

  /** The receipt that the board gave for the envelope, whatever the chain took back later. */
  of(board: string, envelope: string): ReceiptFact | undefined {
    return this.#byEnvelope.get(`${board} ${envelope}`);
  }

  /** The number of envelopes with a receipt that satisfy `wanted`. */
  countWhere(wanted: (receipt: ReceiptFact, envelope: string) => boolean): number {
    let count = 0;
    for (const receipt of this.#byEnvelope.values()) if (wanted(receipt, receipt.envelope)) count++;
    return count;
  }

  /** The number of times that the board said that the chain took the envelope back. */
  reorged(board: string, envelope: string): number {
    return this.#reorged.get(`${board} ${envelope}`) ?? 0;
  }

  /** A receipt as it was published, again perhaps. @param isKnown whether the chain names that envelope for the board */
  receipted(board: string, receipt: ReceiptFact, isKnown: boolean): Finding[] {
    const journal = `${board} ${receipt.birth}`;
    const say = (what: string): Finding[] => [
      { rule: 'contradiction', what: `${board}, receipt ${receipt.counter}: ${what}` },
    ];
    const same = this.#byCounter.get(`${journal} ${receipt.counter}`);
    if (same) return same.hash === receipt.hash ? [] : say('two receipts have this counter');
    const isReorged = receipt.outcome === 'reorged';
    const told = this.#byEnvelope.get(`${board} ${receipt.envelope}`);
    if (receipt.birth > 0 && !this.#lossy.has(board))
      return say('its journal was lost, and nothing harmed it');
    const isAnother = told?.birth === receipt.birth || (told !== undefined && !this.#lossy.has(board));
    if (isAnother && !isReorged)
      return say(`envelope ${receipt.envelope} has another receipt, ${told?.counter}`);
    if (!isKnown) {
      return [{ rule: 'unlinked', what: `${board} receipts ${receipt.envelope}, which it has no link for` }];
    }
    const before = this.#byCounter.get(`${journal} ${receipt.counter - 1}`);
    const after = this.#byCounter.get(`${journal} ${receipt.counter + 1}`);
    if (receipt.counter === 1 && receipt.birth === 0 && receipt.previous !== ZERO_HASH) {
      return say('the first names one before it');
    }
    if (before && receipt.previous !== before.hash) return say('it names another before it');
    if (after && after.previous !== receipt.hash) return say('the next one names another before it');
    this.#byCounter.set(`${journal} ${receipt.counter}`, receipt);
    const subject = `${board} ${receipt.envelope}`;
    if (isReorged) this.#reorged.set(subject, 1 + (this.#reorged.get(subject) ?? 0));
    else this.#byEnvelope.set(subject, receipt);
    this.born(board, receipt.birth);
    this.#greatest.set(journal, Math.max(this.#greatest.get(journal) ?? 0, receipt.counter));
    return [];
  }

  /** Counters that are missing below a greater one. */
  gaps(): Finding[] {
    const found: Finding[] = [];
    for (const [journal, greatest] of this.#greatest) {
      const [board, birth] = journal.split(' ');
      if (Number(birth) < this.birthOf(board)) continue;
      for (let counter = 1; counter < greatest; counter++) {
        if (this.#byCounter.has(`${journal} ${counter}`)) continue;
        found.push({ rule: 'gap', what: `receipt ${counter} of ${journal} is missing, ${greatest} is not` });
      }
    }
    return found;
  }
}
