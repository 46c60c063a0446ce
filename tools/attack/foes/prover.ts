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

/** Changes pieces of the absent keys, and nothing else. */
const pieces =
  (change: (piece: Uint8Array, chance: Chance) => Uint8Array | undefined) =>
  (chance: Chance): ProverMutation =>
  (path, body) =>
    path.includes('/absent/') ? change(body, chance) : body;

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
  /** The piece that was asked for last. */
  let piece: Uint8Array | undefined;
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
    'a changed piece': pieces((body, chance) => flipped(body, chance)),
    'another piece': pieces(body => {
      const told = piece ?? body.slice(48);
      piece = body;
      return told;
    }),
    'a piece cut off': pieces((body, chance) => body.slice(0, chance.below(body.length))),
    'a piece that is too long': pieces(() => new Uint8Array(20_000)),
    'no piece': pieces(() => undefined),
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

export interface ProverFoeOptions {
  /** It lies from now on, in one way after the other. */
  prover: ProverProxy;
  committeeSize: number;
  /** Sets how many of the committee sign from now on. */
  participate(present: number): void;
}

/** Besides it lies while few sign: the keys of the others come in pieces then. */
export function proverFoe(
  { committeeSize, participate, prover }: ProverFoeOptions,
  tally: Tally,
  signal: AbortSignal,
): Foe {
  const foe = proxyFoe({
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
  const [most, fewest] = [committeeSize - 3, Math.ceil((committeeSize * 2) / 3)];
  return {
    strike(chance) {
      participate(chance.below(3) === 0 ? fewest : most);
      return foe.strike(chance);
    },
  };
}
