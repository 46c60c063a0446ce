/** The end of one run of a chip under an emulator, which tells a reset and nothing of its reason. */
import { exitCode } from '../node/board/exitCode.js';

/** The words of a run, as far as they tell its end. */
export interface RunWords {
  /** An image is about to run. */
  hello: boolean;
  /** The last line was a `restart`, or a `fault`, of the image's own. */
  last: 'restart' | 'fault' | undefined;
}

/** Notes a line of the console. */
export function noteLine(words: RunWords, line: string): void {
  const kind = /^\{"(hello|restart|fault)":/.exec(line)?.[1];
  if (kind === 'hello') words.hello = true;
  else words.last = (kind as RunWords['last']) ?? words.last;
}

/**
 * The exit code that a reset stands for, or `again`: the board tests its bootloader at its very first start and restarts before it says hello;
 * such a start is one with the next. A second time it does not start.
 *
 * @param starts of this process, this one included
 */
export function judgeReset(words: RunWords, starts: number): number | 'again' {
  if (words.last === 'restart') return exitCode.restart;
  if (!words.hello && words.last === undefined && starts === 1) return 'again';
  return exitCode.fault;
}
