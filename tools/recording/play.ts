/** A recording of a board is played in a process of its own, whatever the engine; here is what that says. */
import { type ChildProcess, spawn } from 'node:child_process';
import { nodeArguments } from '../../host-sim/node/program/nodeArguments.js';
import type { PlayedLine } from '../../host-sim/recording/playedLines.js';
import type { Replayed } from '../../host-sim/recording/replay.js';
import { Failure } from '../cli/failure.js';

/** Milliseconds that one event may take an image; a proof of finality takes it a second or two. */
const WATCHDOG_MS = 60_000;
const SAID_CHARACTERS_MAX = 2000;
const LINE_CHARACTERS_MAX = 1024 * 1024;

export interface PlayOptions {
  file: string;
  /** The file of an image whose code runs in the place of the recorded one. */
  image?: string;
  signal: AbortSignal;
  tell(line: PlayedLine): void;
}

/** @throws Failure `replay` when the image hangs, or the process ends without a verdict */
export function playOnNode({ file, image, signal, tell }: PlayOptions): Promise<Replayed> {
  const words = [
    // As a board of Node: little memory beside the recording, and no code from text.
    ...['--max-old-space-size=1024', '--disallow-code-generation-from-strings'],
    ...nodeArguments('host-sim/board/replayMain.ts'),
    ...[file, '--watchdog', `${WATCHDOG_MS}`, ...(image === undefined ? [] : ['--image', image])],
  ];
  // None of the variables of whoever calls: the image is none of their business.
  const env = { PATH: process.env.PATH ?? '' };
  return resultOf(spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'pipe'], env }), signal, tell);
}

function resultOf(
  child: ChildProcess,
  signal: AbortSignal,
  tell: (line: PlayedLine) => void,
): Promise<Replayed> {
  return new Promise((resolve, reject) => {
    let rest = '';
    let said = '';
    let result: Replayed | undefined;
    const stop = () => child.kill('SIGKILL');
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    child.stdout?.on('data', (piece: Buffer) => {
      const lines = (rest + piece.toString()).split('\n');
      rest = lines.pop()!;
      if (rest.length > LINE_CHARACTERS_MAX) stop();
      for (const text of lines) {
        const line = JSON.parse(text) as PlayedLine;
        if ('done' in line) result = line.done;
        else tell(line);
      }
    });
    child.stderr?.on('data', (piece: Buffer) => {
      said = `${said}${piece}`.slice(-SAID_CHARACTERS_MAX);
    });
    child.once('error', reject);
    child.once('close', () => {
      signal.removeEventListener('abort', stop);
      const why = /^watchdog:/m.test(said) ? 'the image does not end what an event began' : said.trim();
      if (result) resolve(result);
      else if (signal.aborted) reject(signal.reason);
      else reject(new Failure('replay', `The recording gave no verdict: ${why || 'its process ended'}.`));
    });
  });
}
