/** The places of a seeded world that a person can touch, and the faults that can be put there. */
import { LIES, TROUBLES } from '../../host-sim/world/endpointMoods.js';
import { IMAGE_LIES } from '../../host-sim/world/imageServer.js';
import type { FaultName } from './faultNames.js';
import { COMMITTEE_LIES, PROVER_LIES, PROVER_TROUBLES } from './proverMoods.js';
import type { SimOptions } from './run.js';
import { type Touch, WELL } from './touch.js';

export interface TouchableFault {
  name: string;
  count?: { least: number; most: number; usual: number };
  /** The reason why this world cannot have it. */
  lacks?: string;
}

export interface TouchablePlace {
  name: string;
  kind: 'everywhere' | 'endpoint' | 'prover' | 'images' | 'broker' | 'chain' | 'keys' | 'board';
  faults: readonly TouchableFault[];
}

/** Seconds for which a board can be without power, or out of reach; writes to flash to come. */
const SECONDS = { least: 1, most: 600, usual: 60 };
const WRITES = { least: 1, most: 300, usual: 3 };
const BLOCKS = { least: 1, most: 6, usual: 2 };

const QUORUM_IS_TRUSTED =
  'At level 1 two endpoints that agree are what a board trusts, and here endpoint-1 is the one that may lie: with the fault beacon boards go by level 4.';
const NO_BEACON = 'Boards go by level 4 only with the fault beacon.';
const NO_KEYS = 'Boards know checkpoint keys only with the faults beacon and checkpoints.';
const NO_RELEASES = 'A vendor publishes only with the fault update.';
const ITS_OWN_THIEF = 'The seed has a thief with this key already: leave its fault thief out.';
const HONEST_CLOCKS =
  'The rules reckon with clocks of boards that are right: npm start has one whose clock is not.';

const named = (names: readonly string[], lacks?: string): TouchableFault[] =>
  names.map(name => ({ name, ...(lacks !== undefined && { lacks }) }));

/** All places of a world, the widest first: what is nearer to its server prevails. */
export function touchablePlaces({
  boards,
  faults,
}: Pick<SimOptions, 'boards' | 'faults'>): readonly TouchablePlace[] {
  const has = (name: FaultName): boolean => faults.includes(name);
  const [isFinal, hasKeys] = [has('beacon'), has('beacon') && has('checkpoints')];
  const endpoint = (name: string): TouchablePlace => {
    const mayLie = isFinal || name === 'endpoint-1';
    const lies = named(LIES, mayLie ? undefined : QUORUM_IS_TRUSTED).map(fault =>
      fault.name === 'approval' && !has('update') ? { ...fault, lacks: NO_RELEASES } : fault,
    );
    return { name, kind: 'endpoint', faults: [...named(TROUBLES), ...lies] };
  };
  const committee = named(COMMITTEE_LIES, hasKeys ? undefined : NO_KEYS);
  const prover = (name: string): TouchablePlace => ({
    ...{ name, kind: 'prover' },
    faults: [...named([...PROVER_TROUBLES, ...PROVER_LIES]), ...committee],
  });
  const images = (name: string): TouchablePlace => ({ name, kind: 'images', faults: named(IMAGE_LIES) });
  const board = (_: unknown, at: number): TouchablePlace => ({
    ...{ name: `board-${at + 1}`, kind: 'board' },
    faults: [
      ...['off', 'lost', 'slow'].map(name => ({ name, count: SECONDS })),
      { name: 'tear', count: WRITES },
      ...named(['cut', 'rotJournal', 'rotSlot']),
      ...named(['clock'], HONEST_CLOCKS),
    ],
  });
  return [
    { name: 'everywhere', kind: 'everywhere', faults: named(['silent', 'unavailable', 'noise']) },
    ...['every-endpoint', 'endpoint-1', 'endpoint-2', 'endpoint-3'].map(endpoint),
    ...(isFinal ? ['every-prover', 'prover-1', 'prover-2', 'prover-3'].map(prover) : []),
    ...(has('update') ? ['every-image-server', 'images-1', 'images-2'].map(images) : []),
    { name: 'broker', kind: 'broker', faults: named(['twice', 'changed', 'junk']) },
    {
      ...{ name: 'chain', kind: 'chain' },
      faults: [{ name: 'reorg', count: BLOCKS }, ...named(['stall'], isFinal ? undefined : NO_BEACON)],
    },
    {
      ...{ name: 'stolen-keys', kind: 'keys' },
      faults: [
        ...named(['commander'], has('thief') ? ITS_OWN_THIEF : undefined),
        ...named(['checkpoint'], hasKeys ? undefined : NO_KEYS),
      ],
    },
    ...Array.from({ length: boards }, board),
  ];
}

/** The reason why no world of these options can be touched so; undefined where one can. */
export function misfitOf({ count, fault, place }: Touch, options: Parameters<typeof touchablePlaces>[0]) {
  const found = touchablePlaces(options).find(({ name }) => name === place);
  if (!found) return `there is no place ${place} in this world`;
  if (fault === WELL) return undefined;
  const known = found.faults.find(({ name }) => name === fault);
  if (!known) return `${place} has no fault ${fault}`;
  if (known.lacks !== undefined) return known.lacks;
  const { least = 1, most = 0 } = known.count ?? {};
  const isWithin = count === undefined || (count >= least && count <= most);
  return isWithin ? undefined : `${fault} takes no number ${count}`;
}
