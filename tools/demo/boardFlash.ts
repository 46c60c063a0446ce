/**
 * The flash of the setting's board, looked at and written from outside: a file for each partition, or a chip's whole flash
 * in one. A chip's key store is a format of ESP-IDF, and is left alone.
 */
import { closeSync, existsSync, openSync, readFileSync, readSync, writeFileSync, writeSync } from 'node:fs';
import type { Flash } from '../../firmware/port/flash.js';
import { flashFile } from '../../host-sim/c3/emulator.js';
import { snapshotFlash } from '../../host-sim/flash/snapshot.js';
import { partitionFile } from '../../host-sim/node/flash/fileFlash.js';
import { MemoryPartition } from '../../host-sim/node/flash/partition.js';
import { partitionTable } from '../../host-sim/node/flash/table.js';
import { chipPartition } from '../chip/partitions.js';

/** A chip writes on while it is read. */
const READINGS_MAX = 100;

/** Partitions of the board that hold journals, as they are at one instant. @throws Error when one never rests */
export function journalsOf(directory: string): { names: readonly ('journal' | 'identity')[]; flash: Flash } {
  if (!isChip(directory)) return { names: ['journal', 'identity'], flash: snapshotFlash(directory) };
  const flash: Flash = { open: () => new MemoryPartition(partitionTable.journal, restingJournal(directory)) };
  return { names: ['journal'], flash };
}

/** The bytes of the board's journal. */
export function readJournal(directory: string): Uint8Array {
  if (!isChip(directory)) return readFileSync(partitionFile(directory, 'journal'));
  const { offset, size } = chipPartition('journal');
  const bytes = new Uint8Array(size);
  const file = openSync(flashFile(directory), 'r');
  try {
    readSync(file, bytes, 0, size, offset);
  } finally {
    closeSync(file);
  }
  return bytes;
}

/** Puts them in the place of what is there; the board must be off. */
export function writeJournal(directory: string, bytes: Uint8Array): void {
  if (!isChip(directory)) {
    writeFileSync(partitionFile(directory, 'journal'), bytes);
    return;
  }
  const file = openSync(flashFile(directory), 'r+');
  try {
    writeSync(file, bytes, 0, bytes.length, chipPartition('journal').offset);
  } finally {
    closeSync(file);
  }
}

const isChip = (directory: string): boolean => existsSync(flashFile(directory));

function restingJournal(directory: string): Uint8Array {
  let before = readJournal(directory);
  for (let i = 0; i < READINGS_MAX; i++) {
    const after = readJournal(directory);
    if (Buffer.compare(before, after) === 0) return after;
    before = after;
  }
  throw new Error(`the journal in ${directory} changed during each of ${READINGS_MAX} readings`);
}
