/**
 * Plays a recording inside an engine that has nothing of Node: the script around it brings the recording in pieces and
 * its images as functions, since no code is made from text there.
 */
import { concat } from '../../firmware/bytes/concat.js';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import type { Ports } from '../../firmware/port/ports.js';
import { playedLines } from './playedLines.js';
import { type Replayed, replay } from './replay.js';

type Image = { start(ports: Ports): void };

/** Characters of a log line that no console cuts. */
const PIECE_CHARACTERS = 1000;

/** The script's own parts. */
export interface EngineReplay {
  /** The recording, in hexadecimal after 0x. */
  pieces: readonly string[];
  /** Makes an image anew, by the SHA-256 of its bytes; hexadecimal. */
  images: Readonly<Record<string, () => Image>>;
}

/**
 * An image that plays one start of a board and says so at its console; the last `done` counts, and an engine that ends with
 * the image it runs may end after any. A line is `+` with a part of it, or `.` with its end.
 */
export const engineReplay = ({ images, pieces }: EngineReplay): Image => ({
  start({ apps, bls, boot, clock, console, crypto = portableCrypto(), json }) {
    const say = (line: object) => {
      const text = JSON.stringify(line);
      for (let at = 0; at < text.length; at += PIECE_CHARACTERS) {
        const isLast = at + PIECE_CHARACTERS >= text.length;
        console.log(`${isLast ? '.' : '+'}${text.slice(at, at + PIECE_CHARACTERS)}`);
      }
    };
    const recording = concat(...pieces.map(piece => fromHex(piece)!));
    const host = {
      crypto,
      ...{ apps, bls, json },
      load(image: Uint8Array, ports: Ports) {
        const hash = crypto.sha256();
        hash.update(image);
        const make = images[toHex(hash.digest())];
        if (!make) throw new Error('the script has no such image');
        return () => make().start(ports);
      },
      settle: () => new Promise<void>(resolve => void clock.after(0, resolve)),
      describe: (error: unknown) => `${error}`,
    };
    const onOver = (done: Replayed) => say({ done });
    void replay(recording, host, { ...playedLines(say, recording.length), onOver }).then(done => {
      say({ done });
      boot.restart('update');
    });
  },
});
