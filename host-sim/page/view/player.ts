/** The recording in this file, played by the firmware in it: a worker runs that, which has no way out but messages to here. */
import { signal } from '@preact/signals';
import type { PlayedLine } from '../../recording/playedLines.js';
import type { Replayed } from '../../recording/replay.js';
import type { StartFacts } from '../../recording/startFacts.js';
import type { PlayerSaid, PlayerTask } from '../../recording/workerReplay.js';
import type { Explain } from '../consoleDecisions.js';
import { type Moment, Moments } from '../recorded.js';
import { forget, shownAt, takeAll } from './known.js';

/** The parts of the file beside the recording: the player's script, and the words for codes. */
export interface ReplayParts {
  player: string;
  words: Readonly<Record<string, ReturnType<Explain>>>;
}

export const moments = signal<readonly Moment[]>([]);
/** The place of the moment that is shown. */
export const position = signal(0);
/** Of 1. */
export const progress = signal(0);
export const result = signal<Replayed | { verdict: 'silent'; reason: string } | undefined>(undefined);
export const images = signal<readonly Omit<StartFacts, 'partitions'>[]>([]);

/** Milliseconds without a word of the worker, after which nothing more is awaited; a proof takes a second or two. */
const SILENCE_MS = 120_000;

/** Undefined where this page is one that a simulator serves. */
export function replayParts(): ReplayParts | undefined {
  const text = document.getElementById('parts')?.textContent;
  return text ? (JSON.parse(text) as ReplayParts) : undefined;
}

async function recordingHere(): Promise<Uint8Array> {
  const text = document.getElementById('recording')?.textContent ?? '';
  const packed = Uint8Array.from(atob(text), character => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Runs a script in a worker on a task. Rejects when that cannot run. @param onSaid true ends it */
function work(script: string, task: PlayerTask, onSaid: (said: PlayerSaid) => boolean): Promise<void> {
  const url = URL.createObjectURL(new Blob([script], { type: 'text/javascript' }));
  const worker = new Worker(url);
  const run = new Promise<void>((resolve, reject) => {
    const fail = () => reject(new Error('The firmware does not end what an event began.'));
    let silence = setTimeout(fail, SILENCE_MS);
    worker.onmessage = ({ data }: MessageEvent<PlayerSaid>) => {
      clearTimeout(silence);
      if (onSaid(data)) resolve();
      else silence = setTimeout(fail, SILENCE_MS);
    };
    worker.onerror = ({ message }) => reject(new Error(message || 'The worker does not run.'));
    worker.postMessage(task);
  });
  return run.finally(() => {
    worker.terminate();
    URL.revokeObjectURL(url);
  });
}

/** Plays the whole recording, once. Never rejects. */
export async function play({ player, words }: ReplayParts): Promise<void> {
  try {
    const recording = await recordingHere();
    let scripts: Readonly<Record<string, string>> = {};
    await work(`${player}\nplayer.serve(self, {});`, { task: 'images', recording }, said => {
      if ('images' in said) scripts = said.images;
      return 'images' in said;
    });
    const makers = Object.entries(scripts).map(
      ([hash, script]) => `${JSON.stringify(hash)}: function () {\n${script}\nreturn image; }`,
    );
    const made = new Moments(code => words[code]);
    await work(
      `${player}\nplayer.serve(self, {${makers.join(',\n')}});`,
      { task: 'play', recording },
      said => 'images' in said || take(made, said),
    );
  } catch (error) {
    result.value = { verdict: 'silent', reason: (error as Error).message };
  }
}

let isAwaited = false;

/** Takes a line of the worker; true for the last one. */
function take(made: Moments, line: PlayedLine): boolean {
  if ('progress' in line) progress.value = line.progress;
  else if ('done' in line) {
    progress.value = 1;
    result.value = line.done;
  } else {
    if ('started' in line && !images.value.some(({ image }) => image === line.started.image))
      images.value = [...images.value, line.started];
    made.take(line);
  }
  if (!isAwaited) {
    isAwaited = true;
    requestAnimationFrame(() => {
      isAwaited = false;
      const isAtEnd = position.value >= moments.value.length - 1;
      moments.value = [...made.all];
      if (isAtEnd) goTo(made.all.length - 1);
    });
  }
  return 'done' in line;
}

let shown = -1;

/** Shows the board as it was at that moment: what it did up to there, and nothing later. */
export function goTo(place: number): void {
  const at = Math.max(0, Math.min(place, moments.value.length - 1));
  const moment = moments.value[at];
  if (!moment) return;
  if (at < shown) {
    forget();
    shown = -1;
  }
  shownAt.value = moment.at;
  takeAll(moments.value.slice(shown + 1, at + 1).flatMap(({ events }) => events));
  shown = at;
  position.value = at;
}
