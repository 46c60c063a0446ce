/** The evidence trail as the board told it, for people. */
import type { Answer } from '../operator/boardChannel.js';

export const trailLines = ({ code, evidence, trail, verdict }: Answer): string[] => [
  ...trail.slice(0, 40).map(({ value, what }) => `  → ${what}: ${value}`),
  `  → decision: ${verdict}${code ? ` (${code})` : ''}${evidence ? `: ${evidence}` : ''}`,
];
