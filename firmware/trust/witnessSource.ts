/** Sources of witnesses: provers give them as compact bytes, endpoints as JSON. None is believed. */

import type { Rejected, TrustCause, Undetermined, WitnessCode } from '../bytes/verdict.js';
import type { ProvenState, WitnessRequest, WitnessVerdict } from '../proof/witness.js';

/** Proven state, or the fault of a witness, or the reason why there is none. */
export type SourceVerdict = WitnessVerdict<ProvenState> | Undetermined<TrustCause>;

/** The result of a source that gave no good witness. */
export type Unproven = Rejected<WitnessCode> | Undetermined<TrustCause>;

/** The kinds of sources, in the order in which they are asked. */
export const SourceKind = {
  /** A prover: its witness is a fifth of an endpoint's JSON. It may lack the newest block for a while. */
  prover: 0,
  endpoint: 1,
  /** A prover that is shared with many. */
  lastResort: 2,
} as const;
export type SourceKind = (typeof SourceKind)[keyof typeof SourceKind];

/** One source of witnesses, over any way. */
export interface WitnessSource {
  /** The name for people. */
  readonly name: string;
  readonly kind: SourceKind;
  /** True when it gave no whole answer in time when it was asked last. */
  readonly slow: boolean;
  /** The state at a block, proven by a witness of this source. Never rejects its promise. */
  prove(request: WitnessRequest): Promise<SourceVerdict>;
}

/** The order in which sources are asked: marked ones last, before them slow ones, else by their kinds. */
export function inSourceOrder(
  sources: readonly WitnessSource[],
  marked: ReadonlySet<WitnessSource>,
): WitnessSource[] {
  const rank = (source: WitnessSource) => source.kind + (source.slow ? 3 : 0) + (marked.has(source) ? 6 : 0);
  return [...sources].sort((a, b) => rank(a) - rank(b));
}
