/** The images that a recording runs, found without running any of them. */
import { decodeText } from '../../firmware/bytes/text.js';
import { headerLength } from '../../firmware/store/imageHeader.js';
import { RecordingReader, type Unreadable } from './format.js';
import { PlayingTape } from './playingTape.js';
import { readStart, unreadableStart } from './recordedStart.js';

/** An image, by the SHA-256 of its bytes, which were hashed to find it. */
export interface RecordedImage {
  /** Hexadecimal, after 0x. */
  sha256: string;
  version: number;
  /** Header included. */
  bytes: Uint8Array;
}

/** Each image once, in the order of their first starts, up to where the recording can be read. Untrusted bytes. */
export function imagesOf(recording: Uint8Array): { images: RecordedImage[]; unreadable?: Unreadable } {
  const reader = new RecordingReader(recording);
  const tape = new PlayingTape(reader, () => {});
  const images = new Map<string, RecordedImage>();
  const found = (unreadable?: Unreadable) => ({
    images: [...images.values()],
    ...(unreadable && { unreadable }),
  });
  for (let next = tape.peek(); next; next = tape.peek()) {
    if (next.operation !== 'start') {
      tape.take();
      continue;
    }
    const started = readStart(tape);
    if ('reason' in started) return found(unreadableStart(reader, started));
    const { image: sha256, version } = started.facts;
    if (!images.has(sha256)) images.set(sha256, { sha256, version, bytes: started.image });
  }
  return found(reader.unreadable);
}

/** The script in an image. Undefined for one whose code is no text: of another engine. */
export const scriptOf = ({ bytes }: RecordedImage): string | undefined =>
  decodeText(bytes.subarray(headerLength));
