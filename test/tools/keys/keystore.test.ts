import test from 'ava';
import fc from 'fast-check';
import { createKeystore, openKeystore, parseKeystore } from '../../../tools/keys/keystore.js';
import { addressOfKey } from '../../../tools/keys/privateKey.js';

/** From the Web3 Secret Storage Definition, section "Test Vectors"; the passphrase of both is "testpassword". */
const published = {
  scrypt: {
    crypto: {
      cipher: 'aes-128-ctr',
      cipherparams: { iv: '83dbcc02d8ccb40e466191a123791e0e' },
      ciphertext: 'd172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c',
      kdf: 'scrypt',
      kdfparams: {
        dklen: 32,
        n: 262144,
        p: 8,
        r: 1,
        salt: 'ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19',
      },
      mac: '2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097',
    },
    id: '3198bc9c-6672-5ab3-d995-4942343ae5b6',
    version: 3,
  },
  pbkdf2: {
    crypto: {
      cipher: 'aes-128-ctr',
      cipherparams: { iv: '6087dab2f9fdbbfaddc31a909735c1e6' },
      ciphertext: '5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46',
      kdf: 'pbkdf2',
      kdfparams: {
        c: 262144,
        dklen: 32,
        prf: 'hmac-sha256',
        salt: 'ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd',
      },
      mac: '517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2',
    },
    id: '3198bc9c-6672-5ab3-d995-4942343ae5b6',
    version: 3,
  },
};
const secret = '7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d';
/** Enough for a test, nothing for a key. */
const cheap = { n: 2, r: 1, p: 1 };

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const open = (text: string, passphrase: string) => openKeystore(parseKeystore(text, 'it'), passphrase, 'it');

for (const [kdf, vector] of Object.entries(published)) {
  test(`the published ${kdf} keystore opens with its passphrase, and with no other`, async t => {
    const text = JSON.stringify(vector);
    t.is(hex(await open(text, 'testpassword')), secret);
    await t.throwsAsync(open(text, 'testpassworD'), { message: /passphrase does not open/ });
  });
}

const keys = fc.uint8Array({ minLength: 32, maxLength: 32 }).filter(key => addressOfKey(key) !== undefined);

test('what is put into a keystore comes out with the same passphrase, and the text tells nothing of it', async t => {
  await fc.assert(
    fc.asyncProperty(keys, fc.string({ minLength: 1, unit: 'binary' }), async (key, passphrase) => {
      const text = await createKeystore(key, passphrase, cheap);
      t.false(text.includes(hex(key)));
      t.deepEqual(await open(text, passphrase), new Uint8Array(key));
    }),
    { numRuns: 50 },
  );
});

test('another passphrase is refused, whatever it is', async t => {
  await fc.assert(
    fc.asyncProperty(keys, fc.string(), fc.string(), async (key, right, wrong) => {
      fc.pre(Buffer.compare(Buffer.from(right, 'utf8'), Buffer.from(wrong, 'utf8')) !== 0);
      const text = await createKeystore(key, right, cheap);
      await t.throwsAsync(open(text, wrong), { message: /passphrase does not open/ });
    }),
    { numRuns: 50 },
  );
});

test('a changed ciphertext, salt or MAC is refused; a changed vector or address never gives another key', async t => {
  const key = new Uint8Array(32).fill(7);
  const fields = ['ciphertext', 'mac', 'salt', 'iv', 'address'] as const;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...fields),
      fc.nat(),
      fc.integer({ min: 1, max: 15 }),
      async (field, at, mask) => {
        const text = await createKeystore(key, 'right', cheap);
        t.deepEqual(await open(text, 'right'), key);
        const changed = text.replace(
          new RegExp(`("${field}": ")([0-9a-f]+)`),
          (_, before, digits: string) => {
            const i = at % digits.length;
            const digit = (Number.parseInt(digits[i], 16) ^ mask).toString(16);
            return before + digits.slice(0, i) + digit + digits.slice(i + 1);
          },
        );
        t.not(changed, text);
        await t.throwsAsync(open(changed, 'right'));
      },
    ),
    { numRuns: 60 },
  );
});

const vector = published.scrypt;
const withParams = (params: object) =>
  JSON.stringify({
    ...vector,
    crypto: { ...vector.crypto, kdfparams: { ...vector.crypto.kdfparams, ...params } },
  });

const refused: [what: string, text: string][] = [
  ['no JSON', 'password'],
  ['an array', '[]'],
  ['null', 'null'],
  ['version 1', JSON.stringify({ ...vector, version: 1 })],
  ['another cipher', JSON.stringify({ ...vector, crypto: { ...vector.crypto, cipher: 'aes-256-gcm' } })],
  ['another derivation', JSON.stringify({ ...vector, crypto: { ...vector.crypto, kdf: 'argon2id' } })],
  ['more memory than a machine has', withParams({ n: 2 ** 22, r: 1024 })],
  ['more work than anybody waits for', withParams({ n: 2 ** 20, r: 8, p: 1024 })],
  ['an n that is no power of two', withParams({ n: 262143 })],
  ['a negative p', withParams({ p: -1 })],
  ['a short key', withParams({ dklen: 16 })],
  ['no salt', withParams({ salt: undefined })],
  ['a salt that is no hexadecimal', withParams({ salt: 'zz' })],
];
for (const [what, text] of refused) {
  test(`a keystore with ${what} is refused before any work, in one line`, t => {
    const error = t.throws(() => parseKeystore(text, 'file.json'));
    t.regex(error.message, /^file\.json is not a keystore[^\n]+$/);
  });
}
test('its untouched twin is taken', t => {
  t.is(parseKeystore(withParams({}), 'file.json').version, 3);
});

test('a keystore whose name for its members is in capitals opens as well', t => {
  const { crypto, ...rest } = vector;
  t.is(parseKeystore(JSON.stringify({ ...rest, Crypto: crypto }), 'it').crypto.kdf, 'scrypt');
});
