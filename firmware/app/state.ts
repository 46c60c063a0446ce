/** The state of an app, as the signed status of its board shows it. */

import type { App } from './app.js';
import { encodeCbor } from './cbor.js';

/** The greatest size of a state as CBOR: a status with it still has the smallest size of sealed messages. */
export const STATE_BYTES_MAX = 256;

/** An app that shows more than its status holds, or what is not plain. */
export class StateFault extends Error {}

/** The CBOR of what the app shows; empty when it shows nothing. Throws what the app throws, and a StateFault. */
export function encodeState(app: Pick<App, 'state'>): Uint8Array {
  const state = app.state?.();
  if (state === undefined) return new Uint8Array(0);
  const bytes = encodeCbor(state);
  if (bytes.length > STATE_BYTES_MAX)
    throw new StateFault(`the state has ${bytes.length} bytes, ${STATE_BYTES_MAX} at most`);
  return bytes;
}

/** The same for a status, which an app's fault must not keep from being said: empty then. */
export function shownState(app: Pick<App, 'state'>): Uint8Array {
  try {
    return encodeState(app);
  } catch {
    return new Uint8Array(0);
  }
}
