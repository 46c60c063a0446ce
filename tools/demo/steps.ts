/** The steps of a demonstration: what was expected, what came, and whether they agree. */
import type { TrailStep } from '../../firmware/trust/trail.js';

export interface Observed {
  verdict: string;
  /** The code of a rejection or the cause of what stays undetermined; empty otherwise. */
  code: string;
  evidence?: string;
  trail?: readonly TrailStep[];
}

export interface Step {
  name: string;
  expected: string;
  verdict: string;
  expectedCode: string;
  code: string;
  milliseconds: number;
  evidence?: string;
  trail?: readonly TrailStep[];
}

/** A step that does not exist on this board, and why. */
export interface Skipped {
  name: string;
  reason: string;
}

export interface StepListener {
  chapter(title: string, explanation: string): void;
  skip(skipped: Skipped): void;
  begin(name: string): void;
  end(step: Step): void;
}

/** True when verdict and code are those that the step names. */
export const asExpected = (step: Step): boolean =>
  step.verdict === step.expected && step.code === step.expectedCode;

/** Steps one after the other, each told as it ends. @example await new Steps(listener).run('an order', 'accepted', '', act) */
export class Steps {
  readonly all: Step[] = [];
  readonly skipped: Skipped[] = [];
  readonly #listener: StepListener;
  readonly #signal: AbortSignal | undefined;

  /** After `signal` no step is begun or told any more. */
  constructor(listener: StepListener, signal?: AbortSignal) {
    this.#listener = listener;
    this.#signal = signal;
  }

  chapter(title: string, explanation: string): void {
    this.#listener.chapter(title, explanation);
  }

  /** Says that a step is left out, and why: it is neither as expected nor otherwise. */
  skip(name: string, reason: string): void {
    this.skipped.push({ name, reason });
    this.#listener.skip({ name, reason });
  }

  /** Runs one step. What throws is a verdict as well: that the demonstration itself failed. */
  async run(
    name: string,
    expected: string,
    expectedCode: string,
    act: () => Promise<Observed>,
  ): Promise<Step> {
    this.#signal?.throwIfAborted();
    this.#listener.begin(name);
    const from = performance.now();
    let observed: Observed;
    try {
      observed = await act();
    } catch (error) {
      observed = {
        verdict: 'failed',
        code: '',
        evidence: error instanceof Error ? error.message : String(error),
      };
    }
    this.#signal?.throwIfAborted();
    const step: Step = {
      name,
      expected,
      verdict: observed.verdict,
      expectedCode,
      code: observed.code,
      milliseconds: Math.round(performance.now() - from),
      evidence: observed.evidence,
      trail: observed.trail,
    };
    this.all.push(step);
    this.#listener.end(step);
    return step;
  }
}
