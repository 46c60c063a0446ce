/** Acts of a page, one after the other: two at once would disturb each other. */
import { oneAfterAnother } from '../../host-sim/node/oneAfterAnother.js';
import type { ActOutcome } from '../../host-sim/page/protocol.js';

/** Acts that wait for their turn. */
const WAITING_MAX = 32;

export class Turns {
  readonly #inTurn = oneAfterAnother();
  #waiting = 0;

  /** Runs it when those before it have ended. */
  async take(task: () => Promise<ActOutcome>): Promise<ActOutcome> {
    if (this.#waiting >= WAITING_MAX) return { ok: false, says: 'Wait: too many acts are under way.' };
    this.#waiting++;
    return this.#inTurn(task).finally(() => {
      this.#waiting--;
    });
  }
}
