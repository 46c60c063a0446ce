import { crc32 as zlibCrc32 } from 'node:zlib';
import test from 'ava';
import fc from 'fast-check';
import { crc32, crcBegin, crcEnd, crcUpdate } from '../../../firmware/bytes/crc32.js';

test('the check value of the CRC catalogue', t => {
  t.is(crc32(new TextEncoder().encode('123456789')), 0xcbf43926);
  t.is(crc32(new Uint8Array(0)), 0);
});

test('in pieces it is the same', t => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
      return crcEnd(crcUpdate(crcUpdate(crcBegin, a), b)) === crc32(Uint8Array.of(...a, ...b));
    }),
  );
  t.pass();
});

test("it is zlib's", t => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), bytes => crc32(bytes) === zlibCrc32(bytes)));
  t.pass();
});
