/**
 * "Nothing for another owner", written from the protocol ("Hand-over"): a proven head that names another owner holds
 * everything; what was linked for the former owner is void, and so is what the new one's fleet linked before the order
 * that sets trust. Until the board has receipted that one it does nothing else.
 */
import type { Finding } from './finding.js';
import { type Gap, later, SEEN_MS_MAX } from './restraintRules.js';

/** An order as these rules see it; marks of one board ascend in the order of their links. */
export interface OwnedOrder {
  mark: number;
  /** The owner whose fleet ordered it; empty where a world has but one. */
  owner: string;
  /** True for the order that sets the trust of a new owner, which moves no pin. */
  isTrust?: boolean;
}

/** A board that was handed over. */
interface HandedOver {
  owner: string;
  sinceMs: number;
  /** The marks of linked orders that set trust, and of those that are receipted as done. */
  linkedTrust: number[];
  doneTrust: number[];
  /** The marks that ran for the new owner. */
  ran: number[];
}

/** Takes the facts of one world's sales. */
export class OwnerRules {
  readonly #boards = new Map<string, HandedOver>();

  /** A block has that owner of the board in place of the one before. */
  handedOver(board: string, owner: string, sinceMs: number): void {
    this.#boards.set(board, { owner, sinceMs, linkedTrust: [], doneTrust: [], ran: [] });
  }

  /** The chain takes blocks back: what only they had is in others later. */
  takenBack(gap: Gap): void {
    for (const known of this.#boards.values()) known.sinceMs = later(known.sinceMs, gap);
  }

  /** True while the board's hand-over is under way. */
  isUnderWay(board: string): boolean {
    const known = this.#boards.get(board);
    return known !== undefined && known.doneTrust.length === 0;
  }

  /** A block has the link of an order. */
  linked(board: string, { isTrust, mark, owner }: OwnedOrder): void {
    const known = this.#boards.get(board);
    if (isTrust && known?.owner === owner) known.linkedTrust.push(mark);
  }

  /** The board has receipted an order as done, perhaps some time after. */
  done(board: string, { isTrust, mark, owner }: OwnedOrder): void {
    const known = this.#boards.get(board);
    if (isTrust && known?.owner === owner) known.doneTrust.push(mark);
  }

  /** An order ran. @param words begin each finding */
  ran(board: string, { mark, owner }: OwnedOrder, nowMs: number, words: string): Finding[] {
    const known = this.#boards.get(board);
    if (!known) return [];
    if (owner !== known.owner) {
      if (nowMs <= known.sinceMs + SEEN_MS_MAX) return [];
      return [
        {
          rule: 'foreign',
          what: `${words} for ${owner}, ${nowMs - known.sinceMs} ms after ${known.owner} owns it`,
        },
      ];
    }
    known.ran.push(mark);
    if (known.linkedTrust.some(trust => trust < mark)) return [];
    return [{ rule: 'foreign', what: `${words} for ${owner}, linked before any order that sets its trust` }];
  }

  /** Some time after all faults have healed, with all receipts told: each hand-over is complete. */
  end(): Finding[] {
    return [...this.#boards].flatMap(([board, { doneTrust, owner, ran }]): Finding[] => {
      if (doneTrust.length === 0) {
        return [{ rule: 'liveness', what: `${board} never adopted the trust of ${owner}` }];
      }
      const trust = Math.min(...doneTrust);
      return ran
        .filter(mark => mark < trust)
        .map(mark => ({
          rule: 'foreign',
          what: `${board} ran mark ${mark}, which was linked before the trust of ${owner}, mark ${trust}`,
        }));
    });
  }
}
