/**
 * Plays a recording in a worker of a page, which has no more than the language and messages. No code is made from text
 * there: the page first asks for the images of a recording, and makes of them a second worker in which they are functions.
 */
import { toHex } from '../../firmware/bytes/hex.js';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import type { Ports } from '../../firmware/port/ports.js';
import { imagesOf, scriptOf } from './images.js';
import { type PlayedLine, playedLines } from './playedLines.js';
import { type ReplayHost, replay } from './replay.js';

/** A question of the page. */
export interface PlayerTask {
  task: 'images' | 'play';
  recording: Uint8Array;
}

/** The scripts of the images by SHA-256, or a line of what is played. */
export type PlayerSaid = { images: Readonly<Record<string, string>> } | PlayedLine;

/** The parts of a worker's global scope that are used. */
export interface WorkerScope {
  postMessage(said: PlayerSaid): void;
  onmessage: ((event: { data: PlayerTask }) => void) | null;
  addEventListener(type: 'unhandledrejection', listener: (event: { reason: unknown }) => void): void;
  MessageChannel: new () => { port1: Port; port2: Port };
}

interface Port {
  onmessage: (() => void) | null;
  postMessage(message: null): void;
}

/** An image as a function that makes it anew, as each start of a board does. */
export type MakeImage = () => { start(ports: Ports): void };

/** Answers the page's questions. @param images by the SHA-256 of their bytes, hexadecimal after 0x */
export function serve(scope: WorkerScope, images: Readonly<Record<string, MakeImage>>): void {
  const say = (said: PlayerSaid) => scope.postMessage(said);
  scope.onmessage = ({ data: { recording, task } }) => {
    if (task === 'play') void play(scope, images, recording);
    else
      say({
        images: Object.fromEntries(
          imagesOf(recording).images.map(image => [image.sha256, scriptOf(image) ?? '']),
        ),
      });
  };
}

async function play(
  scope: WorkerScope,
  images: Readonly<Record<string, MakeImage>>,
  recording: Uint8Array,
): Promise<void> {
  const say = (line: PlayedLine) => scope.postMessage(line);
  const { port1, port2 } = new scope.MessageChannel();
  const crypto = portableCrypto();
  const describe = (error: unknown) =>
    error instanceof Error ? error.message : 'an error that cannot be shown';
  let told: (description: string) => void = () => {};
  scope.addEventListener('unhandledrejection', ({ reason }) => told(describe(reason)));
  const host: ReplayHost = {
    crypto,
    load(image, ports, onFault) {
      told = onFault;
      const hash = crypto.sha256();
      hash.update(image);
      const make = images[toHex(hash.digest())];
      if (!make) throw new Error('the page has no such image');
      return () => make().start(ports);
    },
    // A message of its own is a task: all promises that were fulfilled have come to their end before it.
    settle: () =>
      new Promise(resolve => {
        port1.onmessage = () => resolve();
        port2.postMessage(null);
      }),
    describe,
  };
  say({ done: await replay(recording, host, playedLines(say, recording.length)) });
}
