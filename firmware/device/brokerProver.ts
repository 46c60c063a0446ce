/**
 * A prover behind the broker: a question goes out on the board's topic `ask`, sealed to the prover's key, and the
 * answer comes back on `proof`, under a key that the question brought. What anybody else publishes there does not
 * open, and ends nothing. What opens is as little believed as any prover's answer. One question at a time.
 */

import { accepted, undetermined } from '../bytes/verdict.js';
import type { Clock } from '../port/clock.js';
import type { Crypto } from '../port/crypto.js';
import type { Entropy } from '../port/entropy.js';
import { PATH_CHARACTERS_MAX, sealQuestion } from '../seal/question.js';
import { ANSWER_OVERHEAD_BYTES, openAnswer } from '../seal/sharedSeal.js';
import type { Prover, ProverAnswer } from '../trust/prover.js';

/** The time that a question waits for its answer. */
const ANSWER_MS_MAX = 5000;
/** The time after an unanswered question in which none is asked: most brokers have no prover. */
const PAUSE_MS = 60_000;
/** The same where nobody else could be asked: one lost message must not cost a minute. */
const PAUSE_ALONE_MS = 5000;

/** Messages that are tried as the answer to one question: each costs a decryption. */
const MESSAGES_TRIED_MAX = 256;

/** The ports, the prover's key, and the way out of the board. */
export interface BrokerProverOptions {
  clock: Clock;
  crypto: Crypto;
  entropy: Entropy;
  /** The prover's public key, 33 bytes; without one nothing is asked. */
  proverKey?: Uint8Array;
  /** True when the board was told no other source: it then asks again soon. */
  isAlone?: boolean;
  /** Sends a sealed question on the topic `ask`; resolves when it is out, and the answer would be read. */
  publish(question: Uint8Array): Promise<unknown>;
}

/** Asks the prover that holds a key, at the broker. */
export class BrokerProver implements Prover {
  readonly name = 'broker';
  readonly lastResort = true;
  readonly #options: BrokerProverOptions;
  /** Takes messages for the open question, and ends it; undefined when none is open. */
  #open:
    | { bytesMax: number; tried: number; take(message: Uint8Array): void; end(answer: ProverAnswer): void }
    | undefined = undefined;
  #silentUntil = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: BrokerProverOptions) {
    this.#options = options;
  }

  /** Asks once the questions before have ended. `unreachable` without an answer of `mostBytes` at most in 5 s. */
  ask(path: string, mostBytes: number): Promise<ProverAnswer> {
    const answer = this.#last.then(() => this.#ask(path, mostBytes));
    this.#last = answer;
    return answer;
  }

  /** Bytes of a message on the topic `proof` that may be an answer now; 0 when none is wanted, or enough were tried. */
  get wantedBytesMax(): number {
    const { bytesMax, tried } = this.#open ?? { bytesMax: 0, tried: 0 };
    return tried < MESSAGES_TRIED_MAX ? bytesMax : 0;
  }

  /** Takes untrusted bytes that came on the topic `proof`; what does not open counts for nothing. */
  receive(message: Uint8Array): void {
    if (!this.#open || message.length > this.wantedBytesMax) return;
    this.#open.tried++;
    this.#open.take(message);
  }

  /** Ends the open question. */
  close(): void {
    this.#open?.end(undetermined('unreachable', 'the board closed the connection'));
  }

  #ask(path: string, mostBytes: number): Promise<ProverAnswer> {
    const { clock, crypto, entropy, isAlone, proverKey, publish } = this.#options;
    const unreachable = (evidence: string) => Promise.resolve(undetermined('unreachable' as const, evidence));
    if (clock.monotonic() < this.#silentUntil) return unreachable('no prover answered a moment ago');
    if (path.length > PATH_CHARACTERS_MAX) return unreachable('the question is too long for the broker');
    const answerKey = new Uint8Array(32);
    entropy.fill(answerKey);
    const question = proverKey && sealQuestion({ crypto, entropy }, proverKey, { path, answerKey });
    if (!question) return unreachable('no key of a prover at the broker is known');
    return new Promise(resolve => {
      const end = (answer: ProverAnswer) => {
        cancel();
        this.#open = undefined;
        resolve(answer);
      };
      let isOut = false;
      const cancel = clock.after(ANSWER_MS_MAX, () => {
        // A board that was not connected learned nothing about who is there.
        if (isOut) this.#silentUntil = clock.monotonic() + (isAlone ? PAUSE_ALONE_MS : PAUSE_MS);
        const nobody = isOut ? 'no prover answered at the broker' : 'the question did not reach the broker';
        end(undetermined('unreachable', `${nobody} within ${ANSWER_MS_MAX} ms`));
      });
      const take = (message: Uint8Array) => {
        const bytes = openAnswer(crypto, answerKey, message);
        if (bytes) end(accepted(bytes));
      };
      this.#open = { bytesMax: mostBytes + ANSWER_OVERHEAD_BYTES, tried: 0, take, end };
      void publish(question).then(() => {
        isOut = true;
      });
    });
  }
}
