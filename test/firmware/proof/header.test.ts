import { RLP } from '@ethereumjs/rlp';
import test from 'ava';
import { fromHex } from '../../../firmware/bytes/hex.js';
import { decodeHeader } from '../../../firmware/proof/header.js';
import { headerOfBlock } from '../../../host-sim/node/keptJson.js';

import { blockJson, encodeHeader } from './stateFixture.js';

const stateRoot = new Uint8Array(32).fill(0xab);
const good = encodeHeader({ number: 5, timestamp: 6, stateRoot });

test('parent, number, timestamp and state root are read', t => {
  const parentHash = new Uint8Array(32).fill(1);
  const value = { parentHash, number: 5, timestamp: 6, stateRoot };
  t.deepEqual(decodeHeader(good), { verdict: 'accepted', value });
});

test('a field of another shape makes it malformed, whichever field', t => {
  const fields = RLP.decode(good) as Uint8Array[];
  t.is(fields.length, 21);
  for (let i = 0; i < fields.length; i++) {
    const replaced = (item: Uint8Array | Uint8Array[]) =>
      RLP.encode(fields.map((field, k) => (k === i ? item : field)));
    t.is(decodeHeader(replaced(fields[i])).verdict, 'accepted');
    t.is(decodeHeader(replaced([])).verdict, 'rejected', `field ${i} as a list`);
    if (i === 12) continue; // extra data is free in form
    t.is(decodeHeader(replaced(new Uint8Array(33))).verdict, 'rejected', `field ${i} too long`);
  }
  for (const i of [7, 8, 9, 10, 11, 15, 17, 18]) {
    const padded = fields.map((field, k) => (k === i ? Uint8Array.of(0, 1) : field));
    t.is(decodeHeader(RLP.encode(padded)).verdict, 'rejected', `field ${i} with a leading zero`);
  }
  t.is(decodeHeader(RLP.encode(fields.slice(0, 15))).verdict, 'accepted');
  t.is(decodeHeader(RLP.encode(fields.slice(0, 14))).verdict, 'rejected');
});

test('a number or timestamp that a JavaScript number cannot hold is refused', t => {
  for (const i of [8, 11]) {
    const fields = RLP.decode(good) as Uint8Array[];
    fields[i] = fromHex('0x1fffffffffffff')!;
    t.is(decodeHeader(RLP.encode(fields)).verdict, 'accepted');
    fields[i] = fromHex('0x20000000000000')!;
    t.is(decodeHeader(RLP.encode(fields)).verdict, 'rejected');
  }
});

test('a block as JSON becomes the header it was made from, of every fork', t => {
  const later = encodeHeader({ number: 5, timestamp: 6, stateRoot }, [
    new Uint8Array(32).fill(9),
    Uint8Array.of(77),
  ]);
  const fields = RLP.decode(later) as Uint8Array[];
  for (const count of [15, 16, 17, 20, 21, 22, 23]) {
    const header = RLP.encode(fields.slice(0, count));
    t.deepEqual(headerOfBlock(blockJson(header)), { verdict: 'accepted', value: header }, `${count} fields`);
  }
});

test('an absent field may also be null, but none may follow it', t => {
  const block = blockJson(RLP.encode((RLP.decode(good) as Uint8Array[]).slice(0, 16)));
  t.is(headerOfBlock({ ...block, withdrawalsRoot: null }).verdict, 'accepted');
  t.is(headerOfBlock({ ...block, blobGasUsed: '0x0' }).verdict, 'rejected');
});

test('JSON that is no block is malformed', t => {
  const block = blockJson(good);
  for (const bad of [undefined, null, 5, 'x', [], {}, { ...block, parentHash: 7 }]) {
    t.is(headerOfBlock(bad).verdict, 'rejected');
  }
  for (const name of Object.keys(block).slice(0, 21)) {
    for (const value of [
      '',
      '0x',
      '0xzz',
      '0x0g',
      5,
      {},
      [],
      `0x${'ff'.repeat(300)}`,
      `0x${'1'.repeat(5000)}`,
    ]) {
      const verdict = headerOfBlock({ ...block, [name]: value });
      const isExtraData = name === 'extraData' && typeof value === 'string' && fromHex(value) !== undefined;
      if (!isExtraData || value.length > 2050)
        t.is(verdict.verdict, 'rejected', `${name}: ${String(value).slice(0, 20)}`);
    }
  }
  t.is(headerOfBlock(block).verdict, 'accepted');
});
