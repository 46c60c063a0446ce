/**
 * Runs a store with a power cut at every flash operation of every batch, and at every operation of the recovery
 * after it. A store is anything with this face, so that the harness itself can be tried on stores that are wrong.
 */
import type { Partition } from '../../../firmware/port/flash.js';
import { FaultyPartition, type Moment, Power, PowerCut } from '../../../host-sim/flash/faults.js';
import { Chance } from '../../../host-sim/node/chance.js';
import { type Geometry, MemoryPartition } from '../../../host-sim/node/flash/partition.js';

export type Batch = [key: number, value: Uint8Array | undefined][];

export interface Store {
  state: 'blank' | 'restored' | 'lost';
  put(entries: Batch): void;
  entries(): Iterable<[key: number, value: Uint8Array]>;
}

export type OpenStore = (partition: Partition) => Store;

/** The content of a store, as text. */
export type Contents = string;

export const contentsOf = (entries: Iterable<[number, Uint8Array]>): Contents =>
  [...entries]
    .sort(([a], [b]) => a - b)
    .map(([key, value]) => `${key}:${Buffer.from(value).toString('hex')}`)
    .join(' ');

export function applyBatch(model: Map<number, Uint8Array>, batch: Batch): Map<number, Uint8Array> {
  const next = new Map(model);
  for (const [key, value] of batch) {
    if (value === undefined) next.delete(key);
    else next.set(key, value);
  }
  return next;
}

export function randomBatch(chance: Chance, keys: number, longest: number): Batch {
  return Array.from({ length: 1 + chance.below(4) }, () => {
    const key = chance.below(keys);
    if (chance.below(4) === 0) return [key, undefined];
    return [key, Uint8Array.from({ length: chance.below(longest + 1) }, () => chance.byte())];
  });
}

export const wholeOf = (partition: Partition): Uint8Array => partition.read(0, partition.size);

export interface Tally {
  /** Single cuts, and pairs of which the second falls into the recovery after the first. */
  cuts: number;
  doubleCuts: number;
}

export interface Campaign {
  open: OpenStore;
  geometry: Geometry;
  program: Batch[];
  seed: number;
  /** Torn variants of each operation. */
  variants: number;
  /** Every how manieth single cut gets its recovery cut at every operation too; 0 for none. */
  doubleEvery: number;
  /** The flash to begin with; erased if absent. `lost` when the store on it cannot be read. */
  begin?: { contents: Uint8Array; lost: true };
}

class Violation extends Error {}

/** Throws, naming what to repeat it with, at the first state that is neither before nor after the batch in flight. */
export function tryEveryCut({
  open,
  geometry,
  program,
  seed,
  variants,
  doubleEvery,
  begin,
}: Campaign): Tally {
  const tally = { cuts: 0, doubleCuts: 0 };
  const clean = new MemoryPartition(geometry, begin?.contents);
  let model = new Map<number, Uint8Array>();
  let empty: Store['state'] = begin ? 'lost' : 'blank';
  let store = open(clean);
  program.forEach((batch, step) => {
    const image = wholeOf(clean);
    const next = applyBatch(model, batch);
    const before: [Store['state'], Contents] = [empty, contentsOf(model)];
    const after: [Store['state'], Contents] = ['restored', contentsOf(next)];
    const touched = [...new Map(batch)].some(([key, value]) => value !== undefined || model.has(key));

    /** One run: the power fails at the first cut, and in the recovery at the second. Gives the recovery's operations. */
    const attempt = (
      first: [number, Moment],
      variant: number,
      second?: [number, Moment],
    ): number | undefined => {
      const power = new Power({ seed: seed + 1000 * step + variant });
      const partition = new FaultyPartition(new MemoryPartition(geometry, image), power);
      const where = () =>
        `seed ${seed}, step ${step}, cut ${first}, variant ${variant}, second cut ${second}`;
      const until = (work: () => void): boolean => {
        try {
          work();
          return false;
        } catch (error) {
          if (!(error instanceof PowerCut)) throw new Violation(`${where()}: ${error}`);
          power.restore();
          return true;
        }
      };
      power.cutAt(...first);
      if (!until(() => open(partition).put(batch))) return undefined;
      if (second) {
        power.cutAt(...second);
        if (!until(() => open(partition))) return undefined;
      }
      const begun = power.operations;
      let found = open(partition);
      const operations = power.operations - begun;
      const state = contentsOf(found.entries());
      const isBefore = state === before[1] && found.state === before[0];
      const isAfter = state === after[1] && found.state === after[0];
      if (!isBefore && !isAfter) throw new Violation(`${where()}: found ${found.state} ${state}`);
      for (let again = 0; again < 3; again++) {
        found = open(partition);
        if (contentsOf(found.entries()) !== state) throw new Violation(`${where()}: did not stay as found`);
      }
      let expected = isAfter ? next : model;
      for (const later of program.slice(step, step + 3)) {
        found.put(later);
        expected = applyBatch(expected, later);
        if (contentsOf(found.entries()) !== contentsOf(expected))
          throw new Violation(`${where()}: cannot go on`);
        const reopened = open(partition);
        if (contentsOf(reopened.entries()) !== contentsOf(expected)) {
          throw new Violation(`${where()}: lost what was stored after the cut (${reopened.state})`);
        }
      }
      return operations;
    };

    for (let operation = 1, reached = true; reached; operation++) {
      reached = false;
      for (let variant = 0; variant < variants + 2; variant++) {
        const moment: Moment = variant === 0 ? 'before' : variant === 1 ? 'after' : 'torn';
        const operations = attempt([operation, moment], variant);
        if (operations === undefined) break;
        reached = true;
        tally.cuts++;
        if (doubleEvery === 0 || tally.cuts % doubleEvery !== 0) continue;
        for (let n = 1; n <= operations + 2; n++) {
          for (const kind of ['before', 'torn', 'torn'] as const) {
            if (attempt([operation, moment], variant, [n, kind]) !== undefined) tally.doubleCuts++;
          }
        }
      }
    }

    store.put(batch);
    model = next;
    if (touched) empty = 'restored';
    store = open(clean);
  });
  return tally;
}

/** A random program, the same for the same seed. */
export function randomProgram(seed: number, length: number, keys: number, longest: number): Batch[] {
  const chance = new Chance(seed);
  return Array.from({ length }, () => randomBatch(chance, keys, longest));
}
