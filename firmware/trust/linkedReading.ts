/**
 * Linked contracts, read at one block: an account, then the accounts that its proven words name, as the Device names
 * its Fleet and its channel. A right guess of the names saves the second question; a wrong one costs nothing but a
 * question.
 */

import { equal } from '../bytes/equal.js';
import { accepted, type TrustCause, type Verdict } from '../bytes/verdict.js';
import type { AccountRequest, ProvenAccount, ProvenState } from '../proof/witness.js';
import type { BlockReader } from './chainReader.js';
import type { TrustedBlock, TrustedHead } from './level.js';

/** Proven accounts that are linked. */
export interface LinkedReading {
  head: TrustedHead;
  stateRoot: Uint8Array;
  /** The first account, then the accounts that it names. */
  accounts: readonly ProvenAccount[];
}

/** The words of an account in the order in which its slots were asked for. */
export const wordsOf = (account: ProvenAccount): Uint8Array[] => account.slots.map(slot => slot.value);

/**
 * Reads `first` and then the accounts that `linked` makes of its words, all at `block`.
 *
 * @param linked the accounts that the words of the first account name, in the order of its slots
 * @param guess the same accounts as they are expected to be; compared by address
 */
export async function readLinked(
  reader: BlockReader,
  block: TrustedBlock,
  first: AccountRequest,
  linked: (words: readonly Uint8Array[]) => AccountRequest[],
  guess: readonly AccountRequest[],
): Promise<Verdict<LinkedReading, never, TrustCause | 'no_witness'>> {
  const reading = await reader.read(block, [first, ...guess]);
  if (reading.verdict === 'undetermined') return reading;
  const { head, state } = reading.value;
  const named = linked(wordsOf(state.accounts[0]));
  const right =
    named.length === guess.length && named.every((account, i) => equal(account.address, guess[i].address));
  if (right) return accepted(result(head, state, state.accounts));
  const rest = await reader.read(block, named);
  if (rest.verdict === 'undetermined') return rest;
  return accepted(result(head, state, [state.accounts[0], ...rest.value.state.accounts]));
}

const result = (
  head: TrustedHead,
  state: ProvenState,
  accounts: readonly ProvenAccount[],
): LinkedReading => ({
  head,
  stateRoot: state.stateRoot,
  accounts,
});
