/** A start of a board as a recording has it: facts, flash and image, read as what somebody sent. */
import { toHex } from '../../firmware/bytes/hex.js';
import { createSha256 } from '../../firmware/crypto/sha256.js';
import type { PartitionName } from '../../firmware/port/flash.js';
import { FlashMisuse, MemoryPartition } from '../node/flash/partition.js';
import type { RecordingReader, Unreadable } from './format.js';
import type { PlayingTape } from './playingTape.js';
import { parseStart, type StartFacts } from './startFacts.js';

/** The part of a recording that was played: starts of the board, entries, bytes of the file, the board's time of this start. */
export interface Progress {
  starts: number;
  entries: number;
  bytes: number;
  timeMs: number;
}

export interface Started {
  facts: StartFacts;
  flash: ReadonlyMap<PartitionName, MemoryPartition>;
  /** The image that runs, header included. */
  image: Uint8Array;
}

/** Reads up to where the image begins. */
export function readStart(tape: PlayingTape): Started | { reason: string } {
  const first = tape.take();
  const facts = first?.operation === 'start' ? parseStart(first.about) : undefined;
  if (!facts) return { reason: 'it does not begin with a start of a board' };
  const flash = new Map<PartitionName, MemoryPartition>();
  for (const { name, sectorSize, size } of facts.partitions)
    flash.set(name, new MemoryPartition({ size, sectorSize }));
  for (;;) {
    const entry = tape.take();
    if (entry?.operation === 'begin') break;
    if (entry?.operation !== 'flash') return { reason: 'the flash at the start is not whole' };
    const [name, offset] = entry.about.split(' ');
    try {
      flash.get(name as PartitionName)!.write(Number(offset), entry.given);
    } catch (error) {
      const why = error instanceof FlashMisuse ? error.message : 'no such partition';
      return { reason: `the flash at the start is none: ${why}` };
    }
  }
  const slot = flash.get(facts.slot === 'A' ? 'slotA' : 'slotB')!;
  if (facts.length > slot.size) return { reason: 'the image is longer than its slot' };
  const image = slot.read(0, facts.length);
  const hash = createSha256();
  hash.update(image);
  if (toHex(hash.digest()) !== facts.image) return { reason: 'the image is not the one that it names' };
  return { facts, flash, image };
}

/** The place and the reason of a start that cannot be read: a frame that is damaged explains an end of the entries. */
export const unreadableStart = (reader: RecordingReader, { reason }: { reason: string }): Unreadable =>
  reader.unreadable ?? {
    offset: reader.offset,
    reason: reader.isTorn ? `${reason}: the file was cut` : reason,
  };
