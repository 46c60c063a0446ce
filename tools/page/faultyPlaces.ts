/**
 * The places of a setting that can be faulty: everybody at once, each endpoint or all of them, prover, image server,
 * broker, chain, the board's network and its parts. Each fault says what the board has against it, and the codes by which
 * that shows in its decisions.
 */

import type { ProverMutation } from '../../host-sim/attack/proverProxy.js';
import { cutConnection, delay, httpStatus, pruned } from '../../host-sim/attack/rpc/absence.js';
import { lagBehind } from '../../host-sim/attack/rpc/header.js';
import { anotherHash, type RpcMutation } from '../../host-sim/attack/rpc/mutations.js';
import { padBlocks } from '../../host-sim/attack/rpc/padding.js';
import type { Fault } from '../../host-sim/page/protocol.js';
import { proverLies } from '../demo/proverAttacks.js';
import type { Setting } from '../demo/setting.js';
import { witnessLies } from '../demo/witnessAttacks.js';
import { imageMutations } from '../rig/bench/imageLies.js';
import { imageLies } from '../rig/bench/lies.js';
import type { WireState, Wires } from '../rig/bench/wires.js';
import { DEFENCES } from './defences.js';
import type { Beginning, Place } from './place.js';
import {
  brokerPlace,
  chainPlace,
  everywhere,
  partsPlace,
  RAN,
  SLOW_ANSWER_MS,
  slowProver,
} from './widePlaces.js';

const SLOW_PIECE_MS = 300;
const LAG_BLOCKS = 40;

const ABSENT = ['unreachable', 'unsupported', 'no_quorum', 'no_witness', 'pruned', 'level'];
const anotherIsAsked =
  'Who does not answer in time, or with an error, is passed over: the board asks another.';

const endpointFaults: readonly (Fault & { mutation: RpcMutation })[] = [
  ...witnessLies.map(({ code, codeWithFinality = code, mutation, name }) => ({
    ...{ name, defence: DEFENCES[code], codes: [code, codeWithFinality] },
    mutation,
  })),
  {
    ...{ name: 'a block that nobody else knows', defence: DEFENCES.no_quorum },
    codes: ['no_quorum', 'no_witness', 'proof_invalid'],
    mutation: anotherHash,
  },
  {
    name: `${LAG_BLOCKS} blocks behind`,
    defence: 'The committee, or the other endpoint, names a newer block, and the board never goes back.',
    codes: ['no_quorum', 'level', 'stale'],
    mutation: lagBehind(LAG_BLOCKS),
  },
  { name: 'pruned: it has no proofs', defence: anotherIsAsked, codes: ABSENT, mutation: pruned() },
  {
    name: `slow: ${SLOW_ANSWER_MS / 1000} s an answer`,
    defence: anotherIsAsked,
    codes: ABSENT,
    mutation: delay(SLOW_ANSWER_MS),
  },
  {
    ...{ name: 'limited: 429 to every question', defence: anotherIsAsked, codes: ABSENT },
    mutation: httpStatus(429),
  },
  { name: 'cut connections', defence: anotherIsAsked, codes: ABSENT, mutation: cutConnection() },
  {
    name: 'blocks as full as those of mainnet',
    defence: 'An answer is read piece by piece, with a limit; transactions are passed over.',
    codes: [RAN],
    mutation: padBlocks(),
  },
];

const wireFaults = (set: (state: WireState) => Promise<void>): readonly Beginning[] => [
  {
    name: 'lost',
    defence:
      'The board connects again by itself; what was on its way is delivered then, and nothing runs twice.',
    codes: [RAN],
    make: () => () => set({ is: 'lost' }),
  },
  {
    name: `slow: ${SLOW_PIECE_MS} ms a piece`,
    defence: 'Deadlines are longer than a slow line needs.',
    codes: [RAN],
    make: () => () => set({ is: 'slow', milliseconds: SLOW_PIECE_MS }),
  },
];

/** @param others who is asked in their place: the prover has proofs too, or another endpoint */
const endpointPlace = (name: string, proxies: Setting['rpcProxies'], others: boolean): Place => {
  const tell = (mutation?: RpcMutation): void => {
    for (const proxy of proxies) proxy.setMutation(mutation);
  };
  return {
    name,
    faults: endpointFaults.map(({ codes, mutation, ...fault }) => ({
      ...fault,
      codes: others ? [...new Set([...codes, RAN])] : codes,
      make: () => () => tell(mutation),
    })),
    end: () => tell(),
  };
};

/** The places of a setting, those first over which others prevail. */
export function placesOf(setting: Setting, wires: Wires | undefined): Place[] {
  const { broker, finality, imageProxy, oneSocket, rpcProxies } = setting;
  const endpoints = oneSocket
    ? []
    : [
        endpointPlace('every endpoint', rpcProxies, finality !== undefined),
        ...rpcProxies.map((proxy, at) =>
          endpointPlace(`endpoint ${at + 1}`, [proxy], finality !== undefined),
        ),
      ];
  const ofProver = (mutation: ProverMutation) => () => finality?.proxy.setMutation(mutation);
  const waits = 'Without finality the board waits, and says so; a proven past is not forgotten.';
  const prover: Place = {
    name: 'the prover',
    faults: [
      ...proverLies.map(({ code, mutation, name }) => ({
        name,
        defence: DEFENCES[code],
        codes: [code],
        make: async () => ofProver(await mutation(finality!)),
      })),
      { name: 'silent', defence: waits, codes: ABSENT, make: () => ofProver(() => undefined) },
      {
        name: `slow: ${SLOW_ANSWER_MS / 1000} s an answer`,
        defence: waits,
        codes: ABSENT,
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
      codes: ['image_hash', 'image_size', 'incomplete', 'unreachable', RAN],
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
    everywhere(setting),
    ...endpoints,
    ...(finality ? [prover] : []),
    images,
    brokerPlace(setting),
    chainPlace(setting),
    partsPlace(setting),
    ...(wires ? [wired('the line to the broker', [broker]), wired('the network of the board')] : []),
  ];
}
