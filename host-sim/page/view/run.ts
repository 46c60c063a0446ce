/** The act that is under way or was the last, of whichever card. */
import { signal } from '@preact/signals';
import type { Act } from '../protocol.js';
import { send } from './connection.js';
import { shownBoard } from './known.js';
import { commandLine, quoted } from './words.js';

export interface Run {
  /** The command line. */
  line: string;
  state: 'running' | 'done' | 'failed';
  says: string;
}

export const last = signal<Run | undefined>(undefined);

/**
 * Runs a command line on the shown board; on others, one after the other, where they are named; another act of the same
 * command line where one is given.
 */
export async function run(
  words: readonly string[],
  { act, boards }: { act?: Act; boards?: readonly string[] } = {},
): Promise<void> {
  const shown = shownBoard.value;
  const about = boards ?? (shown?.world === undefined ? undefined : [shown.name]);
  const line = lineOf(words, boards);
  last.value = { line, state: 'running', says: 'under way…' };
  const { ok, says } = await send(act ?? { act: 'command', words, ...(about && { boards: about }) });
  // An image that was built here has its files by then: the line names them.
  const isNamed = act?.act === 'publish' && ok;
  last.value = { line: isNamed ? `npx ${says}` : line, state: ok ? 'done' : 'failed', says };
}

/** The command line of a person who types it for the shown board, or for each of those that are named. */
export function lineOf(words: readonly string[], boards?: readonly string[]): string {
  if (boards !== undefined && boards.length > 1)
    return `for board in ${boards.map(quoted).join(' ')}; do ${commandLine(words)} --world "$board"; done`;
  const world = boards?.[0] ?? shownBoard.value?.world;
  return commandLine(world === undefined ? words : [...words, '--world', world]);
}

export const isRunning = (): boolean => last.value?.state === 'running';
