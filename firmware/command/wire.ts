/** Envelopes as they travel: untrusted bytes in, typed values or nothing out. */

import { encodeRecord, type RecordField, RecordReader } from '../bytes/record.js';
import { accepted, rejected, type Verdict } from '../bytes/verdict.js';
import { type BatchProof, batchProofFields, readBatchProof } from './batch.js';
import { Authority, type Envelope } from './envelope.js';

/** Greatest size of a delivery on any path. */
export const MAXIMUM_DELIVERY = 4096;
const UINT32 = 0xffffffff;

/** An envelope with what goes beside it: a delegate's signature (65 bytes, else none), the proof of a batch. */
export interface Delivery {
  envelope: Envelope;
  signature: Uint8Array;
  batch?: BatchProof;
}

export const encodeEnvelope = (envelope: Envelope): RecordField[] => [
  envelope.authority,
  envelope.device,
  envelope.sequence,
  envelope.epoch,
  envelope.fleetEpoch,
  envelope.notBefore,
  envelope.notAfter,
  envelope.class,
  envelope.challenge,
  envelope.follows,
  envelope.action,
  envelope.params,
  envelope.operator,
  envelope.salt,
];

export const encodeDelivery = (delivery: Delivery): Uint8Array =>
  encodeRecord([
    encodeEnvelope(delivery.envelope),
    delivery.signature,
    ...(delivery.batch ? [batchProofFields(delivery.batch)] : []),
  ]);

export function parseDelivery(bytes: Uint8Array): Verdict<Delivery, 'malformed', never> {
  const reader = new RecordReader(bytes, MAXIMUM_DELIVERY);
  const fields = reader.list();
  const envelope: Envelope = {
    authority: fields.number(2),
    device: fields.fixed(20),
    sequence: fields.number(),
    epoch: fields.number(UINT32),
    fleetEpoch: fields.number(UINT32),
    notBefore: fields.number(),
    notAfter: fields.number(),
    class: fields.number(1),
    challenge: fields.fixed(32),
    follows: fields.number(UINT32),
    action: fields.text(64),
    params: fields.bytes(512),
    operator: fields.fixed(20),
    salt: fields.fixed(32),
  };
  const signature = reader.bytes(65);
  const proven = reader.more;
  const batch = proven ? readBatchProof(reader.list()) : undefined;
  if (proven && (!batch || envelope.authority !== Authority.batch)) {
    return rejected('malformed', 'what comes with the envelope is no proof of its batch');
  }
  if (!fields.end() || !reader.end() || (signature.length !== 0 && signature.length !== 65)) {
    return rejected('malformed', `${bytes.length} bytes that are no envelope`);
  }
  return accepted({ envelope, signature, ...(batch && { batch }) });
}
