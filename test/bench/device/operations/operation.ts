import type { Crypto } from '../../../../firmware/port/crypto.js';

/** Inputs that the bench chose, by name. */
export type Inputs = (name: string) => Uint8Array;

/** What is measured: it says what came of it, so that nobody leaves it out. */
export type Operation = (crypto: Crypto, input: Inputs, parameters: never) => string;
