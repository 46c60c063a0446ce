/** A second finalized block of the height of another, which the committee signs as well: what must never happen. */
import type { BeaconChain } from '../../firmware/beacon/chain.js';
import { forkAt, periodAt } from '../../firmware/beacon/chain.js';
import { domainSlot } from '../../firmware/beacon/domain.js';
import { encodeUpdate } from '../../firmware/beacon/update.js';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import { convertUpdate } from '../node/beaconApi/convert.js';
import { headerOfBlock } from '../node/keptJson.js';
import { bodyOf, layoutAt, rootOf, type SimulatedBlock, stateOf } from './block.js';
import type { SimulatedCommittee } from './committees.js';
import type { History } from './history.js';
import type { Updates } from './updates.js';

/** A simulated beacon chain as its commands see it. */
export interface Simulation {
  /** JSON-RPC of the execution chain. */
  rpc: string;
  chain: BeaconChain;
  committee(period: number): SimulatedCommittee;
  history: History;
  updates: Updates;
}

/**
 * The update (firmware/beacon/update.ts) by which the committee of the newest block calls another block than `block`
 * final, of the same height and with other extra data; and the execution hash of that other block.
 */
export function equivocation(
  { chain, committee, history, updates }: Omit<Simulation, 'rpc'>,
  block: SimulatedBlock,
): { update: Uint8Array; blockHash: Uint8Array; number: number } {
  const { number } = block.proven;
  const { json, payload, parentHash } = history.execution(number);
  const executionHeader = headerOfBlock({ ...json, extraData: '0x65717569766f63617465' });
  if (executionHeader.verdict !== 'accepted') throw new Error(executionHeader.evidence);
  const blockHash = portableCrypto().keccak256(executionHeader.value);
  const layout = layoutAt(chain, block.slot);
  const body = bodyOf(layout, {
    payload: { ...payload, extraData: new TextEncoder().encode('equivocate'), blockHash },
    parentHash: block.header.execution ? parentHash : blockHash,
  });
  const header = {
    ...body.header,
    beacon: { ...block.header.beacon, bodyRoot: body.bodyRoot },
  };
  const other = { ...block, header, root: rootOf(header) };
  const state = stateOf(chain, committee, history.head.slot, other);
  const beacon = { ...history.head.header.beacon, stateRoot: state.root };
  const attestedHeader = { ...history.head.header, beacon };
  const attested = { ...history.head, header: attestedHeader, root: rootOf(attestedHeader) };
  const standard = updates.finality(attested, other);
  const update = convertUpdate(standard, {
    executionHeader: executionHeader.value,
    forkVersion: forkAt(chain, domainSlot(standard.signatureSlot))!.version,
    signers: committee(periodAt(chain, standard.signatureSlot)).pubkeys,
    chain,
  });
  return { update: encodeUpdate(update), blockHash, number };
}
