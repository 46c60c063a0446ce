/** One download into a slot, whole and by delta, beside a plain copy and hash, timed on whatever engine runs this. */
import { fromHex } from '../../../firmware/bytes/hex.js';
import { decodeText, encodeText } from '../../../firmware/bytes/text.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import type { Clock } from '../../../firmware/port/clock.js';
import type { Partition } from '../../../firmware/port/flash.js';
import type { Ports } from '../../../firmware/port/ports.js';
import type { Network } from '../../../firmware/port/socket.js';
import { SECTOR_BYTES, sectorCount } from '../../../firmware/update/sectorTree.js';
import { hashOfFlash } from '../../../firmware/update/slotWriter.js';
import { imagesOf } from './installImages.js';
import { releaseBetween } from './releaseBetween.js';

/** Of the images of `imagesOf`: the delta, and the sectors of the next one; in hex. */
declare const given: { delta: string; list: string; root: string };

/** The quickest counts. */
const ROUNDS = 3;

class MemorySlot implements Partition {
  readonly size: number;
  readonly sectorSize = SECTOR_BYTES;
  readonly #bytes: Uint8Array;
  constructor(size: number) {
    this.size = size;
    this.#bytes = new Uint8Array(size);
  }
  read(offset: number, length: number): Uint8Array {
    return this.#bytes.slice(offset, offset + length);
  }
  write(offset: number, bytes: Uint8Array): void {
    this.#bytes.set(bytes, offset);
  }
  erase(offset: number): void {
    this.#bytes.fill(0xff, offset, offset + SECTOR_BYTES);
  }
}

/** A server whose files are in memory, and which gives 4 KB at once. */
function server(clock: Clock, files: ReadonlyMap<string, Uint8Array>): Network {
  return {
    connect(wanted) {
      let closed = false;
      let asked = '';
      let rest: Uint8Array[] = [];
      const later = (act: () => void) => clock.after(0, () => !closed && act());
      const announce = () => {
        if (rest.length === 0) return;
        wanted.onReadable(rest[0].length);
        later(announce);
      };
      later(() => wanted.onWritable(65_536));
      return {
        read(count = 65_536) {
          const [first] = rest;
          if (!first) return undefined;
          const piece = first.subarray(0, count);
          rest = piece.length === first.length ? rest.slice(1) : [first.subarray(count), ...rest.slice(1)];
          return piece.slice();
        },
        write(bytes) {
          asked += decodeText(bytes);
          if (!asked.endsWith('\r\n\r\n')) return 65_536;
          const file = files.get(/ (\S+) /.exec(asked)![1])!;
          asked = '';
          rest = [encodeText(`HTTP/1.1 200 OK\r\nContent-Length: ${file.length}\r\n\r\n`)];
          for (let at = 0; at < file.length; at += 4096) rest.push(file.subarray(at, at + 4096));
          later(announce);
          return 65_536;
        },
        close() {
          closed = true;
        },
      };
    },
  };
}

async function milliseconds(clock: Clock, run: () => Promise<void> | void): Promise<number> {
  let best = Infinity;
  for (let i = 0; i < ROUNDS; i++) {
    const begun = clock.monotonic();
    await run();
    best = Math.min(best, clock.monotonic() - begun);
  }
  return best;
}

/** Logs {"copy", "whole", "delta"} in milliseconds, or {"failed"}. */
export function start({ boot, clock, console, crypto = portableCrypto() }: Ports): void {
  const { base, next } = imagesOf();
  const slot = () => new MemorySlot(SECTOR_BYTES * sectorCount(next.length));
  const copied = () => {
    const target = slot();
    for (let at = 0; at < next.length; at += SECTOR_BYTES) {
      target.erase(at);
      target.write(at, next.subarray(at, at + SECTOR_BYTES));
    }
    hashOfFlash(crypto, target, next.length);
  };
  const measured = async () => {
    const [delta, list, root] = [given.delta, given.list, given.root].map(hex => fromHex(hex)!);
    const install = releaseBetween({
      ...{ base, next, delta, clock, crypto, sectors: { list, root } },
      networkOf: files => server(clock, files),
    });
    const copy = await milliseconds(clock, copied);
    const whole = await milliseconds(clock, () => install(slot(), false));
    const byDelta = await milliseconds(clock, () => install(slot(), true));
    console.log(JSON.stringify({ copy, whole, delta: byDelta }));
  };
  void measured()
    .catch(error => console.log(JSON.stringify({ failed: `${error}` })))
    .then(() => boot.restart('update'));
}
