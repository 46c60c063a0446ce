/** A hostile prover, one of a board's two. */
import { encodeUpdate, parseUpdate, type Update } from '../../../firmware/beacon/update.js';
import type { ProverMutation, ProverProxy } from '../../../host-sim/attack/proverProxy.js';
import type { Chance } from '../../../host-sim/node/chance.js';
import { type Foe, type Kinds, proxyFoe } from './foe.js';
import type { Tally } from './tally.js';

const noise = (chance: Chance, length: number): Uint8Array =>
  Uint8Array.from({ length }, () => chance.byte());

const flipped = (bytes: Uint8Array, chance: Chance): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  if (copy.length > 0) copy[chance.below(copy.length)] ^= 1 << chance.below(8);
  return copy;
};

const KINDS = (committeeSize: number): Kinds<ProverMutation> => {
  const changed =
    (change: (update: Update, chance: Chance) => Update) =>
    (chance: Chance): ProverMutation =>
    (path, body) => {
      const parsed = parseUpdate(body, committeeSize);
      if (!path.endsWith('/finality') || parsed.verdict === 'rejected') return body;
      return encodeUpdate(change(parsed.value, chance));
    };
  /** The first finality that is asked for while this kind lasts; it is said again for as long. */
  let kept: Uint8Array | undefined;
  return {
    'a flipped bit': chance => (_, body) => flipped(body, chance),
    'a changed signature': changed((update, chance) => ({
      ...update,
      signature: flipped(update.signature, chance),
    })),
    'another final block': changed((update, chance) => ({
      ...update,
      finalized: {
        ...update.finalized,
        executionHeader: flipped(update.finalized.executionHeader, chance),
      },
    })),
    'other signers': changed((update, chance) => ({ ...update, bits: flipped(update.bits, chance) })),
    'few signers': changed(update => ({ ...update, bits: update.bits.map(byte => byte & 0x11) })),
    'other keys of absent signers': changed((update, chance) => ({
      ...update,
      absent: flipped(update.absent, chance),
    })),
    'old finality': () => (path, body) => {
      if (!path.endsWith('/finality')) return body;
      kept ??= body;
      return kept;
    },
    'an answer cut off': chance => (_, body) => body.slice(0, chance.below(body.length + 1)),
    'more than was asked for': chance => (_, body) => {
      const longer = new Uint8Array(body.length + 1 + chance.below(2000));
      longer.set(body);
      return longer;
    },
    noise: chance => () => noise(chance, chance.of([0, 1, 100, 1000, 20_000])),
    'a megabyte': () => () => new Uint8Array(1 << 20).fill(0xc1),
    'it does not have it': () => () => undefined,
    'no answer': () => () => new Promise(() => {}),
    'a late answer': chance => async (_, body) => {
      await new Promise(resolve => setTimeout(resolve, 500 + chance.below(12_000)).unref());
      return body;
    },
  };
};

/** @param prover lies from now on, in one way after the other */
export const proverFoe = (
  { committeeSize, prover }: { prover: ProverProxy; committeeSize: number },
  tally: Tally,
  signal: AbortSignal,
): Foe =>
  proxyFoe({
    place: 'prover',
    kinds: KINDS(committeeSize),
    tally,
    signal,
    set: prover.setMutation,
    counted: (mutation, met) => (path, body) => {
      met();
      return mutation(path, body);
    },
  });
