/**
 * A prover behind the broker. A question's path goes out on the board's topic `ask`, the answer's bytes come back on
 * `proof`. Anybody can publish there, and an answer is believed as little as any prover's. One question at a time,
 * because an answer does not say which question it answers.
 */

import { encodeText } from '../bytes/text.js';
import { accepted, undetermined } from '../bytes/verdict.js';
import type { Clock } from '../port/clock.js';
import type { Prover, ProverAnswer } from '../trust/prover.js';

/** The time that a question waits for its answer. */
const ANSWER_MS_MAX = 5000;
/** The time after an unanswered question in which none is asked: most brokers have no prover. */
const PAUSE_MS = 60_000;

/** Asks whoever answers at the broker. */
export class BrokerProver implements Prover {
  readonly name = 'broker';
  readonly lastResort = true;
  readonly #clock: Clock;
  readonly #publish: (question: Uint8Array) => void;
  /** Settles the open question; undefined when none is open. */
  #answer: ((answer: ProverAnswer) => void) | undefined;
  #silentUntil = 0;
  #last: Promise<unknown> = Promise.resolve();

  /** `publish` sends the UTF-8 of a path on the topic `ask`. */
  constructor(options: { clock: Clock; publish(question: Uint8Array): void }) {
    this.#clock = options.clock;
    this.#publish = options.publish;
  }

  /** Asks once the questions before have ended. `unreachable` without an answer of `mostBytes` at most in 5 s. */
  ask(path: string, mostBytes: number): Promise<ProverAnswer> {
    const answer = this.#last.then(() => this.#ask(path, mostBytes));
    this.#last = answer;
    return answer;
  }

  /** Takes untrusted bytes that came on the topic `proof`; without an open question they count for nothing. */
  receive(bytes: Uint8Array): void {
    this.#answer?.(accepted(bytes));
  }

  /** Ends the open question. */
  close(): void {
    this.#answer?.(undetermined('unreachable', 'the board closed the connection'));
  }

  #ask(path: string, mostBytes: number): Promise<ProverAnswer> {
    if (this.#clock.monotonic() < this.#silentUntil) {
      return Promise.resolve(undetermined('unreachable', 'no prover answered at the broker a moment ago'));
    }
    return new Promise(resolve => {
      const cancel = this.#clock.after(ANSWER_MS_MAX, () => {
        this.#silentUntil = this.#clock.monotonic() + PAUSE_MS;
        settle(undetermined('unreachable', `no prover answered at the broker within ${ANSWER_MS_MAX} ms`));
      });
      const settle = (answer: ProverAnswer) => {
        cancel();
        this.#answer = undefined;
        const tooLong = answer.verdict === 'accepted' && answer.value.length > mostBytes;
        resolve(
          tooLong
            ? undetermined('unreachable', `the answer at the broker has more than ${mostBytes} bytes`)
            : answer,
        );
      };
      this.#answer = settle;
      this.#publish(encodeText(path));
    });
  }
}
