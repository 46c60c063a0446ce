import test from 'ava';
import fc from 'fast-check';
import {
  checkImage,
  encodeImage,
  headerLength,
  IMAGE_BYTES_MAX,
  parseHeader,
} from '../../../firmware/store/imageHeader.js';

const bytes = (constraints: fc.IntArrayConstraints) => fc.uint8Array(constraints);
const image = fc.record({
  version: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  hardware: bytes({ minLength: 32, maxLength: 32 }),
  body: bytes({ minLength: 1, maxLength: 9000 }),
});
const check = (bytes: Uint8Array, size = bytes.length) =>
  checkImage((offset, length) => bytes.slice(offset, offset + length), size);

test('an encoded image is read back as it was meant, alone or in a larger partition', t => {
  fc.assert(
    fc.property(image, bytes({ maxLength: 200 }), ({ version, hardware, body }, rest) => {
      const encoded = encodeImage(version, hardware, body);
      for (const bytes of [encoded, new Uint8Array([...encoded, ...rest])]) {
        const verdict = check(bytes);
        if (verdict.verdict !== 'accepted') return t.fail(verdict.evidence);
        t.is(verdict.value.version, version);
        t.deepEqual(verdict.value.hardware, hardware);
        t.is(verdict.value.length, headerLength + body.length);
        t.deepEqual(encoded.slice(headerLength), body);
      }
    }),
    { numRuns: 50 },
  );
});

test('a changed byte anywhere makes an image malformed; the untouched twin is whole', t => {
  const encoded = encodeImage(7, new Uint8Array(32).fill(9), new Uint8Array(500).fill(65));
  t.is(check(encoded).verdict, 'accepted');
  for (let at = 0; at < encoded.length; at++) {
    const changed = encoded.slice();
    changed[at] ^= 1 << (at % 8);
    t.is(check(changed).verdict, 'rejected', `byte ${at}`);
  }
});

test('an image cut short is malformed at every length', t => {
  const encoded = encodeImage(7, new Uint8Array(32), new Uint8Array(100).fill(65));
  for (let length = 0; length < encoded.length; length++) {
    t.is(check(encoded.slice(0, length)).verdict, 'rejected', `${length} bytes`);
    const erased = new Uint8Array(encoded.length).fill(255);
    erased.set(encoded.slice(0, length));
    t.is(check(erased).verdict, 'rejected', `${length} bytes, then erased flash`);
  }
});

test('no bytes make the parser throw', t => {
  fc.assert(fc.property(bytes({ maxLength: 200 }), data => void check(data)));
  t.is(parseHeader(new Uint8Array(0)).verdict, 'rejected');
});

test('what the format cannot hold is refused when it is encoded', t => {
  const hardware = new Uint8Array(32);
  const body = new Uint8Array(1);
  t.throws(() => encodeImage(0, hardware, body), { instanceOf: RangeError });
  t.throws(() => encodeImage(2 ** 32, hardware, body), { instanceOf: RangeError });
  t.throws(() => encodeImage(1, new Uint8Array(31), body), { instanceOf: RangeError });
  t.throws(() => encodeImage(1, hardware, new Uint8Array(0)), { instanceOf: RangeError });
  t.throws(() => encodeImage(1, hardware, new Uint8Array(IMAGE_BYTES_MAX)), { instanceOf: RangeError });
});
