/** L4 with a third of 512 positions absent: the pieces of their keys come from provers, some of whom lie. */

import test from 'ava';
import { PIECE_BYTES_MAX } from '../../../firmware/beacon/absentPieces.js';
import { Examination } from '../../../firmware/beacon/advance.js';
import { encodeBootstrap } from '../../../firmware/beacon/bootstrap.js';
import { encodeNewest } from '../../../firmware/beacon/newest.js';
import { encodeUpdate } from '../../../firmware/beacon/update.js';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { accepted, undetermined } from '../../../firmware/bytes/verdict.js';
import { Finality } from '../../../firmware/trust/finality.js';
import { NewestBlock } from '../../../firmware/trust/newestBlock.js';
import type { Prover, ProverAnswer } from '../../../firmware/trust/prover.js';
import { OFFERED_BYTES_MAX, SyncCommitteeTrust } from '../../../firmware/trust/syncCommittee.js';
import { provePiece } from '../../../host-sim/node/beaconApi/absent.js';
import { convertBootstrap } from '../../../host-sim/node/beaconApi/convert.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';
import { flipped } from '../../fakes/bytes.js';
import { begin, compact, compactNewest, contextOf } from '../beacon/board.js';
import { type SignedUpdate, World } from '../beacon/world.js';

const start = 3 * 8192 + 100;
const world = new World({ seed: 81, forks: { electra: 0 } });
const context = contextOf(world);
const { bootstrap, executionHeader, trustedRoot } = world.bootstrap(start);
const beginning = encodeBootstrap(convertBootstrap(bootstrap, executionHeader));
const everyThird = Array.from({ length: 170 }, (_, i) => 3 * i);
const signedAt = (slot: number, absent: readonly number[]): SignedUpdate =>
  world.update({ attestedSlot: slot + 70, finalizedSlot: slot, absent });
const third = signedAt(start + 128, everyThird);
const few = signedAt(start + 128, [10, 177, 400]);

type Lie = (piece: Uint8Array, place: number) => Uint8Array | undefined;

class ModelProver implements Prover {
  readonly pieces: number[] = [];
  finality = 0;

  constructor(
    readonly name: string,
    public signed: SignedUpdate,
    public lie?: Lie,
  ) {}

  async ask(path: string, mostBytes: number): Promise<ProverAnswer> {
    const told = this.#tell(path);
    if (told === undefined) return undetermined('unsupported', 'it answers 404');
    return told.length > mostBytes ? undetermined('unreachable', 'too long') : accepted(told);
  }

  close(): void {}

  #tell(path: string): Uint8Array | undefined {
    const [, , , kind, period, place, bits] = path.split('/');
    if (kind === 'bootstrap') return beginning;
    if (kind === 'finality') {
      this.finality++;
      return encodeUpdate(compact(this.signed));
    }
    if (kind === 'newest') return encodeNewest(compactNewest(this.signed));
    if (kind !== 'absent') return undefined;
    const piece = Number(place);
    this.pieces.push(piece);
    const { pubkeys } = world.committee(Number(period));
    const honest = provePiece(pubkeys, { piece, bits: fromHex(bits)! })!;
    return this.lie ? this.lie(honest, piece) : honest;
  }
}

function boardOf(
  provers: readonly Prover[],
  { checkpoint, maximumSleep = 7 * 86_400 }: { checkpoint?: number; maximumSleep?: number } = {},
) {
  const bad: string[] = [];
  let stored: Uint8Array | undefined;
  const trust = new SyncCommitteeTrust({
    context,
    configuration: { chain: world.chain, checkpointRoot: trustedRoot, maximumSleep },
    provers,
    clock: new HandClock(),
    confirmation: {
      checkpoint: async () =>
        checkpoint === undefined
          ? undetermined('level', 'none')
          : accepted({ number: 1, hash: new Uint8Array(32), timestamp: checkpoint }),
      onOneChain: async () => accepted(true),
    },
    load: () => stored,
    save: record => {
      stored = record;
    },
    onBadAnswer: (prover, code, evidence) => bad.push(`${prover} ${code}: ${evidence}`),
  });
  return { bad, trust };
}

const slotOf = async (trust: SyncCommitteeTrust): Promise<string> => {
  const head = await trust.head();
  return head.verdict === 'accepted' ? head.value.basis : `${head.cause}: ${head.evidence}`;
};

const atThird = `sync committee, 342 of 512 signed, slot ${start + 128}`;
const allPieces = [0, 1, 2, 3, 4, 5, 6, 7];

test('with a third absent a board asks for each piece once; with few absent for none', async t => {
  for (const [signed, pieces] of [
    [third, allPieces],
    [few, []],
  ] as const) {
    const prover = new ModelProver('one', signed);
    const { bad, trust } = boardOf([prover]);
    t.regex(await slotOf(trust), new RegExp(`slot ${start + 128}$`));
    t.deepEqual([...prover.pieces], [...pieces]);
    t.deepEqual(bad, []);
    // A message that says nothing new is not verified again, so nobody is asked for its keys.
    t.regex(await slotOf(trust), new RegExp(`slot ${start + 128}$`));
    t.is(prover.finality, 2);
    t.is(prover.pieces.length, pieces.length);
  }
});

