/** The lies of the step `lie`, by name, for editors to complete; steps/lie.ts and imageLies.ts tell them. */

/** One endpoint alone has another block. */
export const DISAGREE = 'two RPC endpoints that disagree';

export const endpointLies = [
  'witness with a changed byte in the header',
  'witness with a changed byte in the account proof',
  'witness with a changed byte in the storage proof',
  'witness of another slot',
  'witness of another account',
  'witness of an older block',
  'RPC nonsense',
  DISAGREE,
] as const;

export const proverLies = [
  'a signature with a changed bit',
  'another final block under a genuine signature',
  'a committee of which fewer than two thirds signed',
  'keys of absent signers that are others’',
  'prover’s nonsense',
  'older finality, the newer withheld',
] as const;

export const imageLies = [
  'a changed byte',
  'a kilobyte more',
  'a kilobyte less',
  'bytes of another place',
  'the whole image for every range',
  'cut connections',
  'a slow drip',
  'refusals',
] as const;
