/**
 * A change of trust after a restart. The order and the candidate are on flash in one write, the adoption is one write of
 * the identity, the receipt is the third: a cut between any two is gone on from here, and the board is under the old
 * trust whole or under the new one whole.
 */

import { encodeParams } from '../app/params.js';
import { equal } from '../bytes/equal.js';
import { TRUST_ACTION } from '../command/trustOrder.js';
import { StoreKey } from '../ledger/keys.js';
import type { Ledger } from '../ledger/ledger.js';
import type { PublishedReceipt } from '../ledger/receiptWire.js';
import type { Crypto } from '../port/crypto.js';
import { candidateRecords, storedCandidate, type TrustKeeper } from './candidate.js';

/**
 * Ends a change of trust that was under way, with its receipt where one is due. To be called once at the start, and
 * before an operation begins anew: floors and clock of the old trust go with it.
 */
export function settleTrust(options: {
  crypto: Crypto;
  keeper: TrustKeeper;
  ledger: Ledger;
}): PublishedReceipt | undefined {
  const { crypto, keeper, ledger } = options;
  const candidate = storedCandidate(key => ledger.read(key));
  const inFlight = ledger.inFlight();
  const interrupted = inFlight?.action === TRUST_ACTION ? inFlight : undefined;
  if (!candidate) return undefined;
  const hash = crypto.keccak256(candidate.configuration);
  if (interrupted) keeper.adoptTrust(candidate.configuration, candidate.ownership);
  const adopted = equal(keeper.configurationHash, hash);
  const records = [
    ...candidateRecords(undefined),
    ...(adopted ? ([[StoreKey.floors, undefined]] as const) : []),
  ];
  if (!interrupted) {
    ledger.commit({ records });
    return undefined;
  }
  const { block, envelopeHash, sequence } = interrupted;
  const result = encodeParams({ trustConfiguration: hash });
  return ledger.commit({
    inFlight: 'none',
    records,
    statement: { envelopeHash, sequence, block, outcome: 'done', code: '', result },
  });
}
