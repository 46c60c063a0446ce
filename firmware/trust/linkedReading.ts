/**
 * Linked contracts, read at one block: an account, then the accounts that its proven words name, as the Device names
 * its Fleet and its channel. A right guess of the names saves the second question; a wrong one costs nothing but a
 * question.
 */

import { equal } from '../bytes/equal.js';
import { accepted, type TrustCause, type Verdict } from '../bytes/verdict.js';
import type { AccountRequest, ProvenAccount } from '../proof/witness.js';
import type { BlockReader, Reading } from './chainReader.js';
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
export function readLinked(
  reader: BlockReader,
  block: TrustedBlock,
  first: AccountRequest,
  linked: (words: readonly Uint8Array[]) => AccountRequest[],
  guess: readonly AccountRequest[],
): Promise<Verdict<LinkedReading, never, TrustCause | 'no_witness'>> {
  // Not an async function: see rpc/client.ts.
  return reader.read(block, [first, ...guess]).then(reading => {
    if (reading.verdict === 'undetermined') return reading;
    const { accounts } = reading.value.state;
    const named = linked(wordsOf(accounts[0]));
    return isGuessed(named, guess)
      ? accepted(result(reading.value, accounts))
      : readRest(reader, block, reading.value, named);
  });
}

const isGuessed = (named: readonly AccountRequest[], guess: readonly AccountRequest[]): boolean =>
  named.length === guess.length && named.every((account, i) => equal(account.address, guess[i].address));

async function readRest(
  reader: BlockReader,
  block: TrustedBlock,
  first: Reading,
  named: AccountRequest[],
): Promise<Verdict<LinkedReading, never, TrustCause | 'no_witness'>> {
  const rest = await reader.read(block, named);
  if (rest.verdict === 'undetermined') return rest;
  return accepted(result(first, [first.state.accounts[0], ...rest.value.state.accounts]));
}

const result = ({ head, state }: Reading, accounts: readonly ProvenAccount[]): LinkedReading => ({
  head,
  stateRoot: state.stateRoot,
  accounts,
});
