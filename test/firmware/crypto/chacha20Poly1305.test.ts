/** The AEAD of RFC 8439, against its vectors and against noble; inside XS these are the native functions. */
import { chacha20poly1305 } from '@noble/ciphers/chacha';
import test from 'ava';
import fc from 'fast-check';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { chacha20 } from '../../../firmware/crypto/chacha20.js';
import { Poly1305 } from '../../../firmware/crypto/poly1305.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { poly1305Edges } from './poly1305Edges.js';

const crypto = portableCrypto();
const bytes = (text: string) => fromHex(`0x${text.replace(/\s/g, '')}`)!;
const ascii = (text: string) => Uint8Array.from(text, character => character.charCodeAt(0));
const sized = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

const sunscreen = ascii(
  "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.",
);

test('RFC 8439, 2.4.2: the stream of ChaCha20', t => {
  const text = Uint8Array.from(sunscreen);
  const key = Uint8Array.from({ length: 32 }, (_, i) => i);
  const nonce = bytes('000000000000004a00000000');
  chacha20(new DataView(key.buffer), new DataView(nonce.buffer as ArrayBuffer), 1, text);
  t.is(
    toHex(text),
    `0x6e2e359a2568f98041ba0728dd0d6981e97e7aec1d4360c20a27afccfd9fae0bf91b65c5524733ab8f593dabcd62b357
       1639d624e65152ab8f530c359f0861d807ca0dbf500d6a6156a38e088a22b65e52bc514d16ccf806818ce91ab7793736
       5af90bbf74a35be6b40b8eedf2785e42874d`.replace(/\s/g, ''),
  );
});

test('RFC 8439, A.3: where the last reduction of Poly1305 is needed, and where it borrows', t => {
  for (const { key, text, tag } of poly1305Edges) {
    const code = new Poly1305(bytes(key));
    code.update(bytes(text));
    t.is(toHex(code.digest()), `0x${tag}`, text);
  }
});

test('RFC 8439, 2.8.2: the text, its associated bytes and its tag', t => {
  const key = Uint8Array.from({ length: 32 }, (_, i) => 0x80 + i);
  const nonce = bytes('070000004041424344454647');
  const associated = bytes('50515253c0c1c2c3c4c5c6c7');
  const encrypted = crypto.encrypt(key, nonce, associated, sunscreen);
  t.is(
    toHex(encrypted),
    `0xd31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d63dbea45e8ca9671282fafb69da92728b
       1a71de0a9e060b2905d6a5b67ecd3b3692ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc
       3ff4def08e4b7a9de576d26586cec64b61161ae10b594f09e26a7e902ecbd0600691`.replace(/\s/g, ''),
  );
  t.deepEqual(crypto.decrypt(key, nonce, associated, encrypted), sunscreen);
});

test('RFC 8439, A.5: what somebody else encrypted', t => {
  const key = bytes('1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0');
  const encrypted = bytes(
    `64a0861575861af460f062c79be643bd5e805cfd345cf389f108670ac76c8cb24c6cfc18755d43eea09ee94e382d26b0bdb7b73c321b0100
     d4f03b7f355894cf332f830e710b97ce98c8a84abd0b948114ad176e008d33bd60f982b1ff37c8559797a06ef4f0ef61c186324e2b350638
     3606907b6a7c02b0f9f6157b53c867e4b9166c767b804d46a59b5216cde7a4e99040c5a40433225ee282a1b0a06c523eaf4534d7f83fa115
     5b0047718cbc546a0d072b04b3564eea1b422273f548271a0bb2316053fa76991955ebd63159434ecebb4e466dae5a1073a6727627097a10
     49e617d91d361094fa68f0ff77987130305beaba2eda04df997b714d6c6f2c29a6ad5cb4022b02709beead9d67890cbb22392336fea1851f38`,
  );
  const plain = crypto.decrypt(
    key,
    bytes('000000000102030405060708'),
    bytes('f33388860000000000004e91'),
    encrypted,
  )!;
  const text = String.fromCharCode(...plain);
  t.true(text.startsWith('Internet-Drafts are draft documents valid for a maximum of six months'), text);
  t.is(plain.length, 265);
});

test('every length up to three blocks encrypts as noble does, and decrypts', t => {
  const key = new Uint8Array(32).fill(7);
  const nonce = new Uint8Array(12).fill(9);
  for (let length = 0; length < 200; length++) {
    const plain = Uint8Array.from({ length }, (_, i) => i ^ length);
    const associated = plain.subarray(length >> 1);
    const encrypted = crypto.encrypt(key, nonce, associated, plain);
    t.deepEqual(encrypted, chacha20poly1305(key, nonce, associated).encrypt(plain), `${length} bytes`);
    t.deepEqual(crypto.decrypt(key, nonce, associated, encrypted), plain, `${length} bytes`);
  }
});

test('any key, nonce, associated bytes and text, at any offset of its buffer, encrypt as with noble', t => {
  fc.assert(
    fc.property(
      sized(32),
      sized(12),
      fc.uint8Array({ maxLength: 100 }),
      fc.uint8Array({ maxLength: 1500 }),
      fc.nat(5),
      (key, nonce, associated, text, skip) => {
        const plain = text.subarray(skip);
        const before = Uint8Array.from(plain);
        const encrypted = crypto.encrypt(key, nonce, associated, plain);
        t.deepEqual(encrypted, chacha20poly1305(key, nonce, associated).encrypt(Uint8Array.from(plain)));
        t.deepEqual(crypto.decrypt(key, nonce, associated, encrypted), before);
        t.deepEqual(plain, before, 'the text stays as it was');
      },
    ),
    { numRuns: 300 },
  );
});

test('any bit flipped anywhere is noticed, while the untouched twin decrypts', t => {
  fc.assert(
    fc.property(
      fc.tuple(
        sized(32),
        sized(12),
        fc.uint8Array({ minLength: 1, maxLength: 40 }),
        fc.uint8Array({ minLength: 1, maxLength: 80 }),
      ),
      fc.nat(3),
      fc.nat(),
      ([key, nonce, associated, plain], which, at) => {
        const given = [key, nonce, associated, crypto.encrypt(key, nonce, associated, plain)] as const;
        t.deepEqual(crypto.decrypt(...given), plain);
        const changed = given[which];
        const bit = at % (8 * changed.length);
        changed[bit >> 3] ^= 1 << (bit & 7);
        t.is(crypto.decrypt(...given), undefined);
      },
    ),
    { numRuns: 300 },
  );
});

test('what is shorter than a tag is nothing, and wrong lengths of key or nonce are misuse', t => {
  const key = new Uint8Array(32);
  const nonce = new Uint8Array(12);
  const none = new Uint8Array(0);
  for (let length = 0; length < 16; length++)
    t.is(crypto.decrypt(key, nonce, none, new Uint8Array(length)), undefined);
  for (const [wrongKey, wrongNonce] of [
    [key.subarray(1), nonce],
    [key, nonce.subarray(1)],
    [new Uint8Array(33), nonce],
    [key, new Uint8Array(24)],
  ]) {
    t.throws(() => crypto.encrypt(wrongKey, wrongNonce, none, none));
    t.throws(() => crypto.decrypt(wrongKey, wrongNonce, none, new Uint8Array(16)));
  }
  t.deepEqual(crypto.decrypt(key, nonce, none, crypto.encrypt(key, nonce, none, none)), none);
});
