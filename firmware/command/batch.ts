/**
 * Commands by a batch: one root in the Fleet's batch head stands for the envelopes of many boards. A delivery brings
 * the path from its envelope to the root and all batches since, up to the proven head, so that nothing has to be asked
 * for. An envelope of a batch can be withheld without a trace; only direct commands show that.
 */

import { type App, findAction } from '../app/app.js';
import { equal } from '../bytes/equal.js';
import { RecordReader } from '../bytes/record.js';
import { rejected, undetermined, type Verdict } from '../bytes/verdict.js';
import { encodeStatic } from '../contract/abi.js';
import type { Crypto } from '../port/crypto.js';
import { merkleParent, merkleRoot } from '../proof/merklePath.js';
import type { CommandCause } from './answer.js';
import type { Envelope } from './envelope.js';
import type { UnqueuedContext } from './facts.js';
import { type CommandCode, judgeOrder, judgeTime, type Order } from './judge.js';
import { type BatchLink, walkBatchProof } from './wire.js';

/** The batch head (32 bytes) after `link` was added to `head`; Fleet.sol computes the same. */
export const nextBatchHead = (crypto: Crypto, head: Uint8Array, link: BatchLink): Uint8Array =>
  crypto.keccak256(
    encodeStatic(head, link.nonce, link.root, link.notAfter, link.fleetEpoch, link.operator, link.class),
  );

/**
 * True when the proven batch head contains the envelope of that hash, by the record of a `BatchProof`. The batch is
 * rebuilt from the envelope's own fields, so that an envelope which disagrees with its batch leads to another head.
 */
export function isInBatch(
  crypto: Crypto,
  hash: Uint8Array,
  envelope: Envelope,
  proof: Uint8Array,
  provenHead: Uint8Array,
): boolean {
  let root = merkleRoot(crypto, hash, []);
  let head: Uint8Array = new Uint8Array(32);
  const isWhole = walkBatchProof(new RecordReader(proof, proof.length), {
    sibling(sibling) {
      root = merkleParent(crypto, root, sibling);
    },
    previousHead(previous) {
      const { class: orderClass, fleetEpoch, notAfter, operator, sequence: nonce } = envelope;
      head = nextBatchHead(crypto, previous, {
        nonce,
        root,
        notAfter,
        fleetEpoch,
        operator,
        class: orderClass,
      });
    },
    later(link) {
      head = nextBatchHead(crypto, head, link);
    },
  });
  return isWhole && equal(head, provenHead);
}

/** The decision on an envelope that the proven batch head contains. */
export function judgeBatched(
  app: App,
  envelope: Envelope,
  { born, facts, held, lastNonce, now, nowProven }: UnqueuedContext,
): Verdict<Order, CommandCode, CommandCause> {
  if (envelope.epoch !== facts.device.epoch || envelope.fleetEpoch !== facts.fleet.epoch) {
    return rejected('void', 'the envelope is of another epoch than the board or its fleet');
  }
  if (envelope.sequence <= lastNonce) {
    return rejected(
      'void',
      `batch ${envelope.sequence} came too late: the board has obeyed batch ${lastNonce}`,
    );
  }
  if (!nowProven && !findAction(app, envelope.action)?.beforeNow) {
    return undetermined(
      'not_now',
      'now is not proven since the restart, and a batch cannot prove it; send a direct command first',
    );
  }
  const time = judgeTime(envelope, now, born);
  if (time.verdict === 'rejected') return time;
  if (held.verdict === 'undetermined') return held;
  return judgeOrder(app, envelope);
}
