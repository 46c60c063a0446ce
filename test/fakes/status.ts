/** The status of a board that has nothing to say, but for what a test gives. */
import type { Status } from '../../firmware/device/status.js';
import { word, ZERO_WORD } from './bytes.js';

export const statusWith = (fields: Partial<Status>): Status => ({
  challenge: word(0xc1),
  owner: new Uint8Array(20),
  trustConfiguration: ZERO_WORD,
  imageHash: ZERO_WORD,
  version: 1,
  epoch: 0,
  sequence: 0,
  storeBirth: 0,
  receiptCounter: 0,
  receiptHead: ZERO_WORD,
  sealingKey: new Uint8Array(0),
  level: 1,
  finalized: 0,
  lifecycle: 0,
  newest: 0,
  lowered: 0,
  state: new Uint8Array(0),
  config: new Uint8Array(0),
  telemetry: 0,
  slots: 0,
  ...fields,
});
