/**
 * Faults that last until a person ends them: of each endpoint, of the prover, of the image server, and of the board's
 * network. Each says first what the board has against it; its decisions since then show whether that was enough.
 */

import type { ProverMutation } from '../../host-sim/attack/proverProxy.js';
import { cutConnection, delay, httpStatus, pruned } from '../../host-sim/attack/rpc/absence.js';
import { lagBehind } from '../../host-sim/attack/rpc/header.js';
import { anotherHash, type RpcMutation } from '../../host-sim/attack/rpc/mutations.js';
import { padBlocks } from '../../host-sim/attack/rpc/padding.js';
import type { Fault, FaultyPlace } from '../../host-sim/page/protocol.js';
import { proverLies } from '../demo/proverAttacks.js';
import type { Setting } from '../demo/setting.js';
import { witnessLies } from '../demo/witnessAttacks.js';
import { imageMutations } from '../rig/bench/imageLies.js';
import { imageLies } from '../rig/bench/lies.js';
import type { WireState, Wires } from '../rig/bench/wires.js';
import { DEFENCES } from './defences.js';

const SLOW_ANSWER_MS = 5000;
const SLOW_PIECE_MS = 300;
const LAG_BLOCKS = 40;

/** Brings a fault about, again after an attack too. */
type Begin = () => Promise<void> | void;

/** A fault, and what begins it: made once, so that a lie about the past stays the same lie. */
interface Beginning extends Fault {
  make(): Promise<Begin> | Begin;
}

interface Place {
  name: string;
  faults: readonly Beginning[];
  end(): Promise<void> | void;
}

const anotherIsAsked =
  'Who does not answer in time, or with an error, is passed over: the board asks another.';

const endpointFaults: readonly (Fault & { mutation: RpcMutation })[] = [
  ...witnessLies.map(({ code, mutation, name }) => ({ name, defence: DEFENCES[code], mutation })),
  { name: 'a block that nobody else knows', defence: DEFENCES.no_quorum, mutation: anotherHash },
  {
    name: `${LAG_BLOCKS} blocks behind`,
    defence: 'The committee, or the other endpoint, names a newer block, and the board never goes back.',
    mutation: lagBehind(LAG_BLOCKS),
  },
  { name: 'pruned: it has no proofs', defence: anotherIsAsked, mutation: pruned() },
  {
    name: `slow: ${SLOW_ANSWER_MS / 1000} s an answer`,
    defence: anotherIsAsked,
    mutation: delay(SLOW_ANSWER_MS),
  },
  { name: 'limited: 429 to every question', defence: anotherIsAsked, mutation: httpStatus(429) },
  { name: 'cut connections', defence: anotherIsAsked, mutation: cutConnection() },
  {
    name: 'blocks as full as those of mainnet',
    defence: 'An answer is read piece by piece, with a limit; transactions are passed over.',
    mutation: padBlocks(),
  },
];

/** Answers honestly, later. */
const slowProver: ProverMutation = async (_, body) => {
  await new Promise(resolve => setTimeout(resolve, SLOW_ANSWER_MS));
  return body.length > 0 ? body : undefined;
};

const wireFaults = (set: (state: WireState) => Promise<void>): readonly Beginning[] => [
  {
    name: 'lost',
    defence:
      'The board connects again by itself; what was on its way is delivered then, and nothing runs twice.',
    make: () => () => set({ is: 'lost' }),
  },
  {
    name: `slow: ${SLOW_PIECE_MS} ms a piece`,
    defence: 'Deadlines are longer than a slow line needs.',
    make: () => () => set({ is: 'slow', milliseconds: SLOW_PIECE_MS }),
  },
];

function placesOf(setting: Setting, wires: Wires | undefined): Place[] {
  const { broker, finality, imageProxy, oneSocket, rpcProxies } = setting;
  const endpoints = (oneSocket ? [] : rpcProxies).map((proxy, at) => ({
    name: `endpoint ${at + 1}`,
    faults: endpointFaults.map(({ mutation, ...fault }) => ({
      ...fault,
      make: () => () => proxy.setMutation(mutation),
    })),
    end: () => proxy.setMutation(undefined),
  }));
  const ofProver = (mutation: ProverMutation) => () => finality?.proxy.setMutation(mutation);
  const waits = 'Without finality the board waits, and says so; a proven past is not forgotten.';
  const prover: Place = {
    name: 'the prover',
    faults: [
      ...proverLies.map(({ code, mutation, name }) => ({
        name,
        defence: DEFENCES[code],
        make: async () => ofProver(await mutation(finality!)),
      })),
      { name: 'silent', defence: waits, make: () => ofProver(() => undefined) },
      {
        name: `slow: ${SLOW_ANSWER_MS / 1000} s an answer`,
        defence: waits,
        make: () => ofProver(slowProver),
      },
    ],
    end: () => finality?.proxy.setMutation(undefined),
  };
  const images: Place = {
    name: 'the image server',
    faults: imageLies.map(name => ({
      name,
      defence: `${DEFENCES.image_hash} What came is kept over a restart, and the rest is asked for again.`,
      make: () => () => imageProxy.setMutation(imageMutations[name]),
    })),
    end: () => imageProxy.setMutation(undefined),
  };
  const wired = (name: string, urls?: readonly string[]): Place => ({
    name,
    faults: wireFaults(state => wires!.set(state, urls)),
    end: () => wires!.set({ is: 'whole' }, urls),
  });
  return [
    ...endpoints,
    ...(finality ? [prover] : []),
    images,
    ...(wires ? [wired('the line to the broker', [broker]), wired('the network of the board')] : []),
  ];
}

/** The faults of a setting: at most one at each place. */
export class Faults {
  readonly #places: readonly Place[];
  readonly #begun = new Map<Place, { fault: Beginning; begin: Begin; since: string }>();

  constructor(setting: Setting, wires: Wires | undefined) {
    this.#places = placesOf(setting, wires);
  }

  /** As the page shows them. */
  shown(): FaultyPlace[] {
    return this.#places.map(place => {
      const begun = this.#begun.get(place);
      return {
        name: place.name,
        faults: place.faults.map(({ defence, name }) => ({ name, defence })),
        ...(begun && { fault: begun.fault.name, since: begun.since }),
      };
    });
  }

  /** Begins a fault in place of the one that was there; none if left out. Returns false where there is no such fault. */
  async set(placeName: string, faultName?: string): Promise<boolean> {
    const place = this.#places.find(({ name }) => name === placeName);
    const fault = place?.faults.find(({ name }) => name === faultName);
    if (!place || (faultName !== undefined && !fault)) return false;
    await place.end();
    this.#begun.delete(place);
    if (fault) this.#begun.set(place, { fault, begin: await fault.make(), since: new Date().toISOString() });
    // A line that is whole again may be part of another fault.
    await this.begin();
    return true;
  }

  /** Begins again what lasts: an attack makes everybody honest, before and after. */
  async begin(): Promise<void> {
    for (const place of this.#places) await this.#begun.get(place)?.begin();
  }

  /** Everything is well, until `begin` is called. */
  async pause(): Promise<void> {
    for (const place of this.#places) await place.end();
  }
}
