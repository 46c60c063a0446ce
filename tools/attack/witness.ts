/** The witness of a campaign: keeps what a board's pins show, how its runs end, and the receipts that its key signed. */
import { toHex } from '../../firmware/bytes/hex.js';
import type { Hello } from '../../host-sim/node/board/consoleLine.js';
import type { BoardInHand } from '../../host-sim/process/boardInHand.js';
import type { Ended } from '../../host-sim/process/run.js';
import type { BoardChannel } from '../operator/boardChannel.js';
import { Tally } from './foes/tally.js';
import { MarkReader } from './marks.js';
import type { GenuineOrder, GenuineRelease, Hold, SeenEffect, SeenRestart, SignedReceipt } from './record.js';

export class Witness {
  readonly orders: GenuineOrder[] = [];
  readonly releases: GenuineRelease[] = [];
  readonly effects: SeenEffect[] = [];
  readonly strays: { what: string; atMs: number }[] = [];
  readonly receipts: SignedReceipt[] = [];
  readonly restarts: SeenRestart[] = [];
  readonly holds: Hold[] = [];
  /** The board's answers, which nobody signed: kind, verdict, code or cause. */
  readonly answers = new Tally();
  /** The reason for which the board does not come back. */
  dead: string | undefined;
  readonly #reader = new MarkReader();
  readonly #places = new Set<string>();
  #lastEnd: Ended | undefined;
  /** Power cuts of ours that the board has not yet come back from. */
  #cuts = 0;

  /** Watches from now on; the board runs already. @param key address of the board's key */
  constructor(board: BoardInHand, channel: BoardChannel, key: string) {
    this.#reader.begin();
    board.on('pin', (pin, on) => this.#takePin(pin, on));
    board.on('ended', ended => {
      this.#lastEnd = ended;
    });
    board.on('hello', hello => this.#takeStart(hello));
    board.on('dead', reason => {
      this.dead ??= reason;
    });
    channel.on('answer', ({ code, kind, verdict }) =>
      this.answers.add(`${kind} ${verdict}${code ? ` (${code})` : ''}`),
    );
    channel.on('receipt', ({ receipt, signer }) => {
      if (signer !== key) return;
      const place = `${receipt.storeBirth}/${receipt.counter}`;
      // Sent again, by the board or by somebody else, it says nothing new.
      const name = `${place} ${toHex(receipt.envelopeHash)}`;
      if (this.#places.has(name)) return;
      this.#places.add(name);
      const { code, outcome } = receipt;
      this.receipts.push({ hash: toHex(receipt.envelopeHash), outcome, code, place, atMs: now() });
    });
  }

  /** The power is cut by us, now; the next start is no fault. */
  expectCut(): void {
    this.#cuts++;
  }

  /** Nothing may run, and nothing is late, until the returned function is called. */
  hold(why: Hold['why']): () => void {
    const hold: Hold = { why, fromMs: now() };
    this.holds.push(hold);
    return () => {
      hold.toMs = now();
    };
  }

  receiptOf(hash: string): SignedReceipt | undefined {
    return this.receipts.find(receipt => receipt.hash === hash);
  }

  #takePin(pin: number, on: boolean): void {
    const { mark, stray } = this.#reader.take({ pin, on });
    if (mark !== undefined) this.effects.push({ mark, atMs: now() });
    if (stray !== undefined) this.strays.push({ what: stray, atMs: now() });
  }

  #takeStart({ rolledBack, version }: Hello): void {
    const cut = this.#reader.begin();
    const { detail, why } = this.#lastEnd ?? { why: 'fault', detail: 'unknown' };
    const isCut = why === 'powerCut' && this.#cuts > 0;
    if (isCut) this.#cuts--;
    const isUpdate =
      why === 'restart' &&
      rolledBack === undefined &&
      this.releases.some(release => release.version === version && !this.receiptOf(release.hash));
    const isPlanned = isCut || isUpdate;
    const halfway = cut ? `, in the middle of ${cut}` : '';
    this.restarts.push({ atMs: now(), why: `${why}, ${rolledBack ?? detail}${halfway}`, isPlanned });
  }
}

/** Milliseconds of the clock of all records. */
export const now = (): number => Math.round(performance.now());
