/** BLS as fast as this machine has it: blst where its package runs, else the firmware's own portable one. */

import { portableBls } from '../../../firmware/beacon/portableBls.js';
import type { Bls } from '../../../firmware/port/bls.js';
import { nobleSigner } from './nobleSigner.js';
import type { Signer } from './signer.js';

/** The BLS port: blst, or where its addon does not load noble's curve, which is slower. */
export async function loadBls(): Promise<Bls> {
  try {
    return (await import('./blst.js')).blstBls();
  } catch {
    return portableBls();
  }
}

/** A signer for simulated committees, by the same choice. */
export async function loadSigner(): Promise<Signer> {
  try {
    return (await import('./blstSigner.js')).blstSigner();
  } catch {
    return nobleSigner();
  }
}
