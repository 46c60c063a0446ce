/**
 * The keys of many absent positions of 512, in pieces: the same verdicts as by one whole proof, at any participation
 * that counts, and no reading of a message but one.
 */

import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { absentBytes, provenAbsentKeys } from '../../../firmware/beacon/absentKeys.js';
import { comesInPieces, PIECE_BYTES_MAX, pieceBits } from '../../../firmware/beacon/absentPieces.js';
import { Examination } from '../../../firmware/beacon/advance.js';
import { examine, step } from '../../../firmware/beacon/catchUp.js';
import { signingRoot } from '../../../firmware/beacon/domain.js';
import { headerRoot } from '../../../firmware/beacon/header.js';
import { encodeUpdate, UPDATE_BYTES_MAX, type Update } from '../../../firmware/beacon/update.js';
import { keysTree, proveAbsent, provePiece } from '../../../host-sim/node/beaconApi/absent.js';
import { blstBls } from '../../../host-sim/node/bls/blst.js';
import { flipped } from '../../fakes/bytes.js';
import { holds } from '../../fakes/holds.js';
import { outcomeOf } from './blsCases.js';
import { begin, compact, contextOf, mustAccept, piecesOf, stepWith } from './board.js';
import { someOf } from './mutations.js';
import { seeded } from './random.js';
import { bitsWithout } from './validators.js';
import { type SignedUpdate, World } from './world.js';

const size = 512;
const start = 3 * 8192 + 100;
const world = new World({ seed: 71, forks: { electra: 0 } });
const context = contextOf(world);
const { state } = begin(world, start, context);
const everyThird = Array.from({ length: 170 }, (_, i) => 3 * i);

const signedBy = (absent: readonly number[]): SignedUpdate =>
  world.update({ attestedSlot: start + 200, finalizedSlot: start + 128, absent });

const third = signedBy(everyThird);
const few = signedBy([10, 177, 400]);

/** An update that all pieces are missing of. */
function examined(bytes: Uint8Array): Examination {
  const examination = examine(context, state, bytes);
  if (!(examination instanceof Examination)) throw new Error(examination.evidence);
  return examination;
}

test('the bitmap alone says how long a proof is', t => {
  const random = seeded(7);
  for (const count of [8, 32, 128, 512]) {
    const keys = Array.from({ length: count }, () => random.bytes(48));
    for (let i = 0; i < 40; i++) {
      const bits = bitsWithout(count, someOf(random, count, random.below(count + 1)));
      t.is(absentBytes(bits), proveAbsent(keys, bits).length);
    }
    t.is(absentBytes(new Uint8Array(count / 8)), count * 48);
    t.is(absentBytes(new Uint8Array(count / 8).fill(0xff)), 0);
  }
});

for (const [name, absent] of [
  ['every third position', everyThird],
  ['a third at random', someOf(seeded(3), size, 170)],
  ['the last third', Array.from({ length: 170 }, (_, i) => size - 1 - i)],
] as const) {
  test(`${name} absent: accepted with its pieces, in a message no longer than that of few`, t => {
    const signed = signedBy(absent);
    const bytes = encodeUpdate(compact(signed));
    const examination = examined(bytes);
    const asked: number[] = [];
    for (let piece = examination.missing; piece; piece = examination.missing) {
      asked.push(piece.piece);
      const proof = provePiece(signed.committee.pubkeys, piece)!;
      t.true(proof.length <= PIECE_BYTES_MAX);
      t.is(examination.take(proof), undefined);
    }
    t.true(mustAccept(examination.judge()).moved);
    t.is(mustAccept(examination.judge()).present, size - 170, 'and may be judged again');
    t.true(bytes.length < 3000, `${bytes.length}`);
    t.log(`${bytes.length} bytes and ${asked.length} pieces`);
    // The twin: its proof is whole.
    const whole = encodeUpdate(compact(few));
    t.is(examined(whole).missing, undefined);
    t.true(mustAccept(step(context, state, whole)).moved);
    t.true(whole.length <= UPDATE_BYTES_MAX);
  });
}

