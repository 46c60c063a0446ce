/**
 * A flash partition with the rules of NOR flash: erase sets a whole sector to 0xFF, a write can only clear bits,
 * and power may fail inside either of them. Calls are synchronous and durable when they return.
 */
export interface Partition {
  /** Bytes. */
  readonly size: number;
  /** Bytes; `size` is a multiple of it. */
  readonly sectorSize: number;
  read(offset: number, length: number): Uint8Array;
  write(offset: number, bytes: Uint8Array): void;
  /** Erases the one sector that begins at `offset`. */
  erase(offset: number): void;
}

/** The partitions of a board. They are fixed for ever, since a board's partition table is. */
export type PartitionName =
  | 'identity'
  | 'journal'
  | 'boot'
  | 'slotA'
  | 'slotB'
  | 'counter'
  | 'app'
  | 'telemetry'
  | 'crash'
  | 'appA'
  | 'appB';

/** The flash of a board. */
export interface Flash {
  open(name: PartitionName): Partition;
}
