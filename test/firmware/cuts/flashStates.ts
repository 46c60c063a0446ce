/**
 * States of a flash that a power cut can leave, made out of a recording of what was done to it: everything before the
 * n-th operation, and of that nothing, a torn part, garbage (each bit that was due to change has, or has not), or any of its bytes in any order. (Calls of the flash port are
 * durable when they return, so that the order among them stands.)
 */
import { createHash } from 'node:crypto';
import type { Flash, Partition, PartitionName } from '../../../firmware/port/flash.js';
import { tornErase, tornWrite } from '../../../host-sim/flash/tear.js';
import type { Chance } from '../../../host-sim/node/chance.js';
import { MemoryPartition } from '../../../host-sim/node/flash/partition.js';

/** A write, or an erase where there are no bytes. */
export interface Operation {
  name: PartitionName;
  offset: number;
  bytes?: Uint8Array;
}

/** The remains of the operation that was cut. */
export const kinds = ['before', 'torn', 'garbage', 'reordered'] as const;
export type Kind = (typeof kinds)[number];

/** The partitions of a flash, whole. */
export class State implements Flash {
  readonly #partitions: ReadonlyMap<PartitionName, MemoryPartition>;

  constructor(partitions: ReadonlyMap<PartitionName, MemoryPartition>) {
    this.#partitions = partitions;
  }

  /** A copy of these partitions of a flash. */
  static of(flash: Flash, names: readonly PartitionName[]): State {
    return new State(new Map(names.map(name => [name, copyOf(flash.open(name))])));
  }

  open(name: PartitionName): MemoryPartition {
    return this.#partitions.get(name)!;
  }

  copy(): State {
    return State.of(this, [...this.#partitions.keys()]);
  }

  /** Of all that it holds. */
  get hash(): string {
    const hash = createHash('sha1');
    for (const partition of this.#partitions.values()) hash.update(partition.read(0, partition.size));
    return hash.digest('base64');
  }

  apply({ bytes, name, offset }: Operation): void {
    const partition = this.open(name);
    if (bytes) partition.write(offset, bytes);
    else partition.erase(offset);
  }

  /** With as much of the operation as a cut leaves; half-set bits settle as they please. */
  leave(kind: Kind, { bytes, name, offset }: Operation, chance: Chance): void {
    if (kind === 'before') return;
    const partition = this.open(name);
    const { sectorSize } = partition;
    const length = bytes?.length ?? sectorSize;
    const before = partition.read(offset, length);
    let after: Uint8Array;
    if (kind === 'torn') {
      const { cells, unstable } = bytes
        ? tornWrite(before, bytes, offset, chance)
        : tornErase(before, chance);
      after = cells.map((cell, i) => cell & ~(unstable[i] & chance.byte()));
    } else if (kind === 'garbage') {
      // A write clears bits and no others than its own, however it ends; of a sector that is erased any may remain.
      after = before.map((cell, i) => (bytes ? cell & (bytes[i] | chance.byte()) : chance.byte()));
    } else {
      const share = 1 + chance.below(255);
      after = before.map((cell, i) => (chance.byte() < share ? (bytes?.[i] ?? 0xff) : cell));
    }
    if (bytes)
      partition.write(
        offset,
        after.map((cell, i) => cell & before[i]),
      );
    else {
      partition.erase(offset);
      partition.write(offset, after);
    }
  }
}

function copyOf(partition: Partition): MemoryPartition {
  const { sectorSize, size } = partition;
  return new MemoryPartition({ sectorSize, size }, partition.read(0, size));
}

/** A flash that notes what is done to it. */
export function recorded(flash: Flash, operations: Operation[]): Flash {
  const opened = new Map<PartitionName, Partition>();
  return {
    open(name) {
      const known = opened.get(name);
      if (known) return known;
      const inner = flash.open(name);
      const partition: Partition = {
        size: inner.size,
        sectorSize: inner.sectorSize,
        read: (offset, length) => inner.read(offset, length),
        write(offset, bytes) {
          inner.write(offset, bytes);
          operations.push({ name, offset, bytes: Uint8Array.from(bytes) });
        },
        erase(offset) {
          inner.erase(offset);
          operations.push({ name, offset });
        },
      };
      opened.set(name, partition);
      return partition;
    },
  };
}

/** Distinct states that were tried, by the name of the work that was cut. */
export class Tried {
  readonly #seen = new Set<string>();
  readonly counts: Record<string, number> = {};

  /** True when nobody tried this state before: then it is to be tried, and is counted. */
  isNew(work: string, state: State): boolean {
    const key = `${work} ${state.hash}`;
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    this.counts[work] = (this.counts[work] ?? 0) + 1;
    return true;
  }

  get total(): number {
    return Object.values(this.counts).reduce((sum, count) => sum + count, 0);
  }
}

/** A cut, by which a state can be made again. */
export interface Cut {
  operation: number;
  kind: Kind;
}

/**
 * Gives each state that a cut in the recording leaves, once for each operation and kind.
 * @param from the flash before the first operation
 */
export function* statesOf(
  from: State,
  operations: readonly Operation[],
  chance: Chance,
): Generator<{ state: State; cut: Cut }> {
  const whole = from.copy();
  for (const [i, operation] of operations.entries()) {
    for (const kind of kinds) {
      const state = whole.copy();
      state.leave(kind, operation, chance);
      yield { state, cut: { operation: i + 1, kind } };
    }
    whole.apply(operation);
  }
}