test('only pieces in which somebody is absent are asked for', t => {
  const absent = Array.from({ length: 128 }, (_, i) => (i < 64 ? 2 * i + 64 : 2 * i + 192));
  const signed = signedBy(absent);
  const examination = examined(encodeUpdate(compact(signed)));
  const asked: number[] = [];
  for (let piece = examination.missing; piece; piece = examination.missing) {
    asked.push(piece.piece);
    t.is(piece.period, 3);
    t.deepEqual(piece.bits, pieceBits(signed.update.syncAggregate.syncCommitteeBits.uint8Array, piece.piece));
    examination.take(provePiece(signed.committee.pubkeys, piece)!);
  }
  t.deepEqual(asked, [1, 2, 5, 6]);
  t.true(mustAccept(examination.judge()).moved);
});

test('whoever is absent: pieces, and one whole proof as it was once, take off the same keys and give the same verdict', t => {
  const { committee } = third;
  const keysRoot = keysTree(committee.pubkeys)[1];
  const random = seeded(11);
  const message = signingRoot(
    context.crypto,
    world.chain,
    third.forkVersion,
    headerRoot(context.crypto, compact(third).attested),
  );
  const seen = { pieces: 0, whole: 0, valid: 0 };
  holds(
    t,
    fc.property(fc.integer({ min: 1, max: 170 }), fc.boolean(), fc.boolean(), (count, inRow, isForged) => {
      const first = random.below(size);
      const absent = inRow
        ? Array.from({ length: count }, (_, i) => (first + i) % size)
        : someOf(random, size, count);
      const bits = bitsWithout(size, absent);
      const signature = committee.sign(message, isForged ? bitsWithout(size, absent.slice(1)) : bits);
      const oracle = outcomeOf(blstBls(), {
        aggregate: committee.aggregatePubkey,
        absent: [...provenAbsentKeys(context.crypto, keysRoot, bits, proveAbsent(committee.pubkeys, bits))!],
        message,
        signature,
      });
      t.is(oracle, isForged ? 'mismatch' : 'valid');
      const signed: SignedUpdate = {
        ...third,
        update: {
          ...third.update,
          syncAggregate: { syncCommitteeBits: { uint8Array: bits }, syncCommitteeSignature: signature },
        },
      };
      const verdict = stepWith(context, state, signed);
      t.is(verdict.verdict, isForged ? 'rejected' : 'accepted');
      if (verdict.verdict === 'rejected') t.regex(verdict.evidence, /^mismatch: /);
      seen[comesInPieces(bits) ? 'pieces' : 'whole']++;
      if (!isForged) seen.valid++;
    }),
    { numRuns: 60 },
  );
  t.log(seen);
  t.true(seen.pieces > 5 && seen.whole > 5 && seen.valid > 5);
});

/** Refused as not proven, at the stage of the absent keys. */
function refused(t: ExecutionContext, signed: SignedUpdate, update: Update, evidence: RegExp): void {
  const verdict = step(context, state, encodeUpdate(update), piecesOf(signed));
  t.like(verdict, { verdict: 'rejected', code: 'proof_invalid' });
  if (verdict.verdict !== 'accepted') t.regex(verdict.evidence, evidence);
  mustAccept(stepWith(context, state, signed));
}

const notRoots = /^absent: not the roots of the pieces/;

for (const [name, falsify] of [
  ['with a changed bit', roots => flipped(roots, 8 * 70)],
  ['one short', roots => roots.subarray(32)],
  ['one more', roots => Uint8Array.from([...roots, ...roots.subarray(0, 32)])],
  ['none at all', () => new Uint8Array(0)],
  ['in another order', roots => Uint8Array.from([...roots.subarray(32), ...roots.subarray(0, 32)])],
  ['the root of all alone', () => keysTree(third.committee.pubkeys)[1]],
  [
    'the proof of few in their place',
    () => proveAbsent(third.committee.pubkeys, bitsWithout(size, [10, 177, 400])),
  ],
] as [string, (roots: Uint8Array) => Uint8Array][]) {
  test(`refused: the roots of the pieces ${name}`, t => {
    const update = compact(third);
    refused(t, third, { ...update, absent: falsify(update.absent) }, notRoots);
  });
}

test('refused: roots of pieces where the bitmap asks for the whole proof', t => {
  const { pubkeys } = few.committee;
  const absent = Uint8Array.from(
    keysTree(pubkeys)
      .slice(8, 16)
      .flatMap(node => [...node]),
  );
  refused(t, few, { ...compact(few), absent }, /^absent: not the keys of the positions/);
});

