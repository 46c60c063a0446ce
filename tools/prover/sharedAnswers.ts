/** Boards that ask the same at the same time share one answer; each question and its outcome is counted. */
import type { ConcurrencyLimiter } from './concurrencyLimiter.js';
import type { Metrics } from './metrics.js';

type Answer = Promise<Uint8Array | undefined>;

export class SharedAnswers {
  readonly #limiter: ConcurrencyLimiter;
  readonly #metrics: Metrics;
  /** Questions that are being answered. */
  readonly #asked = new Map<string, Answer>();

  constructor(limiter: ConcurrencyLimiter, metrics: Metrics) {
    this.#limiter = limiter;
    this.#metrics = metrics;
  }

  /** The answer to the question of that kind and name, by `work` unless somebody waits for it already. @throws what `work` throws, and Overloaded */
  answer(kind: string, name: string, work: () => Answer): Answer {
    const key = `${kind} ${name}`;
    let running = this.#asked.get(key);
    if (!running) {
      running = this.#limiter.run(work).finally(() => this.#asked.delete(key));
      this.#asked.set(key, running);
    }
    return this.counted(kind, running);
  }

  /** Counts an answer that is found elsewhere. @throws what `running` throws */
  async counted(kind: string, running: Answer): Answer {
    this.#tellInFlight();
    try {
      const answer = await running;
      this.#metrics.add('holdfast_prover_answers_total', { kind, outcome: answer ? 'answered' : 'none' });
      return answer;
    } catch (error) {
      this.#metrics.add('holdfast_prover_answers_total', { kind, outcome: 'failed' });
      throw error;
    } finally {
      this.#tellInFlight();
    }
  }

  #tellInFlight(): void {
    this.#metrics.set('holdfast_prover_requests_in_flight', this.#limiter.inFlight);
  }
}
