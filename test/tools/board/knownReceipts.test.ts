import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { toHex } from '../../../firmware/bytes/hex.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { receiptHash } from '../../../firmware/ledger/receipt.js';
import { greatestKnownReceipt } from '../../../tools/board/knownReceipts.js';
import { keepReceipt } from '../../../tools/board/receiptLog.js';
import { temporaryDirectory } from '../support.js';

const crypto = portableCrypto();
const [boardKey, strangersKey] = [new Uint8Array(32).fill(3), new Uint8Array(32).fill(4)];
const key = toHex(crypto.addressOf(boardKey)!);
const device = `0x${'09'.repeat(20)}`;
const domain = { chainId: 31337, verifyingContract: new Uint8Array(20).fill(9) };

function receipt(counter: number, { storeBirth = 0, signedWith = boardKey } = {}) {
  const zero = new Uint8Array(32);
  const fields = {
    ...{ storeBirth, counter, previous: zero, envelopeHash: zero, outcome: 'done' as const, code: '' },
    ...{ resultHash: zero, imageHash: zero, blockNumber: 7, blockHash: zero },
  };
  const signature = crypto.sign(receiptHash(crypto, domain, fields), signedWith);
  return { receipt: fields, signature, result: new Uint8Array(0) };
}

test('the greatest counter of this store counts that the board signed, whatever else is in the log', t => {
  const path = join(temporaryDirectory(t), 'receipts.jsonl');
  const known = (storeBirth = 0, chainId = 31337) =>
    greatestKnownReceipt(path, { chainId, device, key, storeBirth });
  t.is(known(), 0);
  for (const counter of [1, 3, 2]) keepReceipt(path, { chainId: 31337, device }, receipt(counter));
  t.is(known(), 3);
  // A stranger who could write the log must not make the board count its journal as lost.
  keepReceipt(path, { chainId: 31337, device }, receipt(9, { signedWith: strangersKey }));
  keepReceipt(path, { chainId: 1, device }, receipt(8));
  keepReceipt(path, { chainId: 31337, device }, receipt(7, { storeBirth: 1_800_000_000 }));
  appendFileSync(path, 'no receipt\n');
  t.is(known(), 3);
  t.is(known(1_800_000_000), 7);
  t.is(known(1), 0);
});
