import test from 'ava';
import fc from 'fast-check';
import { wordFromNumber } from '../../../firmware/bytes/bigEndian.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { NODE_BYTES_MAX, PROOF_NODES_MAX, SLOTS_MAX } from '../../../firmware/proof/limits.js';
import { verifyWitness } from '../../../firmware/proof/witness.js';
import { decodeWitness, encodeWitness } from '../../../firmware/proof/witnessCodec.js';
import { address, sample } from './stateFixture.js';

const crypto = portableCrypto();
const { request, witness } = await sample();

test('the byte form holds the same witness, and shared nodes only once', t => {
  const bytes = encodeWitness(witness);
  const decoded = decodeWitness(bytes);
  if (decoded.verdict === 'rejected') return t.fail(decoded.evidence);
  t.deepEqual(decoded.value, structuredClone(witness));
  const all = witness.accounts.flatMap(account => [
    ...account.proof,
    ...account.slots.flatMap(slot => slot.proof),
  ]);
  const distinct = new Map(all.map(node => [toHex(node), node.length]));
  t.true(distinct.size < all.length);
  const sum = [...distinct.values()].reduce((a, b) => a + b, 0) + witness.header.length;
  t.true(bytes.length < sum + 400, `${bytes.length} bytes for ${sum}`);
});

test('the byte form of an empty trie has no node, however it was given', t => {
  const given = (proof: Uint8Array[]) => ({
    header: witness.header,
    accounts: [{ address: address(1), proof: [], slots: [{ slot: wordFromNumber(0), proof }] }],
  });
  t.deepEqual(encodeWitness(given([Uint8Array.of(0x80)])), encodeWitness(given([])));
  t.deepEqual(decodeWitness(encodeWitness(given([]))), { verdict: 'accepted', value: given([]) });
  const one = given([new Uint8Array(33).fill(1)]);
  t.deepEqual(decodeWitness(encodeWitness(one)), { verdict: 'accepted', value: one });
});

test('the byte form refers back to any of many nodes', t => {
  const nodes = Array.from({ length: 300 }, (_, i) =>
    Uint8Array.from({ length: 33 }, (_, k) => (k === 0 ? i >> 8 : k === 1 ? i & 255 : 7)),
  );
  const slots = Array.from({ length: 10 }, (_, i) => ({
    slot: wordFromNumber(i),
    proof: nodes.slice(30 * i, 30 * i + 30),
  }));
  const again = [0, 1, 127, 128, 255, 256, 299].map(i => nodes[i]);
  const many = {
    header: witness.header,
    accounts: [
      { address: address(1), proof: [], slots: [...slots, { slot: wordFromNumber(99), proof: again }] },
    ],
  };
  t.deepEqual(decodeWitness(encodeWitness(many)), { verdict: 'accepted', value: many });
});

test('every single flipped bit of a real witness is refused, in its parts and in its byte form', t => {
  const bytes = encodeWitness(witness);
  const codes: Record<string, number> = {};
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = Uint8Array.from(bytes);
    changed[bit >> 3] ^= 1 << (bit & 7);
    const decoded = decodeWitness(changed);
    const verdict = decoded.verdict === 'accepted' ? verifyWitness(crypto, request, decoded.value) : decoded;
    if (verdict.verdict === 'accepted') return t.fail(`bit ${bit} was accepted`);
    codes[verdict.code] = (codes[verdict.code] ?? 0) + 1;
  }
  t.log({ bits: bytes.length * 8, ...codes });
  t.is(verifyWitness(crypto, request, witness).verdict, 'accepted');
});

test('arbitrary bytes, and mutated witnesses, give a verdict and never an exception', t => {
  const bytes = encodeWitness(witness);
  const run = (input: Uint8Array) => {
    const decoded = decodeWitness(input);
    return decoded.verdict === 'accepted' ? verifyWitness(crypto, request, decoded.value) : decoded;
  };
  const heads = fc.constantFrom(0x01, 0x80, 0x94, 0xa0, 0xb8, 0xb9, 0xbf, 0xc0, 0xc1, 0xf7, 0xf8, 0xf9, 0xff);
  const arbitrary = fc
    .array(fc.oneof(heads, fc.nat(255)), { maxLength: 200 })
    .map(list => Uint8Array.from(list));
  const mutated = fc
    .tuple(
      fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      fc.nat(bytes.length),
      fc.nat(bytes.length),
      fc.nat(3),
    )
    .map(([changes, from, to, kind]) => {
      if (kind === 0) return bytes.subarray(0, from);
      if (kind === 1) return Uint8Array.from([...bytes.subarray(0, from), ...bytes.subarray(to)]);
      const changed = Uint8Array.from(bytes);
      for (const [at, value] of changes) changed[at] = value;
      return changed;
    });
  fc.assert(
    fc.property(fc.oneof(arbitrary, mutated), input => {
      const verdict = run(input);
      return verdict.verdict === 'rejected' || Buffer.compare(input, bytes) === 0;
    }),
    { numRuns: 20_000 },
  );
  t.is(run(bytes).verdict, 'accepted');
});

test('a short byte form cannot stand for a long witness', t => {
  const one = new Uint8Array(NODE_BYTES_MAX).fill(1);
  const slots = Array.from({ length: SLOTS_MAX }, () => ({
    slot: new Uint8Array(32),
    proof: new Array(PROOF_NODES_MAX).fill(one),
  }));
  const bytes = encodeWitness({
    header: witness.header,
    accounts: [{ address: address(1), proof: [], slots }],
  });
  t.true(bytes.length < 10_000);
  t.is(decodeWitness(bytes).verdict, 'rejected');
});
