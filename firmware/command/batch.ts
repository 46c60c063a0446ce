/**
 * Commands by a batch: one root in the Fleet's batch head stands for the envelopes of many boards. Whoever delivers
 * one brings the path to its root and the batches since, up to the proven head; nothing has to be asked for. An
 * envelope can be withheld unseen: what is promised of direct commands is not promised here.
 */

import { type App, findAction } from '../app/app.js';
import { equal } from '../bytes/equal.js';
import type { RecordField, RecordReader } from '../bytes/record.js';
import { rejected, undetermined, type Verdict } from '../bytes/verdict.js';
import { encodeStatic } from '../contract/abi.js';
import type { Crypto } from '../port/crypto.js';
import { MAXIMUM_PATH, merkleRoot } from '../proof/merklePath.js';
import type { CommandCause } from './answer.js';
import type { Envelope } from './envelope.js';
import { type CommandCode, judgeOrder, judgeTime, type Order } from './judge.js';
import type { UnqueuedContext } from './unqueued.js';

/** What one batch adds to the Fleet's batch head. */
export interface BatchLink {
  /** The Fleet's counter. */
  nonce: number;
  /** 32 bytes: Merkle root over the envelopes' hashes. */
  root: Uint8Array;
  /** Unix seconds. */
  notAfter: number;
  fleetEpoch: number;
  /** The Commander who called the Fleet, or the fleet's address for class 1. */
  operator: Uint8Array;
  class: number;
}

export interface BatchProof {
  /** Siblings from the envelope's leaf up to its root, at most 20. */
  path: readonly Uint8Array[];
  /** The batch head before the envelope's batch. */
  previousHead: Uint8Array;
  /** The batches after it, at most 32; the last one makes the proven head. */
  later: readonly BatchLink[];
}

const MAXIMUM_LATER = 32;
const UINT32 = 0xffffffff;

/** The batch head after `link` was added to `head`; the contracts compute the same. */
export const nextBatchHead = (crypto: Crypto, head: Uint8Array, link: BatchLink): Uint8Array =>
  crypto.keccak256(
    encodeStatic(head, link.nonce, link.root, link.notAfter, link.fleetEpoch, link.operator, link.class),
  );

export const batchProofFields = ({ later, path, previousHead }: BatchProof): RecordField[] => [
  path,
  previousHead,
  later.map(link => [link.nonce, link.root, link.notAfter, link.fleetEpoch, link.operator, link.class]),
];

/** Undefined when anything is malformed, too long or left over. */
export function readBatchProof(reader: RecordReader): BatchProof | undefined {
  const path: Uint8Array[] = [];
  const siblings = reader.list();
  while (siblings.more && path.length < MAXIMUM_PATH) path.push(siblings.fixed(32));
  const previousHead = reader.fixed(32);
  const later: BatchLink[] = [];
  const links = reader.list();
  while (links.more && later.length < MAXIMUM_LATER) {
    const link = links.list();
    later.push({
      nonce: link.number(),
      root: link.fixed(32),
      notAfter: link.number(),
      fleetEpoch: link.number(UINT32),
      operator: link.fixed(20),
      class: link.number(1),
    });
    if (!link.end()) return undefined;
  }
  return siblings.end() && links.end() && reader.end() ? { path, previousHead, later } : undefined;
}

/**
 * Whether the proven batch head contains the envelope: its own fields are those of the batch, so that an envelope
 * which disagrees with its batch leads to another head.
 */
export function isInBatch(
  crypto: Crypto,
  hash: Uint8Array,
  envelope: Envelope,
  proof: BatchProof,
  provenHead: Uint8Array,
): boolean {
  const own: BatchLink = {
    nonce: envelope.sequence,
    root: merkleRoot(crypto, hash, proof.path),
    notAfter: envelope.notAfter,
    fleetEpoch: envelope.fleetEpoch,
    operator: envelope.operator,
    class: envelope.class,
  };
  let head = nextBatchHead(crypto, proof.previousHead, own);
  for (const link of proof.later) head = nextBatchHead(crypto, head, link);
  return equal(head, provenHead);
}

/** The decision, once the envelope is known to be in a batch of the proven head. */
export function judgeBatched(
  app: App,
  envelope: Envelope,
  { born, facts, held, lastNonce, now, nowProven }: UnqueuedContext,
): Verdict<Order, CommandCode, CommandCause> {
  if (envelope.epoch !== facts.device.epoch || envelope.fleetEpoch !== facts.fleet.epoch) {
    return rejected('void', 'it is of another epoch than the board or its fleet');
  }
  if (envelope.sequence <= lastNonce) {
    return rejected('void', `batch ${envelope.sequence} came too late, the board obeyed batch ${lastNonce}`);
  }
  if (!nowProven && !findAction(app, envelope.action)?.beforeNow) {
    return undetermined('not_now', 'now is not proven since the restart, and a batch cannot prove it');
  }
  const time = judgeTime(envelope, now, born);
  if (time.verdict === 'rejected') return time;
  if (held.verdict === 'undetermined') return held;
  return judgeOrder(app, envelope);
}
