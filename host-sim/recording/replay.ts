/**
 * Plays a recording: the image in it runs on what it was given then, and has to do the same. Of this machine it needs an
 * engine and a way to wait for the end of what an event began, nothing else; so it runs in any of them, a page's worker
 * too.
 */

import { decodeText } from '../../firmware/bytes/text.js';
import type { Crypto } from '../../firmware/port/crypto.js';
import type { Ports } from '../../firmware/port/ports.js';
import { type Entry, RecordingReader } from './format.js';
import { mirrored, recognise } from './identityFlash.js';
import { Incoming } from './incoming.js';
import { keyedCrypto } from './keyedCrypto.js';
import { isEvent } from './operations.js';
import { Passwords } from './passwords.js';
import { type Difference, PlayingTape } from './playingTape.js';
import { type Progress, readStart, type Started, unreadableStart } from './recordedStart.js';
import { StandIns } from './standIns.js';
import { tapedPorts } from './tapedPorts.js';

/** The engine that an image is played on. */
export interface ReplayHost {
  crypto: Crypto;
  /** Native ones, where the engine has any: proofs are verified anew. */
  bls?: Ports['bls'];
  json?: Ports['json'];
  /** Runs app images; missing where the engine has its own way within the image. */
  apps?: Ports['apps'];
  /**
   * Loads an image (header included) and gives what starts it on those ports. @param onFault told of what the image did
   * not catch while it handled an event, where this does not throw it
   */
  load(image: Uint8Array, ports: Ports, onFault: (description: string) => void): () => void;
  /** Resolves once all that was begun, and all promises that it fulfils, has come to its end. */
  settle(): Promise<void>;
  /** Text for what an image threw. */
  describe(error: unknown): string;
}

export interface ReplayOptions {
  /** The code of another image runs in the place of the recorded one, which it takes itself for. */
  image?: Uint8Array;
  /** Told of each entry once it was played. */
  onEntry?(entry: Entry): void;
  onStart?(started: Started): void;
  /** Told at once of a result that nothing which follows changes, or a restart; an engine may end when its image does. */
  onOver?(replayed: Replayed): void;
  /** Told now and then; throws to give up. */
  onProgress?(progress: Progress): void;
}

/** The result of a replay. `ended`: how the recording ends, in words. */
export type Replayed = Progress &
  (
    | { verdict: 'same'; ended: string }
    | ({ verdict: 'different' } & Difference)
    | { verdict: 'unreadable'; offset: number; reason: string }
  );

const PROGRESS_EVERY_ENTRIES = 256;

/** Plays the whole of it. @throws only what `onProgress` throws, and what the host's own parts do */
export async function replay(
  recording: Uint8Array,
  host: ReplayHost,
  options: ReplayOptions = {},
): Promise<Replayed> {
  const reader = new RecordingReader(recording);
  const progress: Progress = { starts: 0, entries: 0, bytes: 0, timeMs: 0 };
  const count = (entry: Entry) => {
    progress.entries++;
    progress.bytes = reader.offset;
    if (entry.operation === 'time') progress.timeMs = Number(decodeText(entry.given) ?? 0);
    options.onEntry?.(entry);
    if (progress.entries % PROGRESS_EVERY_ENTRIES === 0) options.onProgress?.({ ...progress });
  };
  const tape = new PlayingTape(reader, count, () => {
    const { difference } = tape;
    if (difference) options.onOver?.({ ...progress, verdict: 'different', ...difference });
    else options.onOver?.({ ...progress, verdict: 'same', ended: tape.ended ?? 'with a restart' });
  });
  let ended = 'where it was cut';
  while (tape.peek()) {
    const started = readStart(tape);
    if ('reason' in started)
      return { ...progress, verdict: 'unreadable', ...unreadableStart(reader, started) };
    progress.starts++;
    options.onStart?.(started);
    const found = await play(tape, started, host, options);
    if (typeof found !== 'string') return { ...progress, verdict: 'different', ...found };
    ended = found;
    tape.newRun();
  }
  const { isTorn, unreadable } = reader;
  if (unreadable) return { ...progress, verdict: 'unreadable', ...unreadable };
  if (progress.starts === 0)
    return { ...progress, verdict: 'unreadable', offset: 0, reason: 'nothing is in it' };
  return { ...progress, verdict: 'same', ended: isTorn ? 'in the midst of a frame: it was cut' : ended };
}

/** Plays one run. The reason of its end, or the first difference. */
async function play(
  tape: PlayingTape,
  started: Started,
  host: ReplayHost,
  { image = started.image }: ReplayOptions,
): Promise<string | Difference> {
  const { facts, flash } = started;
  const standIns = new StandIns();
  const passwords = new Passwords();
  const shown = flash.get('identity')!;
  recognise(shown, standIns, passwords);
  const identity = mirrored(shown, undefined, standIns, passwords);
  const incoming = new Incoming(
    () => {},
    () => tape.leave(),
  );
  const crypto = keyedCrypto({ crypto: host.crypto, standIns, tape, holdsSecret: () => false });
  const { idle, length, slot, state } = facts;
  const read = (offset: number, count: number) => started.image.slice(offset, offset + count);
  const boot: Ports['boot'] = {
    running: { slot, length, state, read },
    idle,
    ...{ setPending() {}, confirm() {}, restart() {} },
  };
  const open: Ports['flash']['open'] = name => (name === 'identity' ? identity : flash.get(name)!);
  const { apps, bls, json } = host;
  const taped = tapedPorts(tape, { flash: { open }, boot, crypto, standIns, passwords }, incoming);
  const ports: Ports = {
    ...taped,
    ...(apps && { apps }),
    ...(bls && { bls }),
    ...(json && { json }),
  };
  const attempt = (what: () => void) => {
    try {
      what();
    } catch (error) {
      tape.fault(host.describe(error));
    }
  };
  attempt(() => host.load(image, ports, description => tape.fault(description))());
  for (;;) {
    await host.settle();
    for (const { id, json } of incoming.takeAnswers()) tape.answer(`${id} ${json}`.slice(0, 8000));
    if (tape.difference) return tape.difference;
    if (tape.ended !== undefined) return tape.ended;
    const entry = tape.peek();
    if (!entry || entry.operation === 'start')
      return 'without a word: the power was cut, or the process killed';
    if (tape.isEnd(entry)) return tape.take()!.about;
    if (!isEvent(entry.operation)) return tape.missing(entry);
    tape.take();
    const event = {
      operation: entry.operation,
      id: Number(entry.about),
      detail: decodeText(entry.given) ?? '',
    };
    if (event.operation === 'request') passwords.learn(event.detail, standIns);
    attempt(() => incoming.deliver(event));
  }
}
