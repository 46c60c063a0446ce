/** The facts of one start of a recorded board, as they stand in its recording. */
import type { Boot } from '../../firmware/port/board.js';
import type { PartitionName } from '../../firmware/port/flash.js';
import type { Geometry } from '../node/flash/partition.js';

/** The partitions of a board, in the order in which a recording has them. */
export const PARTITIONS: readonly PartitionName[] = [
  ...(['identity', 'journal', 'boot', 'slotA', 'slotB', 'counter', 'app', 'telemetry', 'crash'] as const),
  ...(['appA', 'appB'] as const),
];

/** Recordings of before, and platforms that run no app images, have those without the last. */
export const PARTITIONS_MIN = 8;

export interface StartFacts {
  /** The engine that the image ran on. */
  engine: string;
  slot: 'A' | 'B';
  state: Boot['running']['state'];
  /** The mark of the other slot; recordings of before have none. */
  idle?: Boot['idle'];
  /** Bytes of the running image, header included. */
  length: number;
  /** The version in its header. */
  version: number;
  /** SHA-256 of the running image, hexadecimal. */
  image: string;
  /** When, as the machine of the recorder has it: for people. */
  at: string;
  partitions: readonly (Geometry & { name: PartitionName })[];
}

/** Bytes of a partition, sectors, and characters, that are believed of somebody's recording. */
const PARTITION_BYTES_MAX = 8 * 1024 * 1024;
const TEXT_CHARACTERS_MAX = 100;

const STATES: readonly unknown[] = ['pending', 'confirmed', 'recovery'];
const MARKS: readonly unknown[] = [undefined, 'none', 'new', 'tried', 'confirmed', 'failed'];

/** A time as the facts have it, by milliseconds since 1970: the machine's, or that of a simulated world. */
export const momentOf = (unixMs: number): string => new Date(unixMs).toISOString();

export const encodeStart = (facts: StartFacts): string => JSON.stringify(facts);

/** Reads what `encodeStart` gave; undefined for anything else. Untrusted text. */
export function parseStart(json: string): StartFacts | undefined {
  let found: unknown;
  try {
    found = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof found !== 'object' || found === null) return undefined;
  const { at, engine, idle, image, length, partitions, slot, state, version } = found as StartFacts;
  const texts = [at, engine, image].every(
    text => typeof text === 'string' && text.length <= TEXT_CHARACTERS_MAX,
  );
  const states =
    (slot === 'A' || slot === 'B') &&
    STATES.includes(state) &&
    MARKS.includes(idle) &&
    isCount(length, PARTITION_BYTES_MAX) &&
    isCount(version, Number.MAX_SAFE_INTEGER);
  if (!texts || !states || !Array.isArray(partitions)) return undefined;
  if (partitions.length < PARTITIONS_MIN || partitions.length > PARTITIONS.length) return undefined;
  const isTable = partitions.every(
    (partition, i) =>
      typeof partition === 'object' &&
      partition !== null &&
      partition.name === PARTITIONS[i] &&
      isCount(partition.sectorSize, 65_536) &&
      partition.sectorSize > 0 &&
      isCount(partition.size, PARTITION_BYTES_MAX) &&
      partition.size % partition.sectorSize === 0,
  );
  return isTable ? { at, engine, idle, image, length, partitions, slot, state, version } : undefined;
}

const isCount = (value: unknown, most: number): boolean =>
  Number.isSafeInteger(value) && (value as number) >= 0 && (value as number) <= most;
