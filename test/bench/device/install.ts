/** One download into a slot, whole and by delta, beside a plain copy and hash, timed on whatever engine runs this. */
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { decodeText, encodeText } from '../../../firmware/bytes/text.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import type { Clock } from '../../../firmware/port/clock.js';
import type { Crypto } from '../../../firmware/port/crypto.js';
import type { Partition } from '../../../firmware/port/flash.js';
import type { Ports } from '../../../firmware/port/ports.js';
import type { Network } from '../../../firmware/port/socket.js';
import { deltasField } from '../../../firmware/update/deltaList.js';
import { Download } from '../../../firmware/update/download.js';
import { encodeManifest, manifestHash } from '../../../firmware/update/manifest.js';
import { leafHash, SECTOR_BYTES, SectorTree, sectorCount } from '../../../firmware/update/sectorTree.js';
import { hashOfFlash } from '../../../firmware/update/slotWriter.js';
import { Sources } from '../../../firmware/update/sources.js';
import { imagesOf } from './installImages.js';

/** Of the images of `imagesOf`; in hex. */
declare const given: { delta: string };

/** The quickest counts. */
const ROUNDS = 3;
const HARDWARE = new Uint8Array(32);

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
    connect({ onReadable, onWritable }) {
      let closed = false;
      let asked = '';
      let rest: Uint8Array[] = [];
      const later = (act: () => void) => clock.after(0, () => !closed && act());
      const announce = () => {
        if (rest.length === 0) return;
        onReadable(rest[0].length);
        later(announce);
      };
      later(() => onWritable(65_536));
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

/** The way of `next` into a slot, from a server that has a delta too. */
function installer(clock: Clock, crypto: Crypto, base: Uint8Array, next: Uint8Array) {
  const hashOf = (bytes: Uint8Array) => manifestHash(crypto, bytes);
  const nameOf = (bytes: Uint8Array) => toHex(hashOf(bytes)).slice(2);
  const delta = fromHex(given.delta)!;
  const tree = new SectorTree(crypto);
  const list = new Uint8Array(32 * sectorCount(next.length));
  for (let at = 0; at < next.length; at += SECTOR_BYTES) {
    const leaf = leafHash(crypto, [next.subarray(at, at + SECTOR_BYTES)]);
    list.set(leaf, (32 * at) / SECTOR_BYTES);
    tree.add(leaf);
  }
  const [baseSha256, imageSha256, root] = [hashOf(base), hashOf(next), tree.root()!];
  const named = { baseSha256, sha256: hashOf(delta), length: delta.length };
  const head = encodeManifest({
    ...{ version: 2, size: next.length, imageSha256, sectorRoot: root, hardware: HARDWARE },
    ...{ documentSha256: new Uint8Array(32), fields: [deltasField([named])] },
  });
  const network = server(
    clock,
    new Map([
      [`/images/${nameOf(next)}`, next],
      [`/manifests/${nameOf(head)}`, head],
      [`/sectors/${toHex(root).slice(2)}`, list],
      [`/deltas/${nameOf(delta)}`, delta],
    ]),
  );
  const offer = { channel: new Uint8Array(20), version: 2, imageSha256, size: next.length };
  return async (slot: Partition, isDelta: boolean): Promise<void> => {
    const verdict = await new Download({
      ...{ clock, crypto, network, hardware: HARDWARE, slot, offset: 0 },
      offer: { ...offer, manifestHash: hashOf(head) },
      sources: new Sources(['http://images']),
      base: { length: base.length, read: (at, length) => base.slice(at, at + length) },
      ...(isDelta && { baseSha256 }),
      onProgress() {},
    }).run();
    if (verdict.verdict !== 'accepted') throw new Error(`the download ends as ${verdict.evidence}`);
    if (toHex(hashOfFlash(crypto, slot, next.length)) !== toHex(imageSha256))
      throw new Error('another image');
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
    const install = installer(clock, crypto, base, next);
    const copy = await milliseconds(clock, copied);
    const whole = await milliseconds(clock, () => install(slot(), false));
    const delta = await milliseconds(clock, () => install(slot(), true));
    console.log(JSON.stringify({ copy, whole, delta }));
  };
  void measured()
    .catch(error => console.log(JSON.stringify({ failed: `${error}` })))
    .then(() => boot.restart('update'));
}
