import { keccak_256 } from '@noble/hashes/sha3.js';
import test from 'ava';
import fc from 'fast-check';
import { wordFromBytes, wordFromNumber } from '../../../firmware/bytes/bigEndian.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import {
  ACCOUNTS_MAX,
  HEADER_BYTES_MAX,
  NODE_BYTES_MAX,
  PROOF_NODES_MAX,
  SLOTS_MAX,
} from '../../../firmware/proof/limits.js';
import { verifyWitness, type Witness, type WitnessRequest } from '../../../firmware/proof/witness.js';
import { decodeWitness } from '../../../firmware/proof/witnessCodec.js';
import { address, buildWitness, codeHash, encodeHeader, long, sample } from './stateFixture.js';

const crypto = portableCrypto();
const { request, witness } = await sample();

/** A deep copy that may be changed. */
function copy(original: Witness): {
  header: Uint8Array;
  accounts: {
    address: Uint8Array;
    proof: Uint8Array[];
    slots: { slot: Uint8Array; proof: Uint8Array[] }[];
  }[];
} {
  return structuredClone({ ...original, accounts: [...original.accounts] }) as ReturnType<typeof copy>;
}

const code = (asked: WitnessRequest, answer: Witness) => {
  const verdict = verifyWitness(crypto, asked, answer);
  return verdict.verdict === 'accepted' ? 'accepted' : verdict.code;
};

test('an honest witness proves every asked value, with each step of the way', t => {
  const verdict = verifyWitness(crypto, request, witness);
  if (verdict.verdict === 'rejected') return t.fail(verdict.evidence);
  const { value } = verdict;
  t.deepEqual(value.blockHash, request.blockHash);
  t.is(value.number, 19_000_000);
  t.is(value.timestamp, 1_700_000_000);
  t.is(value.stateRoot.length, 32);
  const words = value.accounts.flatMap(({ codeHash: hash, slots }) => [
    hash,
    ...slots.map(slot => slot.value),
  ]);
  t.true(
    words.every(({ buffer }) => buffer.byteLength === 32),
    'nothing of the proofs is kept with what they prove',
  );
  t.deepEqual(
    value.accounts.map(account => account.address),
    [address(7), address(9)],
  );
  t.true(value.accounts.every(account => account.exists));
  t.deepEqual(value.accounts[0].codeHash, codeHash);
  t.deepEqual(value.accounts[0].slots, [
    { slot: wordFromNumber(0), value: wordFromNumber(5) },
    { slot: wordFromNumber(1), value: long },
    { slot: wordFromNumber(2), value: new Uint8Array(32) },
    { slot: wordFromNumber(3), value: wordFromBytes(Uint8Array.of(1, 8)) },
  ]);
  t.deepEqual(value.accounts[1].slots, [
    { slot: wordFromNumber(3), value: wordFromBytes(Uint8Array.of(1, 10)) },
  ]);
});

test('a witness for another block, account or slot than asked is wrong_answer', async t => {
  t.is(code({ ...request, number: request.number + 1 }, witness), 'wrong_answer');
  const asked = (change: (accounts: { address: Uint8Array; slots: readonly Uint8Array[] }[]) => unknown) => {
    const accounts = request.accounts.map(account => ({ ...account }));
    change(accounts);
    return { ...request, accounts };
  };
  const one = request.accounts[0].slots;
  for (const other of [
    asked(accounts => (accounts[0].address = address(8))),
    asked(accounts => accounts.reverse()),
    asked(accounts => accounts.pop()),
    asked(accounts => accounts.push(accounts[0])),
    asked(accounts => (accounts[0].slots = [one[1], one[0], one[2], one[3]])),
    asked(accounts => (accounts[0].slots = one.slice(1))),
    asked(accounts => (accounts[0].slots = [...one, one[0]])),
    asked(accounts => (accounts[1].slots = [wordFromNumber(4)])),
  ]) {
    t.is(code(other, witness), 'wrong_answer');
  }
  t.is(code(request, witness), 'accepted');
});

test('proofs of another account or slot under the asked name are proof_invalid', t => {
  const otherAccount = copy(witness);
  otherAccount.accounts[0].proof = otherAccount.accounts[1].proof;
  t.is(code(request, otherAccount), 'proof_invalid');
  const otherSlot = copy(witness);
  otherSlot.accounts[0].slots[0].proof = otherSlot.accounts[0].slots[1].proof;
  t.is(code(request, otherSlot), 'proof_invalid');
  const otherStorage = copy(witness);
  otherStorage.accounts[1].slots[0].proof = otherStorage.accounts[0].slots[3].proof;
  t.is(code(request, otherStorage), 'proof_invalid');
  t.is(code(request, copy(witness)), 'accepted');
});

