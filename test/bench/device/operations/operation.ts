import type { Crypto } from '../../../../firmware/port/crypto.js';

/** Inputs that the bench chose, by name. */
export type Inputs = (name: string) => Uint8Array;

/** A measured operation. It returns its outcome, so that no compiler leaves it out. */
export type Operation = (crypto: Crypto, input: Inputs, parameters: never) => string;
