/** The identity and the journal of a board, opened together: the journal's codes are made with a key of the identity. */

import { encodeRecord } from '../bytes/record.js';
import { AuthenticJournal } from '../ledger/authenticJournal.js';
import { movesTheCount, StoreKey } from '../ledger/keys.js';
import type { Crypto } from '../port/crypto.js';
import type { Entropy } from '../port/entropy.js';
import type { Flash } from '../port/flash.js';
import { FlashCounter } from '../store/counter.js';
import { type Journal, openJournal } from '../store/journal.js';
import { parseLine } from '../update/progress.js';
import { Identity } from './identity.js';

/** All that a board keeps in flash, beside its images. */
export interface BoardStore {
  identity: Identity;
  journal: Journal;
}

/**
 * Opens identity and journal; on a blank board, makes them. Undefined when the identity cannot be read: such a board
 * obeys nobody until a person at the console erases it.
 */
export function openStore(options: {
  crypto: Crypto;
  entropy: Entropy;
  flash: Flash;
}): BoardStore | undefined {
  const { crypto, flash } = options;
  const raw = openJournal(flash.open('journal'));
  const counter = new FlashCounter(flash.open('counter'));
  const authentic = (key: Uint8Array, adopt: boolean) =>
    new AuthenticJournal({ journal: raw, counter, crypto, key, counts: movesTheCount, adopt });
  let begun: Journal | undefined;
  const identity = Identity.open({
    ...options,
    // The journal is begun before the identity is stored: an identity whose journal has no birth has lost its journal.
    // Records of an identity that this board had before cannot be read with the new key, and are replaced.
    onMade: key => {
      begun = authentic(key, false);
      begun.put([[StoreKey.birth, encodeRecord([0])]]);
    },
  });
  if (!identity) return undefined;
  if (begun) return { identity, journal: begun };
  const { adopted, key } = identity.journalKey(options.entropy);
  const journal = authentic(key, !adopted);
  if (!adopted) identity.adoptJournal();
  // Older firmware kept channel and floor in the journal.
  const line = identity.line ? undefined : parseLine(journal.get(StoreKey.channel));
  if (line) identity.line = line;
  return { identity, journal };
}
