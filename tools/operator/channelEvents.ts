/** The messages of a board as a channel to it tells them. */
import type { Status } from '../../firmware/device/status.js';
import type { PublishedReceipt } from '../../firmware/ledger/receiptWire.js';
import type { Answer } from './answer.js';
import type { SeenCrash } from './crash.js';
import type { SeenBatch } from './telemetry.js';

/** A receipt with the address that signed it (0x…, lower case), undefined when the signature is none. */
export interface SeenReceipt extends PublishedReceipt {
  signer: string | undefined;
  hash: Uint8Array;
}

/** Kinds of messages that a board signs. */
export type SignedKind = 'status' | 'receipt' | 'telemetry' | 'crash';

/** Each event of a channel, with what its listeners get. */
export interface ChannelEvents {
  answer: [Answer];
  receipt: [SeenReceipt];
  status: [Status & { signer: string | undefined }];
  telemetry: [SeenBatch];
  crash: [SeenCrash];
  presence: [string];
  /** The connection to the broker was lost, for that reason, or is back. */
  broker: [{ lost: string } | 'back'];
}
