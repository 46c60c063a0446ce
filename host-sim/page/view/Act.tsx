/** A button that runs a command line, which it shows to whoever points at it. */
import { isRunning, run } from './run.js';
import { commandLine } from './words.js';

interface ActProperties {
  name: string;
  words: readonly string[];
  /** The one who may do it, or what comes of it. */
  why?: string;
  disabled?: boolean;
  isSmall?: boolean;
}

export function Act({ disabled = false, isSmall = false, name, why, words }: ActProperties) {
  return (
    <button
      type="button"
      class={isSmall ? 'small' : ''}
      disabled={disabled || isRunning()}
      title={why === undefined ? commandLine(words) : `${commandLine(words)} (${why})`}
      onClick={() => void run(words)}
    >
      {name}
    </button>
  );
}
