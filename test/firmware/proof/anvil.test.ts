/** Live answers of a client that we did not write: a chain on this machine. */

import test from 'ava';
import { wordFromNumber } from '../../../firmware/bytes/bigEndian.js';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { verifyAccount } from '../../../firmware/proof/account.js';
import { verifyWitness, type WitnessRequest } from '../../../firmware/proof/witness.js';
import { decodeWitness, encodeWitness } from '../../../firmware/proof/witnessCodec.js';
import { startChain } from '../../../host-sim/chain/anvil.js';
import { anvilBinary } from '../../../host-sim/chain/binary.js';
import { call } from '../../../host-sim/node/chain/call.js';
import { witnessOfResults } from '../../../host-sim/node/keptJson.js';

const crypto = portableCrypto();
const title =
  'eth_getProof of a live anvil: absent, zero, short and long values, and accounts that do not exist';

function missingTool(): string | undefined {
  try {
    anvilBinary();
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

const missing = missingTool();
if (missing !== undefined) {
  test(`NOT RUN, no anvil: ${title}`, t => {
    t.log(missing);
    if (process.env.HOLDFAST_REQUIRE_TOOLS) t.fail(missing);
    else t.pass();
  });
} else {
  test(title, async t => {
    const chain = await startChain();
    try {
      const ask = (method: string, params: unknown[]) => call(chain.url, method, params, 10_000);
      const holder = fromHex('0x00000000000000000000000000000000000000aa')!;
      const bare = fromHex('0x00000000000000000000000000000000000000bb')!;
      const nobody = fromHex('0x00000000000000000000000000000000000000cc')!;
      const code = Uint8Array.of(0x60, 0x00);
      const values = new Map([
        [0, wordFromNumber(1)],
        [1, new Uint8Array(32)],
        [2, new Uint8Array(32).fill(0xff)],
        [3, wordFromNumber(0x80)],
        [4, wordFromNumber(2 ** 40)],
        [77, fromHex(`0x01${'00'.repeat(31)}`)!],
      ]);
      await ask('anvil_setCode', [toHex(holder), toHex(code)]);
      await ask('anvil_setCode', [toHex(bare), toHex(code)]);
      for (const [slot, value] of values) {
        await ask('anvil_setStorageAt', [toHex(holder), toHex(wordFromNumber(slot)), toHex(value)]);
      }
      await ask('anvil_mine', ['0x3']);

      const block = (await ask('eth_getBlockByNumber', ['latest', false])) as Record<string, string>;
      const slots = [...values.keys(), 5, 1000].map(wordFromNumber);
      const codeHash = crypto.keccak256(code);
      const request: WitnessRequest = {
        blockHash: fromHex(block.hash, 32)!,
        number: Number(block.number),
        accounts: [
          { address: holder, codeHash, slots },
          { address: bare, codeHash, slots: [wordFromNumber(0)] },
          { address: nobody, slots: [wordFromNumber(0)] },
          { address: fromHex(chain.accounts[0].address)!, slots: [] },
        ],
      };
      const proofs = await Promise.all(
        request.accounts.map(account =>
          ask('eth_getProof', [toHex(account.address), account.slots.map(toHex), block.number]),
        ),
      );
      const read = witnessOfResults(request, block, proofs);
      if (read.verdict === 'rejected') return t.fail(read.evidence);
      const verdict = verifyWitness(crypto, request, read.value);
      if (verdict.verdict === 'rejected') return t.fail(verdict.evidence);
      const [held, empty, absent, rich] = verdict.value.accounts;
      for (const { slot, value } of held.slots) {
        const number = slots.findIndex(candidate => toHex(candidate) === toHex(slot));
        const expected = [...values.values()][number] ?? new Uint8Array(32);
        t.is(toHex(value), toHex(expected), toHex(slot));
      }
      t.deepEqual(empty.slots[0].value, new Uint8Array(32));
      t.true(empty.exists);
      t.false(absent.exists);
      t.deepEqual(absent.slots[0].value, new Uint8Array(32));
      const account = verifyAccount(
        crypto,
        verdict.value.stateRoot,
        rich.address,
        read.value.accounts[3].proof,
      );
      if (account.verdict === 'rejected') return t.fail(account.evidence);
      t.is(BigInt(toHex(account.value.balance)), 10_000n * 10n ** 18n);

      const bytes = encodeWitness(read.value);
      const decoded = decodeWitness(bytes);
      if (decoded.verdict === 'rejected') return t.fail(decoded.evidence);
      t.deepEqual(verifyWitness(crypto, request, decoded.value), verdict);
      t.log({ answered: JSON.stringify([block, proofs]).length, asBytes: bytes.length });

      const wrongCode = { ...request, accounts: [{ ...request.accounts[0], codeHash: new Uint8Array(32) }] };
      const one = { ...read.value, accounts: read.value.accounts.slice(0, 1) };
      const refused = verifyWitness(crypto, wrongCode, one);
      t.is(refused.verdict === 'rejected' && refused.code, 'code_mismatch');
    } finally {
      await chain.close();
    }
  });
}
