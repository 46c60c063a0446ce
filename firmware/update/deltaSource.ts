/** A delta on its way from a server: what it makes of the running image, a bounded piece of it in each of the board's turns. */

import type { Clock } from '../port/clock.js';
import { type Base, undelta } from './delta.js';
import type { ImageSource, SourceFailure } from './source.js';
import { Unshrink } from './unshrink.js';

/** The delta that is wanted, and where its image goes. */
export interface DeltaWanted {
  base: Base;
  clock: Clock;
  source: ImageSource;
  path: string;
  /** Bytes of the delta. */
  length: number;
  /** Bytes of the image. */
  size: number;
  /** Takes the next bytes of the image; anything that it returns ends the delta. */
  write(piece: Uint8Array): SourceFailure | 'enough' | undefined;
}

/** Pieces of the image between which others have their turn: a few bytes of a delta may be all of an image. */
const PIECES_AT_ONCE = 16;

/** Resolves when no more comes of it. Never rejects; what is missing then has to come in another way. */
export async function fetchDelta(wanted: DeltaWanted): Promise<void> {
  const { base, clock, length, path, size, source, write } = wanted;
  const packed = new Unshrink();
  const pieces = undelta(packed, base, size);
  await source.fetch({
    path,
    from: 0,
    bytesMax: length,
    onBody: piece => {
      packed.take(piece);
      return undefined;
    },
    async digest() {
      try {
        for (let count = 1; ; count++) {
          const { done, value } = pieces.next();
          if (done) return 'enough';
          if (!value) return undefined;
          const outcome = write(value);
          if (outcome) return outcome;
          if (count % PIECES_AT_ONCE === 0) await new Promise<void>(resolve => clock.after(0, resolve));
        }
      } catch {
        // A place of the running image that cannot be read now.
        return 'enough';
      }
    },
  });
}
