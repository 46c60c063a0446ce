/**
 * The attacks by endpoints that the protocol's table of verdicts names, ready to be set. The folder rpc/ has them
 * with parameters, and more.
 */
import { changeHeaderField, forgeBlock } from './header.js';
import { answerNonsense } from './nonsense.js';
import { changeAccountProof, changeStorageProof, olderWitness, otherAccount, otherSlot } from './proof.js';

export type { RpcMutation } from './proxy.js';

/** One bit of the state root; the block keeps its hash. */
export const flippedHeader = changeHeaderField();
/** One bit of the last node of the account's proof. */
export const flippedAccountProof = changeAccountProof();
/** One bit of the last node of each slot's proof. */
export const flippedStorageProof = changeStorageProof();
/** True proofs of slots that were not asked for. */
export const anotherSlot = otherSlot(false);
/** A true proof of an account that was not asked for. */
export const anotherAccount = otherAccount(false);
/** A true witness of the block before. */
export const olderBlock = olderWitness();
/** An object that is no proof at all. */
export const nonsense = answerNonsense('emptyObject', /^eth_getProof$/);
/** A block that only this endpoint knows, at the number that was asked for; its hash is right for its header. */
export const anotherHash = forgeBlock();