test('refused: the whole proof where the bitmap asks for pieces', t => {
  const { committee, update } = third;
  const absent = proveAbsent(committee.pubkeys, update.syncAggregate.syncCommitteeBits.uint8Array);
  t.true(absent.length > 15_000);
  const verdict = step(context, state, encodeUpdate({ ...compact(third), absent }), piecesOf(third));
  t.like(verdict, { verdict: 'rejected', code: 'malformed', evidence: 'form: no update' });
  refused(t, third, { ...compact(third), absent: absent.subarray(0, 4096) }, notRoots);
});

for (const [name, falsify] of [
  ['with a changed bit', proof => flipped(proof, 8 * 100)],
  ['of another place', () => provePiece(third.committee.pubkeys, pieceAt(1))!],
  ['of another committee', () => provePiece(world.committee(4).pubkeys, pieceAt(0))!],
  ['cut short', proof => proof.subarray(0, -48)],
  ['with more behind it', proof => Uint8Array.from([...proof, ...proof.subarray(0, 48)])],
  ['empty', () => new Uint8Array(0)],
  ['for other bits', () => provePiece(third.committee.pubkeys, { ...pieceAt(0), bits: new Uint8Array(8) })!],
] as [string, (proof: Uint8Array) => Uint8Array][]) {
  test(`refused: a piece ${name}; the piece itself is taken after it`, t => {
    const examination = examined(encodeUpdate(compact(third)));
    const honest = piecesOf(third);
    const refusal = examination.take(falsify(honest(examination.missing!)));
    t.like(refusal, { verdict: 'rejected', code: 'proof_invalid' });
    t.regex(refusal?.evidence ?? '', /^absent: not the keys/);
    t.is(examination.missing?.piece, 0);
    t.like(examination.judge(), {
      verdict: 'rejected',
      code: 'proof_invalid',
      evidence: 'absent: piece 0 is missing',
    });
    for (let piece = examination.missing; piece; piece = examination.missing)
      t.is(examination.take(honest(piece)), undefined);
    t.true(mustAccept(examination.judge()).moved);
    t.like(examination.take(honest(pieceAt(7))), { evidence: 'absent: no piece is missing' });
    t.true(mustAccept(examination.judge()).moved);
  });
}

/** A question for a piece of `third`. */
const pieceAt = (piece: number) => {
  const bits = third.update.syncAggregate.syncCommitteeBits.uint8Array;
  return { period: 3, piece, bits: pieceBits(bits, piece) };
};

test('no piece is asked for what the cheap checks refuse', t => {
  const update = compact(third);
  const bits = bitsWithout(size, [...everyThird, 1]);
  for (const [wrong, stage] of [
    [{ signatureSlot: update.attested.slot }, /^order/],
    [{ signatureSlot: update.signatureSlot + 3 * 8192 }, /^behind/],
    [{ bits }, /^participation/],
    [{}, undefined],
    [{ finalityBranch: flipped(update.finalityBranch, 77) }, /^finality/],
    [{ finalized: { ...update.finalized, executionBranch: new Uint8Array(32) } }, /^execution/],
  ] as [Partial<Update>, RegExp | undefined][]) {
    const looked = examine(context, state, encodeUpdate({ ...update, ...wrong }));
    if (stage === undefined)
      t.true(looked instanceof Examination && looked.missing !== undefined, 'the twin');
    else t.regex('evidence' in looked ? looked.evidence : 'examined', stage);
  }
  const later = mustAccept(stepWith(context, state, third)).state;
  t.like(examine(context, { ...later, slot: later.slot + 1 }, encodeUpdate(update)), { cause: 'stale' });
});

test('an unknown fork is the committee’s word also where its keys come in pieces: not the prover’s', t => {
  const plan = { attestedSlot: start + 200, finalizedSlot: start + 128, absent: everyThird };
  const signed = world.update({ ...plan, forkVersion: Uint8Array.of(9, 9, 9, 9) });
  t.like(stepWith(context, state, signed), { verdict: 'undetermined', cause: 'unknown_fork' });
  const claimed = encodeUpdate({ ...compact(third), forkVersion: Uint8Array.of(9, 9, 9, 9) });
  t.like(step(context, state, claimed), { evidence: 'absent: piece 0 is missing' });
  const verdict = step(context, state, claimed, piecesOf(third));
  t.like(verdict, { verdict: 'rejected', code: 'proof_invalid' });
  t.regex('evidence' in verdict ? `${verdict.evidence}` : '', /^mismatch/);
});