test('a header other than the trusted one is header_mismatch, though it is sound', t => {
  const other = { ...witness, header: Uint8Array.from(witness.header) };
  other.header[10] ^= 1;
  t.is(code(request, other), 'header_mismatch');
  t.is(code({ ...request, blockHash: keccak_256(other.header) }, other), 'accepted');
});

test('the clone must have the code that is asked for, also when the account does not exist', async t => {
  const other = Uint8Array.from(codeHash);
  other[31] ^= 1;
  const asking = (hash: Uint8Array) => ({
    ...request,
    accounts: [{ ...request.accounts[0], codeHash: hash }, request.accounts[1]],
  });
  t.is(code(asking(other), witness), 'code_mismatch');
  t.is(code(asking(codeHash), witness), 'accepted');
  const states = [1, 2, 3].map(i => ({ address: address(i), codeHash, storage: [] }));
  const absent = await buildWitness(states, [{ address: address(9), codeHash, slots: [] }]);
  t.is(code(absent.request, absent.witness), 'code_mismatch');
});

test('an account that does not exist is proven so, and its slots are zero', async t => {
  const states = [1, 2, 3].map(i => ({ address: address(i), codeHash, storage: [] }));
  const absent = await buildWitness(states, [{ address: address(9), slots: [wordFromNumber(0)] }]);
  const verdict = verifyWitness(crypto, absent.request, absent.witness);
  if (verdict.verdict === 'rejected') return t.fail(verdict.evidence);
  t.false(verdict.value.accounts[0].exists);
  t.deepEqual(verdict.value.accounts[0].slots[0].value, new Uint8Array(32));
  const claimed = copy(absent.witness);
  claimed.accounts[0].slots[0].proof = [Uint8Array.of(0xc2, 0x20, 0x01)];
  t.is(code(absent.request, claimed), 'proof_invalid');
});

test('empty storage: no node or the empty one, and no other proof', async t => {
  const states = [1, 2, 3].map(i => ({ address: address(i), codeHash, storage: [] }));
  const { request: asked, witness: honest } = await buildWitness(states, [
    { address: address(2), slots: [wordFromNumber(0)] },
  ]);
  for (const proof of [[], [Uint8Array.of(0x80)]]) {
    const form = copy(honest);
    form.accounts[0].slots[0].proof = proof;
    t.is(code(asked, form), 'accepted');
  }
  for (const proof of [
    [Uint8Array.of(0xc0)],
    [Uint8Array.of(0x80), Uint8Array.of(0x80)],
    witness.accounts[0].slots[0].proof,
  ]) {
    t.is(
      code(asked, {
        ...honest,
        accounts: [{ ...honest.accounts[0], slots: [{ slot: wordFromNumber(0), proof }] }],
      }),
      'proof_invalid',
    );
  }
});

test('fields that later forks append to the header are accepted, up to the limit', async t => {
  for (const [count, expected] of [
    [1, 'accepted'],
    [2, 'accepted'],
    [43, 'accepted'],
    [44, 'malformed'],
  ] as const) {
    const stateRoot = verifyWitness(crypto, request, witness);
    if (stateRoot.verdict === 'rejected') return t.fail();
    const extra = Array.from({ length: count }, (_, i) => new Uint8Array(i % 2 === 0 ? 20 : 0).fill(1));
    const header = encodeHeader(
      { number: request.number, timestamp: 5, stateRoot: stateRoot.value.stateRoot },
      extra,
    );
    t.is(
      code({ ...request, blockHash: keccak_256(header) }, { ...witness, header }),
      expected,
      `${count} more`,
    );
  }
});

