import test from 'ava';
import fc from 'fast-check';
import { readNumber, wordFromNumber } from '../../../firmware/bytes/bigEndian.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { PROOF_NODES_MAX } from '../../../firmware/proof/limits.js';
import { verifyWitness, type Witness } from '../../../firmware/proof/witness.js';
import { witnessOfResults } from '../../../host-sim/node/keptJson.js';
import { blockJson, buildWitness } from './stateFixture.js';

const crypto = portableCrypto();
const address = (fill: number) => new Uint8Array(20).fill(fill);
const { request, witness } = await buildWitness(
  [1, 2, 3, 4, 5].map(i => ({
    address: address(i),
    storage: [0, 1, 2, 3].map(slot => [wordFromNumber(slot), Uint8Array.of(i, slot)] as const),
  })),
  [
    { address: address(2), slots: [wordFromNumber(0), wordFromNumber(9)] },
    { address: address(4), slots: [] },
  ],
);

// biome-ignore lint/suspicious/noExplicitAny: hostile JSON has any shape
type Json = any;

/** eth_getProof's answer, as an honest endpoint gives it. */
const answers = (honest: Witness): Json[] =>
  honest.accounts.map(account => ({
    address: toHex(account.address),
    balance: '0xf4240',
    codeHash: `0x${'11'.repeat(32)}`,
    nonce: '0x1',
    storageHash: `0x${'22'.repeat(32)}`,
    accountProof: account.proof.map(toHex),
    storageProof: account.slots.map(({ slot, proof }) => ({
      key: toHex(slot),
      value: '0x0',
      proof: proof.map(toHex),
    })),
  }));

const block = blockJson(witness.header);

function judge(header: unknown, proofs: readonly unknown[]): string {
  const read = witnessOfResults(request, header, proofs);
  if (read.verdict === 'rejected') return read.code;
  const verdict = verifyWitness(crypto, request, read.value);
  return verdict.verdict === 'accepted' ? 'accepted' : verdict.code;
}

/** The verdict after one change to an honest answer. */
function changed(how: (proofs: Json[], header: Json) => unknown): string {
  const header = structuredClone(block);
  const proofs = answers(witness);
  how(proofs, header);
  return judge(header, proofs);
}

test('honest answers give the witness they were made from', t => {
  const read = witnessOfResults(request, block, answers(witness));
  if (read.verdict === 'rejected') return t.fail(read.evidence);
  t.deepEqual(read.value, structuredClone(witness));
  t.is(judge(block, answers(witness)), 'accepted');
});

test('keys may be written as shortest quantities', t => {
  t.is(
    changed(([proof]) => (proof.storageProof[0].key = '0x0')),
    'accepted',
  );
  t.is(
    changed(([proof]) => (proof.storageProof[1].key = '0x9')),
    'accepted',
  );
});

test('an answer to another question is wrong_answer', t => {
  t.is(
    changed((_, header) => (header.number = '0x1')),
    'wrong_answer',
  );
  t.is(
    changed(([proof]) => (proof.address = toHex(address(3)))),
    'wrong_answer',
  );
  t.is(
    changed(proofs => proofs.reverse()),
    'wrong_answer',
  );
  t.is(
    changed(([proof]) => (proof.storageProof[0].key = '0x1')),
    'wrong_answer',
  );
  t.is(
    changed(([proof]) => proof.storageProof.reverse()),
    'wrong_answer',
  );
  t.is(
    changed(([proof]) => proof.storageProof.pop()),
    'wrong_answer',
  );
  t.is(
    changed(() => {}),
    'accepted',
  );
});

test('changed bytes are header_mismatch and proof_invalid', t => {
  const flip = (hex: string) => hex.slice(0, -1) + (hex.endsWith('0') ? '1' : '0');
  t.is(
    changed((_, header) => (header.stateRoot = flip(header.stateRoot))),
    'header_mismatch',
  );
  t.is(
    changed((_, header) => (header.gasUsed = '0x5209')),
    'header_mismatch',
  );
  t.is(
    changed(([proof]) => (proof.accountProof[0] = flip(proof.accountProof[0]))),
    'proof_invalid',
  );
  t.is(
    changed(([proof]) => (proof.storageProof[0].proof[0] = flip(proof.storageProof[0].proof[0]))),
    'proof_invalid',
  );
  t.is(
    changed(([proof]) => proof.accountProof.pop()),
    'proof_invalid',
  );
  t.is(
    changed(([proof]) => proof.accountProof.push(proof.accountProof[0])),
    'proof_invalid',
  );
});

