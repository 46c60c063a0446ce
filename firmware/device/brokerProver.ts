/**
 * A prover behind the broker: the path of a question goes out on the board's topic `ask`, the bytes come back on
 * `proof`. Anybody can publish there; what comes is as little believed as any prover's answer. One question at a time,
 * since answers do not say what they answer.
 */

import { encodeText } from '../bytes/text.js';
import { accepted, undetermined } from '../bytes/verdict.js';
import type { Clock } from '../port/clock.js';
import type { Prover, ProverAnswer } from '../trust/prover.js';

/** Milliseconds. */
const ANSWER_MS_MAX = 5000;
/** After an unanswered question nobody is asked for so long: most brokers have no prover. */
const PAUSE_MS = 60_000;

export class BrokerProver implements Prover {
  readonly name = 'broker';
  readonly lastResort = true;
  readonly #clock: Clock;
  readonly #publish: (question: Uint8Array) => void;
  #answer: ((answer: ProverAnswer) => void) | undefined;
  #silentUntil = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: { clock: Clock; publish(question: Uint8Array): void }) {
    this.#clock = options.clock;
    this.#publish = options.publish;
  }

  ask(path: string, mostBytes: number): Promise<ProverAnswer> {
    const answer = this.#last.then(() => this.#ask(path, mostBytes));
    this.#last = answer;
    return answer;
  }

  /** What came on `proof`. */
  receive(bytes: Uint8Array): void {
    this.#answer?.(accepted(bytes));
  }

  close(): void {
    this.#answer?.(undetermined('unreachable', 'closed'));
  }

  #ask(path: string, mostBytes: number): Promise<ProverAnswer> {
    if (this.#clock.monotonic() < this.#silentUntil)
      return Promise.resolve(undetermined('unreachable', 'nobody answered there a moment ago'));
    return new Promise(resolve => {
      const cancel = this.#clock.after(ANSWER_MS_MAX, () => {
        this.#silentUntil = this.#clock.monotonic() + PAUSE_MS;
        settle(undetermined('unreachable', `no answer within ${ANSWER_MS_MAX} ms`));
      });
      const settle = (answer: ProverAnswer) => {
        cancel();
        this.#answer = undefined;
        const long = answer.verdict === 'accepted' && answer.value.length > mostBytes;
        resolve(long ? undetermined('unreachable', 'an answer that is too long') : answer);
      };
      this.#answer = settle;
      this.#publish(encodeText(path));
    });
  }
}
