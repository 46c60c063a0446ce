/** The operator's view of the nodes: counters, and one line for each fault, repeated once a minute at most. */
import type { Clock } from '../../firmware/port/clock.js';
import { nodeClock } from '../../host-sim/node/clock.js';
import { toFailure } from '../cli/failure.js';
import { Metrics } from './metrics.js';
import { Lie, UpstreamProblem } from './upstream.js';

export interface ProverEvent {
  /** `fault`: a node is wrong or lies; `trouble`: it does not answer; `info`: how it goes. */
  kind: 'info' | 'trouble' | 'fault';
  node?: string;
  /** For `fault` and `trouble`. */
  code?: string;
  message: string;
}

/** Milliseconds in which the same complaint is not repeated. */
const REPEAT_PAUSE_MS = 60_000;
/** Milliseconds for which a node that was wrong is asked last. */
const DISTRUST_MS = 600_000;
/** Milliseconds for which a node that did not answer, or limits its rate, is not waited for. */
const ABSENCE_MS = 30_000;

export class Watch {
  readonly metrics = new Metrics();
  readonly #onEvent: (event: ProverEvent) => void;
  readonly #clock: Clock;
  readonly #said = new Map<string, number>();
  readonly #faulty = new Map<string, number>();
  readonly #away = new Map<string, number>();

  constructor(onEvent: (event: ProverEvent) => void, clock: Clock = nodeClock) {
    this.#onEvent = onEvent;
    this.#clock = clock;
    const { metrics } = this;
    metrics.declare('holdfast_prover_answers_total', 'counter', 'Questions of boards, by kind and outcome.');
    metrics.declare('holdfast_prover_asks_total', 'counter', 'Questions over the broker, by outcome.');
    metrics.declare('holdfast_prover_upstream_requests_total', 'counter', 'Requests to nodes, by outcome.');
    metrics.declare(
      'holdfast_prover_node_faults_total',
      'counter',
      'Answers of a node that were proven wrong.',
    );
    metrics.declare('holdfast_prover_node_up', 'gauge', 'Whether the last answer of a node was of use.');
    metrics.declare('holdfast_prover_finalized_slot', 'gauge', 'Slot of the newest finalized beacon block.');
    metrics.declare('holdfast_prover_finalized_block', 'gauge', 'Number of its execution block.');
    metrics.declare('holdfast_prover_finalized_timestamp_seconds', 'gauge', 'Time of its execution block.');
    metrics.declare('holdfast_prover_attested_slot', 'gauge', 'Slot of the header that was signed.');
    metrics.declare('holdfast_prover_participation', 'gauge', 'Positions that signed it.');
    metrics.declare('holdfast_prover_committee_period', 'gauge', 'The newest committee that is known.');
    metrics.declare('holdfast_prover_requests_in_flight', 'gauge', 'Questions that are being answered.');
  }

  info(message: string): void {
    this.#onEvent({ kind: 'info', message });
  }

  /** Reports trouble that no single node causes. */
  trouble(code: string, message: string): void {
    this.#say({ kind: 'trouble', code, message });
  }

  /** The node's answer was of use. */
  well(node: string): void {
    this.#away.delete(node);
    this.metrics.set('holdfast_prover_node_up', 1, { node });
  }

  /** A node answered what is proven wrong. */
  fault(node: string, code: string, message: string): void {
    this.metrics.add('holdfast_prover_node_faults_total', { node, code });
    this.metrics.set('holdfast_prover_node_up', 0, { node });
    this.#faulty.set(node, this.#clock.monotonic());
    this.#say({ kind: 'fault', node, code, message });
  }

  /** Reports an error of a node: as a fault when it is wrong, as trouble when it does not answer; `missing` is neither. */
  failed(node: string, error: unknown): void {
    if (error instanceof Lie) {
      this.fault(node, error.code, error.message);
    } else if (!(error instanceof UpstreamProblem)) {
      this.#say({ kind: 'trouble', node, code: 'failed', message: toFailure(error).message });
    } else if (error.kind === 'malformed' || error.kind === 'too_large') {
      this.fault(node, error.kind, error.message);
    } else if (error.kind === 'unreachable' || error.kind === 'limited') {
      this.#away.set(node, this.#clock.monotonic());
      this.metrics.set('holdfast_prover_node_up', 0, { node });
      this.#say({ kind: 'trouble', node, code: error.kind, message: error.message });
    }
  }

  /** Nodes in the order in which to ask them: those that were wrong lately come late, those that are away last. */
  order<T extends { name: string }>(nodes: readonly T[]): T[] {
    const rank = ({ name }: T) =>
      (this.#isSince(this.#away, name, ABSENCE_MS) ? 2 : 0) +
      (this.#isSince(this.#faulty, name, DISTRUST_MS) ? 1 : 0);
    return [...nodes].sort((a, b) => rank(a) - rank(b));
  }

  /** Those that answered lately, or all when none did: for questions to all, which wait for the slowest. */
  present<T extends { name: string }>(nodes: readonly T[]): readonly T[] {
    const here = nodes.filter(({ name }) => !this.#isSince(this.#away, name, ABSENCE_MS));
    return here.length > 0 ? here : nodes;
  }

  #isSince(times: ReadonlyMap<string, number>, node: string, lasts: number): boolean {
    const at = times.get(node);
    return at !== undefined && this.#clock.monotonic() - at < lasts;
  }

  #say(event: ProverEvent): void {
    const name = `${event.kind} ${event.node} ${event.code}`;
    const now = this.#clock.monotonic();
    if (now - (this.#said.get(name) ?? -REPEAT_PAUSE_MS) < REPEAT_PAUSE_MS) return;
    this.#said.set(name, now);
    this.#onEvent(event);
  }
}