for (const [name, lie, isWrong] of [
  ['a piece with a changed bit', piece => flipped(piece, 333), true],
  ['another piece', (_, place) => provePiece(third.committee.pubkeys, ofThird((place + 1) % 8)), true],
  ['a piece cut short', piece => piece.subarray(0, -1), true],
  ['an empty piece', () => new Uint8Array(0), true],
  ['a piece that is too long', () => new Uint8Array(PIECE_BYTES_MAX + 1), false],
  ['no piece', () => undefined, false],
  ['one wrong piece, the last', (piece, place) => (place === 7 ? flipped(piece, 1) : piece), true],
] as [string, Lie, boolean][]) {
  test(`a prover that brings ${name} moves nobody; another is asked, and it is marked where it lied`, async t => {
    const liar = new ModelProver('liar', third, lie);
    const alone = boardOf([liar]);
    t.regex(await slotOf(alone.trust), /^un(reachable|supported): /);
    const honest = new ModelProver('honest', third);
    const first = new ModelProver('liar', third, lie);
    const { bad, trust } = boardOf([first, honest]);
    t.is(await slotOf(trust), atThird);
    t.deepEqual(honest.pieces, allPieces, 'the pieces of a message are its own prover’s');
    if (isWrong) t.regex(bad.join(), /^liar proof_invalid: absent: not the keys of the positions/);
    else t.deepEqual(bad, []);
    // A liar is asked last from now on.
    honest.signed = signedAt(start + 160, everyThird);
    t.is(await slotOf(trust), `sync committee, 342 of 512 signed, slot ${start + 160}`);
    t.is(first.finality, isWrong ? 1 : 2);
    liar.lie = undefined;
    t.is(await slotOf(alone.trust), atThird, 'the twin');
  });
}

const ofThird = (piece: number) => ({
  piece,
  bits: third.update.syncAggregate.syncCommitteeBits.uint8Array.subarray(8 * piece, 8 * piece + 8),
});

test('a message without its prover, whose proof comes in pieces, is not kept; one whose proof is whole is', async t => {
  const silent = new ModelProver('silent', third, () => undefined);
  const { trust } = boardOf([silent]);
  silent.signed = signedAt(start + 64, [1]);
  t.is(await slotOf(trust), `sync committee, 511 of 512 signed, slot ${start + 64}`);
  const bytes = encodeUpdate(compact(third));
  t.true(bytes.length < OFFERED_BYTES_MAX);
  trust.offer(bytes);
  t.false(trust.hasOffer);
  trust.offer(encodeUpdate(compact(few)));
  t.true(trust.hasOffer);
  t.regex(await slotOf(trust), new RegExp(`slot ${start + 128}$`));
  t.deepEqual(silent.pieces, []);
});

test('a checkpoint that lets a board go further costs no second round of pieces', async t => {
  const prover = new ModelProver('one', third);
  const maximumSleep = 600;
  const stopped = boardOf([prover], { maximumSleep });
  t.regex(await slotOf(stopped.trust), /^stale: slept longer/);
  t.deepEqual(prover.pieces.splice(0), allPieces);
  const timestamp = world.chain.genesisTime + (start + 190) * 12;
  const { trust } = boardOf([prover], { checkpoint: timestamp, maximumSleep });
  t.is(await slotOf(trust), atThird);
  t.deepEqual(prover.pieces, allPieces);
});

test('a state that was forgotten while the pieces came is not brought back', t => {
  const { state } = begin(world, start, context);
  let writes = 0;
  const finality = new Finality({
    context,
    configuration: { chain: world.chain, checkpointRoot: trustedRoot, maximumSleep: 7 * 86_400 },
    clock: new HandClock(),
    load: () => undefined,
    save: () => writes++,
  });
  const concluded = (between: () => void) => {
    finality.begin(state);
    const examination = finality.examine({ kind: 'finality' }, encodeUpdate(compact(third)));
    if (!(examination instanceof Examination)) throw new Error(examination.evidence);
    for (let piece = examination.missing; piece; piece = examination.missing)
      examination.take(provePiece(third.committee.pubkeys, piece)!);
    between();
    return finality.conclude(examination);
  };
  t.like(
    concluded(() => finality.forget()),
    { verdict: 'undetermined', cause: 'stale' },
  );
  t.is(finality.state, undefined);
  t.like(
    concluded(() => finality.confirm()),
    { verdict: 'accepted' },
    'the twin: only confirmed meanwhile',
  );
  t.is(toHex(finality.state!.current.keysRoot), toHex(state.current.keysRoot));
});

test('the newest block too: its pieces come from who showed it, and a wrong one is its fault', async t => {
  const now = world.chain.genesisTime + third.update.attestedHeader.beacon.slot * 12;
  for (const [signed, pieces] of [
    [third, allPieces],
    [few, []],
  ] as const) {
    const liar = new ModelProver('liar', signed, piece => flipped(piece, 77));
    const honest = new ModelProver('honest', signed);
    const { trust } = boardOf([new ModelProver('finality', signedAt(start + 64, [1]))]);
    await trust.head();
    const bad: string[] = [];
    const newest = new NewestBlock({
      context,
      provers: [liar, honest],
      light: trust,
      onBadAnswer: (prover, code, evidence) => bad.push(`${prover} ${code}: ${evidence}`),
      now: () => now,
      reached: () => {},
    });
    t.like(await newest.head(), { value: { level: 4, finalized: false } });
    t.deepEqual(honest.pieces, [...pieces]);
    t.deepEqual(liar.pieces, pieces.slice(0, 1));
    if (pieces.length > 0) t.regex(bad.join(), /^liar proof_invalid: absent: not the keys/);
    else t.deepEqual(bad, []);
    // The same message again is known, and costs no piece.
    t.like(await newest.head(), { value: { level: 4 } });
    t.is(honest.pieces.length, pieces.length);
  }
});
