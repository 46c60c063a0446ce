/** A button that runs a command line, which it shows to whoever points at it. */
import { isRunning, lineOf, run } from './run.js';

export interface ActProperties {
  name: string;
  words: readonly string[];
  /** The one who may do it, or what comes of it. */
  why?: string;
  /** For these boards, one after the other, in place of the shown one. */
  boards?: readonly string[];
  disabled?: boolean;
  isSmall?: boolean;
}

export function Act({ boards, disabled = false, isSmall = false, name, why, words }: ActProperties) {
  return (
    <button
      type="button"
      class={isSmall ? 'small' : ''}
      disabled={disabled || isRunning()}
      title={why === undefined ? lineOf(words, boards) : `${lineOf(words, boards)} (${why})`}
      onClick={() => void run(words, { boards })}
    >
      {name}
    </button>
  );
}
