/** Deliveries as they travel: untrusted bytes in, a typed envelope or a refusal out. */

import { ACTION_BYTES_MAX, PARAMS_BYTES_MAX } from '../app/action.js';
import { concat } from '../bytes/concat.js';
import { encodeRecord, type RecordField, RecordReader } from '../bytes/record.js';
import { accepted, rejected, type Verdict } from '../bytes/verdict.js';
import { MERKLE_DEPTH_MAX } from '../proof/merklePath.js';
import { Authority, type Envelope } from './envelope.js';

/** The greatest size of a delivery on any path, with its signature or the proof of its batch. */
export const DELIVERY_BYTES_MAX = 4096;
/** The greatest number of batches that may follow an envelope's own batch in its proof. */
const LATER_BATCHES_MAX = 32;
const SIGNATURE_BYTES = 65;
const PUBLIC_KEY_BYTES = 33;
const UINT32_MAX = 0xffffffff;

/** One batch as it is hashed into the Fleet's batch head. */
export interface BatchLink {
  /** The Fleet's counter of batches. */
  nonce: number;
  /** 32 bytes: the Merkle root over the envelopes' hashes. */
  root: Uint8Array;
  /** Unix seconds. */
  notAfter: number;
  fleetEpoch: number;
  /** 20 bytes: the Commander who called the Fleet, or the fleet's address for class 1. */
  operator: Uint8Array;
  class: number;
}

/** The proof that the Fleet's batch head contains an envelope. */
export interface BatchProof {
  /** Siblings of 32 bytes from the envelope's leaf up to its root, 20 at most. */
  path: readonly Uint8Array[];
  /** 32 bytes: the batch head before the envelope's batch. */
  previousHead: Uint8Array;
  /** The batches after the envelope's, 32 at most; the last one makes the proven head. */
  later: readonly BatchLink[];
}

/** An envelope with what travels beside it. */
export interface Delivery {
  envelope: Envelope;
  /** A delegate's signature, 65 bytes; empty for every other authority. */
  signature: Uint8Array;
  /**
   * Only with an envelope by a batch: the record of a `BatchProof`, as long as it came, that `walkBatchProof` reads.
   * Taken apart it would take a multiple of its bytes.
   */
  batch?: Uint8Array;
}

/** A delivery that waits for its turn, with its envelope's hash. */
export interface Waiting {
  /** 32 bytes. */
  readonly hash: Uint8Array;
  readonly delivery: Delivery;
}

/**
 * A delivery as it waits: its bytes, read anew whenever they are wanted, since taken apart it takes seven times them.
 * Hash and bytes lie in one array, since on XS an array costs 112 bytes beside what it holds.
 */
export class WaitingDelivery implements Waiting {
  readonly #hashAndBytes: Uint8Array;

  /** `bytes` are a delivery that was read before. Both are copied. */
  constructor(hash: Uint8Array, bytes: Uint8Array) {
    this.#hashAndBytes = concat(hash, bytes);
  }

  /** New at each call. */
  get hash(): Uint8Array {
    return this.#hashAndBytes.subarray(0, HASH_BYTES);
  }

  /** The length of the delivery, in bytes. */
  get length(): number {
    return this.#hashAndBytes.length - HASH_BYTES;
  }

