/** The words of a committee under the version of a fork that is in nobody's schedule: boards cannot tell what it means. */
import { periodAt } from '../../firmware/beacon/chain.js';
import { signingRoot } from '../../firmware/beacon/domain.js';
import { encodeUpdate } from '../../firmware/beacon/update.js';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import { convertUpdate } from '../node/beaconApi/convert.js';
import { headerOfBlock } from '../node/keptJson.js';
import type { SimulatedBeacon } from './simulated.js';

const UNKNOWN_VERSION = Uint8Array.of(0xee, 0, 0, 1);

/** An update (firmware/beacon/update.ts) of the newest block; the signatures of the chain stay as they are. */
export function unknownForkFinality({ chain, committee, history, updates }: SimulatedBeacon): Uint8Array {
  const { head } = history;
  const executionHeader = headerOfBlock(history.execution(head.proven.number).json);
  if (executionHeader.verdict !== 'accepted') throw new Error(executionHeader.evidence);
  const standard = updates.finality(head, head);
  const signers = committee(periodAt(chain, standard.signatureSlot));
  const { syncCommitteeBits } = standard.syncAggregate;
  const message = signingRoot(portableCrypto(), chain, UNKNOWN_VERSION, head.root);
  const syncCommitteeSignature = signers.sign(message, syncCommitteeBits.uint8Array);
  const update = convertUpdate(
    { ...standard, syncAggregate: { syncCommitteeBits, syncCommitteeSignature } },
    {
      ...{ executionHeader: executionHeader.value, forkVersion: UNKNOWN_VERSION },
      ...{ signers: signers.pubkeys, chain },
    },
  );
  return encodeUpdate(update);
}
