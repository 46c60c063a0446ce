/** The BLS port, under the name that this room knows it by. */
export type { Bls, BlsOutcome } from '../port/bls.js';
