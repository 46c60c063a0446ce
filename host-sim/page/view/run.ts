/** The act that is under way or was the last, of whichever card. */
import { signal } from '@preact/signals';
import type { Act } from '../protocol.js';
import { send } from './connection.js';

export interface Run {
  words: readonly string[];
  state: 'running' | 'done' | 'failed';
  says: string;
}

export const last = signal<Run | undefined>(undefined);

/** Runs a command line; another act of the same command line where one is given. */
export async function run(words: readonly string[], act: Act = { act: 'command', words }): Promise<void> {
  last.value = { words, state: 'running', says: 'under way…' };
  const { ok, says } = await send(act);
  last.value = { words, state: ok ? 'done' : 'failed', says };
}

export const isRunning = (): boolean => last.value?.state === 'running';
