/** The word that the newest block is final already: what a prover may say, and what a minority of a committee may sign. */
import { forkAt, periodAt } from '../../firmware/beacon/chain.js';
import { domainSlot } from '../../firmware/beacon/domain.js';
import { encodeUpdate } from '../../firmware/beacon/update.js';
import { convertUpdate } from '../node/beaconApi/convert.js';
import { headerOfBlock } from '../node/keptJson.js';
import { rootOf, stateOf } from './block.js';
import type { SimulatedBeacon } from './simulated.js';

/** Those who sign it: nobody, so that the committee's signature of the true block stands there, or so many positions. */
export type Signers = 'nobody' | number;

/** An update (firmware/beacon/update.ts) that calls the newest block final. The chain goes on as it was. */
export function prematureFinality(
  { chain, committee, history, updates }: SimulatedBeacon,
  signers: Signers,
): Uint8Array {
  const { head } = history;
  const { number } = head.proven;
  const executionHeader = headerOfBlock(history.execution(number).json);
  if (executionHeader.verdict !== 'accepted') throw new Error(executionHeader.evidence);
  const slot = head.slot + 1;
  const beacon = {
    ...head.header.beacon,
    ...{ slot, parentRoot: head.root, stateRoot: stateOf(chain, committee, slot, head).root },
  };
  const header = { ...head.header, beacon };
  const attested = { ...head, slot, header, root: rootOf(header) };
  const { present } = updates;
  if (signers !== 'nobody') updates.present = signers;
  const standard = updates.finality(attested, head);
  const honest = updates.optimistic(head);
  updates.present = present;
  const update = convertUpdate(
    signers === 'nobody' ? { ...standard, syncAggregate: honest.syncAggregate } : standard,
    {
      executionHeader: executionHeader.value,
      forkVersion: forkAt(chain, domainSlot(standard.signatureSlot))!.version,
      signers: committee(periodAt(chain, standard.signatureSlot)).pubkeys,
      chain,
    },
  );
  return encodeUpdate(update);
}
