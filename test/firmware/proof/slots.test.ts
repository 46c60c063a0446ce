import { keccak_256 } from '@noble/hashes/sha3.js';
import test from 'ava';
import fc from 'fast-check';
import { encodeAbiParameters, keccak256, toHex as viemToHex } from 'viem';
import { wordFromNumber } from '../../../firmware/bytes/bigEndian.js';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { mappingSlot, readVariable, slotKey } from '../../../firmware/proof/slots.js';

const crypto = portableCrypto();

test('packed variables are read from the low-order end, and neighbours do not matter', t => {
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 32, maxLength: 32 }),
      fc.nat(2 ** 32 - 1),
      fc.boolean(),
      (word, number, flag) => {
        word.set(wordFromNumber(number).subarray(28), 32 - 21 - 4);
        word[32 - 20 - 1] = flag ? 1 : 0;
        t.is(readVariable(word, { slot: 0, offset: 21, bytes: 4, type: 'uint32' }), number);
        t.is(readVariable(word, { slot: 0, offset: 20, bytes: 1, type: 'bool' }), flag);
        t.deepEqual(readVariable(word, { slot: 0, offset: 0, bytes: 20, type: 'address' }), word.slice(12));
        t.deepEqual(readVariable(word, { slot: 0, offset: 0, bytes: 32, type: 'bytes32' }), word);
      },
    ),
  );
});

test('what no honest word holds is undefined, each beside one that does', t => {
  const word = new Uint8Array(32);
  const bool = { slot: 0, offset: 3, bytes: 1, type: 'bool' } as const;
  word[28] = 2;
  t.is(readVariable(word, bool), undefined);
  word[28] = 1;
  t.is(readVariable(word, bool), true);
  const counter = { slot: 0, offset: 8, bytes: 8, type: 'uint64' } as const;
  word.set(fromHex('0x0020000000000000')!, 16);
  t.is(readVariable(word, counter), undefined);
  word.set(fromHex('0x001fffffffffffff')!, 16);
  t.is(readVariable(word, counter), Number.MAX_SAFE_INTEGER);
  t.is(readVariable(word, { slot: 0, offset: 3, bytes: 1, type: 'enum' }), 1);
});

test('a variable that lies in no single word is misuse', t => {
  const word = new Uint8Array(32);
  t.throws(() => readVariable(word, { slot: 0, offset: 0, bytes: 32, type: 'mapping' }), {
    instanceOf: RangeError,
  });
  t.throws(() => readVariable(word, { slot: 0, offset: 13, bytes: 20, type: 'address' }), {
    instanceOf: RangeError,
  });
  t.throws(() => readVariable(word.subarray(1), { slot: 0, offset: 0, bytes: 1, type: 'bool' }), {
    instanceOf: RangeError,
  });
});

test('the slot of a mapping entry is where Solidity puts it', t => {
  fc.assert(
    fc.property(fc.nat(1000), fc.uint8Array({ minLength: 20, maxLength: 20 }), (slot, key) => {
      const expected = keccak256(
        encodeAbiParameters([{ type: 'address' }, { type: 'uint256' }], [viemToHex(key), BigInt(slot)]),
      );
      t.is(toHex(mappingSlot(crypto, slotKey(slot), key)), expected);
    }),
  );
  const digest = keccak_256(new Uint8Array(1));
  const expected = keccak256(
    encodeAbiParameters([{ type: 'bytes32' }, { type: 'uint256' }], [viemToHex(digest), 7n]),
  );
  t.is(toHex(mappingSlot(crypto, slotKey(7), digest)), expected);
});