test('a later field of the block that is not known yet shows as header_mismatch, not as nonsense', t => {
  t.is(
    changed((_, header) => (header.blockAccessListHash = `0x${'33'.repeat(32)}`)),
    'header_mismatch',
  );
  t.is(
    changed((_, header) => (header.fieldOfTomorrow = '0x1')),
    'accepted',
  );
});

test('what is claimed besides nodes is not believed', t => {
  const verdict = witnessOfResults(request, block, answers(witness));
  if (verdict.verdict === 'rejected') return t.fail();
  const proven = verifyWitness(crypto, request, verdict.value);
  if (proven.verdict === 'rejected') return t.fail();
  t.is(readNumber(proven.value.accounts[0].slots[0].value), 0x200);
  t.is(readNumber(proven.value.accounts[0].slots[1].value), 0);
});

test('nonsense in any place of the answer is malformed', t => {
  const nonsense: Json[] = [
    undefined,
    null,
    true,
    7,
    '',
    '0x',
    'zz',
    '0xzz',
    '0x123',
    {},
    [[]],
    [null],
    `0x${'ab'.repeat(600)}`,
  ];
  for (const bad of nonsense) {
    const seen = String(JSON.stringify(bad)).slice(0, 20);
    t.is(judge(bad, answers(witness)), 'malformed', seen);
    t.is(judge(block, [bad, answers(witness)[1]]), 'malformed', seen);
    t.is(
      changed(([proof]) => (proof.address = bad)),
      'malformed',
      seen,
    );
    t.is(
      changed(([proof]) => (proof.accountProof = bad)),
      'malformed',
      seen,
    );
    t.is(
      changed(([proof]) => (proof.accountProof[0] = bad)),
      'malformed',
      seen,
    );
    if (!Array.isArray(bad))
      t.is(
        changed(([proof]) => (proof.storageProof = bad)),
        'malformed',
        seen,
      );
    t.is(
      changed(([proof]) => (proof.storageProof[0] = bad)),
      'malformed',
      seen,
    );
    if (bad !== '0x' && bad !== '0x123')
      t.is(
        changed(([proof]) => (proof.storageProof[0].key = bad)),
        'malformed',
        seen,
      );
    t.is(
      changed(([proof]) => (proof.storageProof[0].proof = bad)),
      'malformed',
      seen,
    );
    t.is(
      changed(([proof]) => (proof.storageProof[0].proof[0] = bad)),
      'malformed',
      seen,
    );
  }
  t.is(judge(block, []), 'malformed');
  t.is(
    changed(([proof]) => (proof.accountProof = new Array(PROOF_NODES_MAX + 1).fill('0x01'))),
    'malformed',
  );
});

test('arbitrary JSON gives a verdict and never an exception', t => {
  const paths: ((proofs: Json[], header: Json, value: unknown) => unknown)[] = [
    ([proof], _, value) => (proof.accountProof = value),
    ([proof], _, value) => (proof.storageProof = value),
    ([proof], _, value) => (proof.storageProof[1] = value),
    ([proof], _, value) => (proof.storageProof[1].proof = value),
    (proofs, _, value) => (proofs[0] = value),
    (_, header, value) => (header.logsBloom = value),
    (_, header, value) => (header.extraData = value),
    (_, header, value) => (header.requestsHash = value),
  ];
  const hex = fc.uint8Array({ maxLength: 40 }).map(toHex);
  const json = fc.oneof(
    fc.jsonValue(),
    hex,
    fc.array(hex),
    fc.array(fc.record({ key: hex, proof: fc.array(hex) })),
  );
  fc.assert(
    fc.property(json, fc.nat(paths.length - 1), (value, which) => {
      return changed((proofs, header) => paths[which](proofs, header, value)) !== 'accepted';
    }),
    { numRuns: 3000 },
  );
  t.is(
    changed(() => {}),
    'accepted',
  );
});