test('each limit refuses what is beyond it as malformed', t => {
  const node = new Uint8Array(NODE_BYTES_MAX);
  const change = (how: (witness: ReturnType<typeof copy>) => unknown) => {
    const changed = copy(witness);
    how(changed);
    return code(request, changed);
  };
  t.is(
    change(w => (w.header = new Uint8Array(HEADER_BYTES_MAX + 1))),
    'malformed',
  );
  t.is(
    change(w => (w.header = new Uint8Array())),
    'malformed',
  );
  t.is(
    change(w => (w.accounts[0].proof = [new Uint8Array(NODE_BYTES_MAX + 1)])),
    'malformed',
  );
  t.is(
    change(w => (w.accounts[0].proof = [node])),
    'proof_invalid',
  );
  t.is(
    change(w => (w.accounts[0].proof = new Array(PROOF_NODES_MAX + 1).fill(Uint8Array.of(1)))),
    'malformed',
  );
  t.is(
    change(w => (w.accounts[0].proof = new Array(PROOF_NODES_MAX).fill(Uint8Array.of(1)))),
    'proof_invalid',
  );
  t.is(
    change(w => w.accounts.push(...new Array(ACCOUNTS_MAX - 1).fill(w.accounts[0]))),
    'malformed',
  );
  t.is(
    change(w => w.accounts[0].slots.push(...new Array(SLOTS_MAX).fill(w.accounts[0].slots[0]))),
    'malformed',
  );
  t.is(
    change(w => (w.accounts[0].address = new Uint8Array(21))),
    'wrong_answer',
  );
  t.is(
    change(w => (w.accounts[0].slots[0].slot = new Uint8Array(31))),
    'wrong_answer',
  );
  const full = new Array(PROOF_NODES_MAX).fill(node);
  t.is(
    change(w => w.accounts[0].slots.map(slot => (slot.proof = full))),
    'malformed',
  );
});

test('nodes of arbitrary RLP under a true hash give a verdict and never an exception', t => {
  const part = fc.letrec<{ item: unknown }>(tie => ({
    item: fc.oneof(
      { maxDepth: 3 },
      fc.uint8Array({ maxLength: 3 }),
      fc.uint8Array({ minLength: 32, maxLength: 33 }),
      fc.array(tie('item'), { minLength: 2, maxLength: 2 }),
      fc.array(tie('item'), { maxLength: 18 }),
    ),
  })).item;
  fc.assert(
    fc.property(part, fc.uint8Array({ maxLength: 40 }), (item, noise) => {
      const nodes = [encodeTree(item), noise];
      for (const node of nodes) {
        const header = encodeHeader({ number: request.number, timestamp: 1, stateRoot: keccak_256(node) });
        const asked = { ...request, blockHash: keccak_256(header) };
        const accounts = [{ ...witness.accounts[0], proof: [node] }, witness.accounts[1]];
        // Some are sound nodes of a state without that account, which then lacks its code.
        t.not(code(asked, { header, accounts }), 'accepted');
      }
    }),
    { numRuns: 2000 },
  );
});

function encodeTree(item: unknown): Uint8Array {
  const payload = Array.isArray(item) ? Buffer.concat(item.map(encodeTree)) : (item as Uint8Array);
  const offset = Array.isArray(item) ? 0xc0 : 0x80;
  if (offset === 0x80 && payload.length === 1 && payload[0] < 0x80) return payload;
  if (payload.length <= 55)
    return Buffer.concat([[offset + payload.length], payload].map(part => Uint8Array.from(part)));
  const size = payload.length < 256 ? [payload.length] : [payload.length >> 8, payload.length & 255];
  return new Uint8Array(Buffer.concat([Uint8Array.from([offset + 55 + size.length, ...size]), payload]));
}

test('30,000 nested lists as header, as node and as witness are refused at once', t => {
  const heads: Uint8Array[] = [];
  for (let depth = 0, length = 0; depth < 30_000; depth++) {
    const size =
      length > 65_535
        ? [0xfa, length >> 16, (length >> 8) & 255, length & 255]
        : length > 255
          ? [0xf9, length >> 8, length & 255]
          : length > 55
            ? [0xf8, length]
            : [0xc0 + length];
    heads.push(Uint8Array.from(size));
    length += size.length;
  }
  const bomb = new Uint8Array(Buffer.concat(heads.reverse()));
  t.is(decodeWitness(bomb).verdict, 'rejected');
  t.is(code(request, { ...witness, header: bomb }), 'malformed');
  const small = bomb.subarray(bomb.length - HEADER_BYTES_MAX);
  t.is(code(request, { ...witness, header: small }), 'malformed');
  const node = bomb.subarray(bomb.length - NODE_BYTES_MAX);
  const header = encodeHeader({ number: request.number, timestamp: 1, stateRoot: keccak_256(node) });
  const accounts = [{ ...witness.accounts[0], proof: [node] }, witness.accounts[1]];
  t.is(code({ ...request, blockHash: keccak_256(header) }, { header, accounts }), 'proof_invalid');
});