  /** New at each call. */
  get delivery(): Delivery {
    const parsed = parseDelivery(this.#hashAndBytes.subarray(HASH_BYTES));
    if (parsed.verdict === 'rejected') throw new Error('an envelope that was read before is malformed now');
    return parsed.value;
  }
}

const HASH_BYTES = 32;

/** The fields of an envelope in the order of the wire. */
const envelopeFields = (envelope: Envelope): RecordField[] => [
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
  envelope.receipts,
  envelope.replyKey,
  envelope.action,
  envelope.params,
  envelope.operator,
  envelope.salt,
];

/** A delivery as a record: the envelope's list, the signature, and the batch's proof if there is one. */
export const encodeDelivery = (
  delivery: Pick<Delivery, 'envelope' | 'signature'> & { batch?: BatchProof },
): Uint8Array =>
  encodeRecord([
    envelopeFields(delivery.envelope),
    delivery.signature,
    ...(delivery.batch ? [batchProofFields(delivery.batch)] : []),
  ]);

/**
 * Reads untrusted bytes of at most `DELIVERY_BYTES_MAX`. Never throws; bytes of any other shape, too long or with
 * something left over are `malformed`.
 *
 * @example
 * const parsed = parseDelivery(payload);
 * if (parsed.verdict === 'accepted') handle(parsed.value.envelope);
 * else log(parsed.evidence);
 */
export function parseDelivery(bytes: Uint8Array): Verdict<Delivery, 'malformed', never> {
  const reader = new RecordReader(bytes, DELIVERY_BYTES_MAX);
  const fields = reader.list();
  const envelope: Envelope = {
    authority: fields.number(2),
    device: fields.fixed(20),
    sequence: fields.number(),
    epoch: fields.number(UINT32_MAX),
    fleetEpoch: fields.number(UINT32_MAX),
    notBefore: fields.number(),
    notAfter: fields.number(),
    class: fields.number(1),
    challenge: fields.fixed(32),
    follows: fields.number(UINT32_MAX),
    receipts: fields.number(UINT32_MAX),
    replyKey: fields.bytes(PUBLIC_KEY_BYTES),
    action: fields.text(ACTION_BYTES_MAX),
    params: fields.bytes(PARAMS_BYTES_MAX),
    operator: fields.fixed(20),
    salt: fields.fixed(32),
  };
  const signature = reader.bytes(SIGNATURE_BYTES);
  const proven = reader.more;
  const proof = proven ? reader.list() : undefined;
  const batch = proof?.record;
  if (proof && (!walkBatchProof(proof, nobody) || envelope.authority !== Authority.batch)) {
    return rejected('malformed', 'what came with the envelope is not a proof of its batch');
  }
  const whole =
    isEmptyOr(signature, SIGNATURE_BYTES) && isEmptyOr(envelope.replyKey, PUBLIC_KEY_BYTES) && fields.end();
  if (!whole || !reader.end()) {
    return rejected('malformed', `the ${bytes.length} bytes are not an envelope`);
  }
  return accepted({ envelope, signature, ...(batch && { batch }) });
}

const isEmptyOr = ({ length }: Uint8Array, whole: number): boolean => length === 0 || length === whole;

const batchProofFields = ({ later, path, previousHead }: BatchProof): RecordField[] => [
  path,
  previousHead,
  later.map(link => [link.nonce, link.root, link.notAfter, link.fleetEpoch, link.operator, link.class]),
];

const nobody: BatchProofVisitor = { sibling() {}, previousHead() {}, later() {} };

/** Told of the parts of a batch's proof, in their order. */
export interface BatchProofVisitor {
  sibling(sibling: Uint8Array): void;
  previousHead(head: Uint8Array): void;
  later(link: BatchLink): void;
}

/** Reads the proof of a batch part by part. False when anything is malformed, too long or left over. */
export function walkBatchProof(reader: RecordReader, visitor: BatchProofVisitor): boolean {
  const siblings = reader.list();
  for (let count = 0; siblings.more && count < MERKLE_DEPTH_MAX; count++) visitor.sibling(siblings.fixed(32));
  visitor.previousHead(reader.fixed(32));
  const links = reader.list();
  for (let count = 0; links.more && count < LATER_BATCHES_MAX; count++) {
    const link = links.list();
    visitor.later({
      nonce: link.number(),
      root: link.fixed(32),
      notAfter: link.number(),
      fleetEpoch: link.number(UINT32_MAX),
      operator: link.fixed(20),
      class: link.number(1),
    });
    if (!link.end()) return false;
  }
  return siblings.end() && links.end() && reader.end();
}
