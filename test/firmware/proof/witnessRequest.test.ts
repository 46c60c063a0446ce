import test from 'ava';
import fc from 'fast-check';
import { encodeRecord } from '../../../firmware/bytes/record.js';
import { ACCOUNTS_MAX, SLOTS_MAX } from '../../../firmware/proof/limits.js';
import type { WitnessRequest } from '../../../firmware/proof/witness.js';
import {
  decodeWitnessRequest,
  encodeWitnessRequest,
  WITNESS_REQUEST_BYTES_MAX,
  type WitnessQuestion,
} from '../../../firmware/proof/witnessRequest.js';

const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });

const account = fc
  .record({
    address: bytes(20),
    codeHash: fc.option(bytes(32), { nil: undefined }),
    slots: fc.array(bytes(32), { maxLength: 8 }),
  })
  .map(({ address, codeHash, slots }) => ({ address, ...(codeHash && { codeHash }), slots }));

const known = fc
  .record({ account, storageRoot: fc.option(bytes(32), { nil: undefined }) })
  .map(({ account, storageRoot }) => ({
    ...account,
    ...(storageRoot && { before: { storageRoot, slots: [] } }),
  }));

const block = { blockHash: bytes(32), number: fc.maxSafeNat() };

const request: fc.Arbitrary<WitnessQuestion> = fc.oneof(
  fc.record({ ...block, accounts: fc.array(account, { maxLength: ACCOUNTS_MAX }) }),
  fc.record({
    ...block,
    isBare: fc.constant(true as const),
    accounts: fc.array(known, { maxLength: ACCOUNTS_MAX }),
  }),
);

test('a request is the same after it travelled, within its limit, and a plain record to others', t => {
  fc.assert(
    fc.property(request, asked => {
      const encoded = encodeWitnessRequest(asked);
      t.true(encoded.length <= WITNESS_REQUEST_BYTES_MAX);
      t.deepEqual(decodeWitnessRequest(encoded), { verdict: 'accepted', value: asked });
      const { accounts, blockHash, isBare, number } = asked;
      const none = new Uint8Array(0);
      const fields = accounts.map(({ address, before, codeHash = none, slots }) => [
        ...[address, codeHash, slots],
        ...(isBare ? [before?.storageRoot ?? none] : []),
      ]);
      t.deepEqual(encoded, encodeRecord([isBare ? 2 : 1, blockHash, number, fields]));
    }),
  );
});

test('what is changed or cut is another request or none, and never throws', t => {
  fc.assert(
    fc.property(request, fc.nat(), fc.nat(255), fc.boolean(), (asked, place, byte, cut) => {
      const encoded = encodeWitnessRequest(asked);
      const at = place % encoded.length;
      const changed = cut ? encoded.slice(0, at) : Uint8Array.from(encoded);
      if (!cut) changed[at] = byte;
      const decoded = decodeWitnessRequest(changed);
      if (decoded.verdict === 'accepted') t.deepEqual(encodeWitnessRequest(decoded.value), changed);
      else t.is(decoded.code, 'malformed');
    }),
    { numRuns: 1000 },
  );
});

test('one account or slot more than a witness may have is refused, exactly as many are taken', t => {
  const asked = (accounts: number, slots: number): WitnessRequest => ({
    blockHash: new Uint8Array(32),
    number: 1,
    accounts: Array.from({ length: accounts }, (_, i) => ({
      address: new Uint8Array(20),
      slots: i === 0 ? Array.from({ length: slots }, () => new Uint8Array(32)) : [],
    })),
  });
  const verdict = (value: WitnessRequest) => decodeWitnessRequest(encodeWitnessRequest(value)).verdict;
  t.is(verdict(asked(ACCOUNTS_MAX, SLOTS_MAX)), 'accepted');
  t.is(verdict(asked(ACCOUNTS_MAX + 1, 0)), 'rejected');
  t.is(verdict(asked(1, SLOTS_MAX + 1)), 'rejected');
  t.is(decodeWitnessRequest(new Uint8Array(WITNESS_REQUEST_BYTES_MAX + 1)).verdict, 'rejected');
});
