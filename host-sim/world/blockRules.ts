/**
 * "Direct and batch need a finalized head": a block that a board calls final, in its words at its console, is one of the
 * chain's and is final by it, whoever says so: fewer signers than must sign, fewer endpoints than must agree, or a prover.
 */
import type { Finding } from './finding.js';

const CALLED_FINAL = /→ block (\d+): (0x[0-9a-f]{64}) \((.*), finalized\)$/;

/** The blocks of the chain, and what boards say of them. */
export class BlockRules {
  /** By number, the hash. */
  readonly #blocks = new Map<number, string>();
  #final = 0;

  /** The chain has that block; one that it has taken back had the same number. */
  mined(number: number, hash: string): void {
    this.#blocks.set(number, hash);
  }

  /**
   * @param final the number of the newest block that is final now @param hasContradicted whether the sync committee itself
   * has signed that other block: who goes by it believes it, until it says two things of one height
   */
  said(
    board: string,
    line: string,
    final: number,
    hasContradicted: (number: number, hash: string) => boolean = () => false,
  ): Finding[] {
    this.#final = Math.max(this.#final, final);
    const [, number, hash, basis] = CALLED_FINAL.exec(line) ?? [];
    if (number === undefined) return [];
    const breach = (what: string): Finding[] => [
      { rule: 'believed', what: `${board} calls block ${number} final (${basis}), ${what}` },
    ];
    if (Number(number) > this.#final) return breach(`where ${this.#final} is final`);
    const known = this.#blocks.get(Number(number));
    // The blocks before the world began are nobody's to lie about.
    const isOfCommittee = basis!.startsWith('L4,') && hasContradicted(Number(number), hash!);
    return known === undefined || known === hash || isOfCommittee
      ? []
      : breach(`whose hash is ${known} and not ${hash}`);
  }
}
