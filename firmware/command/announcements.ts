/** The announcements of what came of envelopes. A look at the queue by itself announces only what changed. */

import { toHex } from '../bytes/hex.js';
import type { CommandVerdict, Settlement } from './answer.js';
import type { CommandFacts } from './facts.js';
import { WAITING_ENVELOPES_MAX } from './queue.js';
import type { Waiting } from './wire.js';

/** Told of a settlement, with the facts that it was decided by if there are any. */
export type OnSettled = (settlement: Settlement, facts: CommandFacts | undefined) => void;

/** Announces settlements to one listener. */
export class Announcements {
  readonly #onSettled: OnSettled;
  readonly #waits: (hash: Uint8Array) => boolean;
  /** The cause that was last announced for each undecided envelope, by the hexadecimal hash. */
  readonly #causes = new Map<string, string>();
  #quiet = false;

  /** `waits` is true for the hash of an envelope that waits, or is waited for: nothing else is looked at again. */
  constructor(onSettled: OnSettled, waits: (hash: Uint8Array) => boolean) {
    this.#onSettled = onSettled;
    this.#waits = waits;
  }

  /** Runs `look`; meanwhile an undecided envelope is announced only when its cause is another than before. */
  quietly(look: () => Promise<void>): Promise<void> {
    // Not an async function: see rpc/client.ts.
    this.#quiet = true;
    return look().then(() => {
      this.#quiet = false;
    });
  }

  say(settlement: Settlement, facts?: CommandFacts): void {
    const { hash, verdict } = settlement;
    const name = toHex(hash);
    const cause = verdict.verdict === 'undetermined' ? verdict.cause : undefined;
    const repeated = this.#quiet && cause !== undefined && this.#causes.get(name) === cause;
    if (cause === undefined || !this.#waits(hash)) this.#causes.delete(name);
    else if (this.#causes.has(name) || this.#causes.size < WAITING_ENVELOPES_MAX) {
      this.#causes.set(name, cause);
    }
    if (!repeated) this.#onSettled(settlement, facts);
  }

  /** One verdict for all of them. */
  sayAll(envelopes: readonly Waiting[], verdict: CommandVerdict, facts?: CommandFacts): void {
    for (const { delivery, hash } of envelopes) {
      this.say({ hash, verdict, replyKey: delivery.envelope.replyKey }, facts);
    }
  }
}
