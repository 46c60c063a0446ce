/**
 * Looking at a board's flash from outside, while it lives: a copy in memory, which may even be written to (opening
 * a journal repairs it), and never reaches the board.
 */
import * as fs from 'node:fs';
import type { Flash } from '../../firmware/port/flash.js';
import { partitionFile } from '../node/flash/fileFlash.js';
import { MemoryPartition, type Realm } from '../node/flash/partition.js';
import { type PartitionTable, partitionTable } from '../node/flash/table.js';

/** A board that writes without a pause for so many readings is not merely busy. */
const READINGS_MAX = 100;

/**
 * Each `open` takes a new copy of that partition as it was at one instant, such as a power cut would have left it.
 * A partition that the board never opened reads as erased. Throws when the file keeps changing or has another size.
 */
export function snapshotFlash(
  directory: string,
  table: PartitionTable = partitionTable,
  realm: Realm = globalThis,
): Flash {
  return {
    open(name) {
      const file = partitionFile(directory, name);
      const contents = fs.existsSync(file) ? readAtOneInstant(file) : undefined;
      return new MemoryPartition(table[name], contents, realm);
    },
  };
}

/** Two equal readings: what they show stood in the file between the end of the first and the start of the second. */
function readAtOneInstant(file: string): Uint8Array {
  let before = fs.readFileSync(file);
  for (let i = 0; i < READINGS_MAX; i++) {
    const after = fs.readFileSync(file);
    if (after.equals(before)) return after;
    before = after;
  }
  throw new Error(`${file} changed during each of ${READINGS_MAX} readings`);
}
