/** Two stores as one writes them at first: what the cuts must find wrong with them is what journal.ts is for. */

import { crc32 } from '../../../firmware/bytes/crc32.js';
import type { Partition } from '../../../firmware/port/flash.js';
import { applyBatch, type Batch, type Store } from './powerCuts.js';

const encode = (sequence: number, contents: Map<number, Uint8Array>): Uint8Array => {
  const text = JSON.stringify([sequence, [...contents].map(([key, value]) => [key, [...value]])]);
  const body = Buffer.from(text);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length);
  head.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([head, body]);
};

function decode(partition: Partition, base: number): [number, Map<number, Uint8Array>] | undefined {
  const head = Buffer.from(partition.read(base, 8));
  const length = head.readUInt32BE();
  if (length < 2 || length > partition.size / 2 - 8) return undefined;
  const body = Buffer.from(partition.read(base + 8, length));
  if (crc32(body) !== head.readUInt32BE(4)) return undefined;
  const [sequence, entries] = JSON.parse(body.toString()) as [number, [number, number[]][]];
  return [sequence, new Map(entries.map(([key, value]) => [key, Uint8Array.from(value)]))];
}

function store(
  partition: Partition,
  found: [number, Map<number, Uint8Array>] | undefined,
  half: (sequence: number) => number,
): Store {
  let [sequence, contents] = found ?? [0, new Map<number, Uint8Array>()];
  return {
    state: found ? 'restored' : 'blank',
    put(batch: Batch) {
      contents = applyBatch(contents, batch);
      sequence++;
      const base = half(sequence);
      for (let at = 0; at < partition.size / 2; at += partition.sectorSize) partition.erase(base + at);
      partition.write(base, encode(sequence, contents));
    },
    entries: () => contents,
  };
}

export function openInPlace(partition: Partition): Store {
  return store(partition, decode(partition, 0), () => 0);
}

export function openTwoCopies(partition: Partition): Store {
  const half = partition.size / 2;
  const [newest] = [decode(partition, 0), decode(partition, half)]
    .filter(copy => copy !== undefined)
    .sort(([a], [b]) => b - a);
  return store(partition, newest, sequence => (sequence % 2) * half);
}
