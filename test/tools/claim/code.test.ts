import test from 'ava';
import fc from 'fast-check';
import { concat, keccak256, stringToBytes } from 'viem';
import { privateKeyToAddress } from 'viem/accounts';
import { CLAIM_SECRET_BYTES, claimCode, NotAClaimCode, readClaimCode } from '../../../tools/claim/code.js';
import { claimKeyOf, newClaimSecret } from '../../../tools/claim/key.js';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const secrets = fc
  .array(fc.integer({ min: 0, max: 255 }), { minLength: CLAIM_SECRET_BYTES, maxLength: CLAIM_SECRET_BYTES })
  .map(bytes => new Uint8Array(bytes));
/** The place of a sign in a code, dashes left out of the count. */
const places = fc.integer({ min: 0, max: 34 });
const at = (place: number) => place + Math.floor(place / 5);

test('a code gives its secret back, whatever its case, its dashes and its look-alikes', t => {
  fc.assert(
    fc.property(secrets, secret => {
      const code = claimCode(secret);
      t.regex(code, /^([0-9A-HJKMNP-TV-Z]{5}-){6}[0-9A-HJKMNP-TV-Z]{5}$/);
      const typed = [
        code,
        code.toLowerCase(),
        code.replaceAll('-', ''),
        ` ${code.replaceAll('-', ' ')}\n`,
        code.replaceAll('0', 'O').replaceAll('1', 'l'),
      ];
      for (const text of typed) t.deepEqual(readClaimCode(text), secret);
    }),
  );
});

test('a single wrong sign is named by its group, wherever it stands and whatever it is', t => {
  fc.assert(
    fc.property(secrets, places, fc.integer({ min: 1, max: 31 }), (secret, place, shift) => {
      const code = claimCode(secret);
      const sign = ALPHABET[(ALPHABET.indexOf(code[at(place)]) + shift) % 32];
      const mistyped = code.slice(0, at(place)) + sign + code.slice(at(place) + 1);
      const group = Math.floor(place / 5);
      t.throws(() => readClaimCode(mistyped), {
        instanceOf: NotAClaimCode,
        message: `group ${group + 1} (${mistyped.split('-')[group]}) is mistyped`,
      });
    }),
  );
});

test('two neighbours that were exchanged, and two groups in each other’s place, are named', t => {
  fc.assert(
    fc.property(
      secrets,
      fc.integer({ min: 0, max: 5 }),
      fc.integer({ min: 0, max: 3 }),
      (secret, first, place) => {
        const groups = claimCode(secret).split('-');
        const [a, b] = [groups[first], groups[first + 1]];
        const swapped = groups.with(first, b).with(first + 1, a);
        if (a !== b) t.throws(() => readClaimCode(swapped.join('-')), { message: /stand in each other/ });
        const signs = [...a];
        [signs[place], signs[place + 1]] = [signs[place + 1], signs[place]];
        const exchanged = groups.with(first, signs.join(''));
        if (signs.join('') !== a) {
          t.throws(() => readClaimCode(exchanged.join('-')), { message: new RegExp(`^group ${first + 1} `) });
        }
      },
    ),
  );
});

test('what is no code at all is refused with the reason, and none of it is repeated but a group', t => {
  const code = claimCode(new Uint8Array(16).fill(7));
  const refused: [string, RegExp][] = [
    ['', /^it has 0 signs, 35 are needed$/],
    [code.slice(0, -1), /^group 7 has 4 signs, 5 are needed$/],
    [code.replaceAll('-', '').slice(1), /^it has 34 signs/],
    [`${code}-AAAAA`, /^it has 40 signs/],
    [code.replace(/^./, 'U'), /^group 1 holds a sign that no code has$/],
    [code.replace(/^./, '!'), /^group 1 holds a sign that no code has$/],
  ];
  for (const [text, message] of refused)
    t.throws(() => readClaimCode(text), { instanceOf: NotAClaimCode, message });
  t.deepEqual(readClaimCode(code), new Uint8Array(16).fill(7));
});

test('groups of two codes never make a third one', t => {
  fc.assert(
    fc.property(secrets, secrets, fc.integer({ min: 1, max: 6 }), (one, other, cut) => {
      const mixed = [
        ...claimCode(one).split('-').slice(0, cut),
        ...claimCode(other).split('-').slice(cut),
      ].join('-');
      if (mixed === claimCode(one) || mixed === claimCode(other)) return;
      // Twelve bits let one mixture of 4096 through, as another secret: never as one of the two.
      try {
        const read = readClaimCode(mixed);
        t.notDeepEqual(read, one);
        t.notDeepEqual(read, other);
      } catch (error) {
        t.true(error instanceof NotAClaimCode);
      }
    }),
  );
});

test('the key of a secret is the same for ever, another for each secret, and what the words beside it say', t => {
  t.not(claimKeyOf(newClaimSecret()).address, claimKeyOf(newClaimSecret()).address);
  const frozen = claimKeyOf(new Uint8Array(16));
  t.is(claimCode(new Uint8Array(16)), '00001-00002-00003-00004-00005-00006-020EB');
  t.is(frozen.address, '0xf60d904d27aff9042f367fbc4f8fc0e0eba36efd');
  const hashed = keccak256(concat([stringToBytes('Holdfast claim key'), new Uint8Array(17)]));
  t.deepEqual(frozen, { privateKey: hashed, address: privateKeyToAddress(hashed).toLowerCase() });
});
