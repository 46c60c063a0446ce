/** A recording of a board is played in a process of its own, whatever the engine; here is what that says. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeArguments } from '../../host-sim/node/program/nodeArguments.js';
import type { PlayedLine } from '../../host-sim/recording/playedLines.js';
import type { Replayed } from '../../host-sim/recording/replay.js';
import { xsBoardCommand } from '../../host-sim/xs/spawn.js';
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

/** Plays it on Node. @throws Failure `replay` when the image hangs, or the process ends without a verdict */
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

/**
 * Plays it in XS, with as much memory as it takes, each start of the board in a process of its own.
 * @throws Failure `replay` as on Node
 * @throws XsMissing when XS is not built
 */
export async function playOnXs({ file, image, signal, tell }: PlayOptions): Promise<Replayed> {
  const { startsOf } = await import('../../host-sim/recording/starts.js');
  const { starts, unreadable } = startsOf(readFileSync(file));
  const other = image === undefined ? undefined : readFileSync(image);
  const whole = { starts: 0, entries: 0, bytes: 0, timeMs: 0 };
  let ended = 'where it was cut';
  for (const start of starts) {
    const played = await playStart(start, other, signal, tell);
    const before = whole.entries;
    whole.starts += played.starts;
    whole.entries += played.entries;
    whole.timeMs = played.timeMs;
    if (played.verdict === 'different') return { ...played, ...whole, entry: before + played.entry };
    if (played.verdict === 'unreadable') return { ...played, ...whole };
    ended = played.ended;
  }
  if (unreadable) return { ...whole, verdict: 'unreadable', ...unreadable };
  if (starts.length === 0) return { ...whole, verdict: 'unreadable', offset: 0, reason: 'nothing is in it' };
  return { ...whole, bytes: statSync(file).size, verdict: 'same', ended };
}

async function playStart(
  start: Uint8Array,
  image: Uint8Array | undefined,
  signal: AbortSignal,
  tell: (line: PlayedLine) => void,
): Promise<Replayed> {
  const { command } = xsBoardCommand();
  const { replayScript } = await import('../../host-sim/xs/replayScript.js');
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-replay-'));
  try {
    const script = join(folder, 'script.js');
    await writeFile(script, await replayScript(start, image));
    const words = ['--script', script, '--heap', '0', '--watchdog', `${WATCHDOG_MS}`];
    let whole = '';
    const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'], env: {} });
    return await resultOf(child, signal, tell, text => {
      const { fault, log } = JSON.parse(text) as { fault?: string; log?: string };
      // After a verdict it is the end of an image that was refused everything.
      if (fault !== undefined) return JSON.stringify({ said: `the engine ends: ${fault}`, timeMs: 0 });
      if (log === undefined) return undefined;
      whole += log.slice(1);
      if (log[0] === '+') return undefined;
      const line = whole;
      whole = '';
      return line;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @param lineOf the JSON of a line, or undefined for what is none */
function resultOf(
  child: ChildProcess,
  signal: AbortSignal,
  tell: (line: PlayedLine) => void,
  lineOf: (text: string) => string | undefined = text => text,
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
      try {
        for (const text of lines) {
          const json = text === '' ? undefined : lineOf(text);
          if (json === undefined) continue;
          const line = JSON.parse(json) as PlayedLine;
          if ('done' in line) result = line.done;
          else tell(line);
        }
      } catch (error) {
        stop();
        reject(error);
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
