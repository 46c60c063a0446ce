import { RLP } from '@ethereumjs/rlp';
import test from 'ava';
import fc from 'fast-check';
import { wordFromBytes } from '../../../firmware/bytes/bigEndian.js';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { decodeAccount } from '../../../firmware/proof/account.js';
import { decodeSlotValue } from '../../../firmware/proof/storage.js';

test('a storage leaf is one canonical integer of at most 32 bytes', t => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 256n - 1n }), value => {
      const word = decodeSlotValue(RLP.encode(value));
      t.is(BigInt(toHex(word!)), value);
    }),
  );
  for (const bad of [
    '0x',
    '0x00',
    '0x820001',
    '0xc0',
    '0xc101',
    '0x8101',
    '0x0101',
    '0x82ff',
    `0xa1${'ff'.repeat(33)}`,
    `0xa0${'00'.repeat(32)}`,
  ]) {
    t.is(decodeSlotValue(fromHex(bad)!), undefined, bad);
  }
});

test('an account leaf has four fields of the right shape, each wrong one beside a right one', t => {
  const hash = (fill: number) => new Uint8Array(32).fill(fill);
  const one = Uint8Array.of(1);
  const decode = (...fields: (Uint8Array | Uint8Array[])[]) => decodeAccount(RLP.encode(fields));
  const good = decode(one, one, hash(1), hash(2));
  t.deepEqual(good, { exists: true, nonce: one, balance: one, storageRoot: hash(1), codeHash: hash(2) });
  t.truthy(decode(new Uint8Array(8).fill(1), hash(9), hash(1), hash(2)));
  t.is(decode(new Uint8Array(9).fill(1), one, hash(1), hash(2)), undefined);
  t.is(decode(one, new Uint8Array(33).fill(1), hash(1), hash(2)), undefined);
  t.is(decode(Uint8Array.of(0, 1), one, hash(1), hash(2)), undefined);
  t.is(decode(one, Uint8Array.of(0), hash(1), hash(2)), undefined);
  t.is(decode(one, one, hash(1).subarray(1), hash(2)), undefined);
  t.is(decode(one, one, hash(1), wordFromBytes(one).subarray(1)), undefined);
  t.is(decode(one, one, [one], hash(2)), undefined);
  t.is(decode(one, one, hash(1)), undefined);
  t.is(decode(one, one, hash(1), hash(2), one), undefined);
  t.is(decodeAccount(new Uint8Array()), undefined);
  t.is(decodeAccount(Uint8Array.from([...RLP.encode([one, one, hash(1), hash(2)]), 0])), undefined);
});
