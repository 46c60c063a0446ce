/** The evidence of an answer, for people. */
import type { Answer } from '../operator/boardChannel.js';

/** One line for each step that the board told, at most 40, and one for its decision. */
export const trailLines = ({ code, evidence, trail, verdict }: Answer): string[] => [
  ...trail.slice(0, 40).map(({ value, what }) => `  → ${what}: ${value}`),
  `  → decision: ${verdict}${code ? ` (${code})` : ''}${evidence ? `: ${evidence}` : ''}`,
];
