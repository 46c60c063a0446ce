/** The lines that are said of a recording while it is played, one JSON value a line, whatever engine it is played on. */
import { decodeText } from '../../firmware/bytes/text.js';
import { wordsOf } from './playingTape.js';
import type { Replayed, ReplayOptions } from './replay.js';
import type { StartFacts } from './startFacts.js';

/** `started`: a start of the board. `said`: a line of its log. `did`: what it did besides, as far as people see it. */
export type PlayedLine =
  | { started: Omit<StartFacts, 'partitions'> }
  | { said: string; timeMs: number }
  | { did: string; timeMs: number }
  /** Of 1. */
  | { progress: number }
  | { done: Replayed };

const SHOWN = ['pin', 'restart', 'setPending', 'confirm', 'end', 'request'];

/** Options for `replay` that say it; `bytes` are those of the recording. */
export function playedLines(say: (line: PlayedLine) => void, bytes: number): ReplayOptions {
  let timeMs = 0;
  return {
    onStart({ facts: { partitions, ...started } }) {
      timeMs = 0;
      say({ started });
    },
    onEntry(entry) {
      const { about, given, operation } = entry;
      if (operation === 'time') timeMs = Number(decodeText(given) ?? 0);
      else if (operation === 'log') say({ said: about, timeMs });
      else if (SHOWN.includes(operation)) say({ did: wordsOf(entry), timeMs });
    },
    onProgress: ({ bytes: played }) => say({ progress: bytes === 0 ? 1 : played / bytes }),
  };
}
