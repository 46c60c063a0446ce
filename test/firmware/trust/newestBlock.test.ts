/** The newest block by the sync committee: what is genuine and young is believed of any prover, everything else of none. */
import './lightWorld.js';

import test from 'ava';
import { encodeNewest, parseNewest, verifyNewest } from '../../../firmware/beacon/newest.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { Floors } from '../../../firmware/trust/floors.js';
import { Levels } from '../../../firmware/trust/levels.js';
import { NewestBlock } from '../../../firmware/trust/newestBlock.js';
import { blstBls } from '../../../host-sim/node/bls/blst.js';
import { flipped } from '../../fakes/bytes.js';
import { begin, compactNewest, contextOf } from '../beacon/board.js';
import { type TestFork, type UpdatePlan, World } from '../beacon/world.js';
import { LightBoard, LightWorld, PERIOD } from './lightWorld.js';

const crypto = portableCrypto();

/** A board at level 4 without endpoints; every prover has the newest block of the world. */
class Board extends LightBoard {
  readonly floors = new Floors({ clock: this.clock });
  readonly newest: NewestBlock;
  readonly levels: Levels;
  /** The slot that was signed last. */
  attested = this.world.startSlot + 3;
  plan: Partial<UpdatePlan> = { absent: [3] };

  constructor(world = new LightWorld()) {
    super(world);
    for (const prover of this.provers)
      prover.lie = (path, honest) => (path === '/light/v1/newest' ? this.message() : honest);
    this.newest = new NewestBlock({
      context: { chain: world.chain, crypto, bls: blstBls() },
      light: this.trust,
      provers: this.provers,
      onBadAnswer: (prover, code) => this.bad.push(`${prover} ${code}`),
      now: () => this.floors.now(4),
      reached: time => this.floors.reached(4, time),
    });
    const policy = { level: 4, maximumAge: 3600 } as const;
    this.levels = new Levels({
      floors: this.floors,
      policies: { command: policy, firmware: policy, lifecycle: policy },
      newest: this.newest,
      light: this.trust,
    });
  }

  message(attestedSlot = this.attested): Uint8Array {
    const { plan, world } = this;
    const signed = world.world.update({ attestedSlot, finalizedSlot: world.startSlot, ...plan });
    return encodeNewest(compactNewest(signed));
  }

  async read(): Promise<string> {
    const head = await this.levels.for('command').head('latest');
    if (head.verdict === 'undetermined') return head.cause;
    const { finalized, level, number } = head.value;
    return `L${level} ${number - 22_000_000}${finalized ? ' final' : ''}`;
  }
}

test('without endpoints the newest block is the header that two thirds signed last; it is not final', async t => {
  const board = new Board();
  t.is(await board.read(), `L4 ${board.attested}`);
  t.deepEqual(board.bad, []);
  board.attested += 5;
  t.is(await board.read(), `L4 ${board.attested}`);
  t.is(board.floors.now(4), board.world.timeOf(board.attested), 'its time is a floor under now');
  const quorum = await board.levels.for('command').head('finalized');
  t.like(quorum, { value: { level: 4, finalized: true } });
});

test('a changed message is rejected and its prover asked last; another’s counts, and its own once it is honest', async t => {
  const lies: ((honest: Uint8Array) => Uint8Array)[] = [
    honest => flipped(honest, 8 * (honest.length - 30)),
    honest => flipped(honest, 8 * 20),
    honest => honest.slice(0, -1),
    () => Uint8Array.of(0xc3, 1, 2, 3),
  ];
  for (const lie of lies) {
    const board = new Board();
    const [liar, other] = board.provers;
    const honest = liar.lie;
    liar.lie = (path, said) => (path === '/light/v1/newest' ? lie(board.message()) : honest?.(path, said));
    t.is(await board.read(), `L4 ${board.attested}`);
    t.regex(board.bad.join(), /^prover 1 (malformed|proof_invalid)$/);
    const before = liar.asked.length;
    t.is(await board.read(), `L4 ${board.attested}`);
    t.is(liar.asked.length, before, 'asked last');
    other.silent = true;
    t.is(await board.read(), 'unreachable');
    liar.lie = honest;
    t.is(await board.read(), `L4 ${board.attested}`);
  }
});

test('a prover that withholds is overtaken by another; where all do, nothing is decided after three minutes', async t => {
  const board = new Board();
  const [old, other] = board.provers;
  const withheld = board.message();
  await board.read();
  board.clock.advance(181_000);
  t.is(await board.read(), 'stale', 'the same block for three minutes');
  board.attested += 16;
  const honest = old.lie;
  old.lie = (path, said) => (path === '/light/v1/newest' ? withheld : honest?.(path, said));
  t.is(await board.read(), `L4 ${board.attested}`);
  other.silent = true;
  t.is(await board.read(), 'stale');
  t.deepEqual(board.bad, [], 'nobody is blamed for it');
});

test('too few signers, another committee, and a signature of before the state are none', async t => {
  const few = new Board();
  few.plan = { absent: Array.from({ length: 11 }, (_, i) => i) };
  t.is(await few.read(), 'no_quorum');
  few.plan = { absent: Array.from({ length: 10 }, (_, i) => i) };
  t.is(await few.read(), `L4 ${few.attested}`);
  const others = new Board();
  others.plan = { signers: others.world.world.signersAt(5 * PERIOD) };
  t.is(await others.read(), 'unreachable');
  t.regex(others.bad.join(), /proof_invalid/);
  const before = new Board();
  before.attested = before.world.startSlot - 1;
  t.is(await before.read(), 'stale');
});

test('a committee that the board does not know yet is learned first', async t => {
  const board = new Board();
  const { world } = board;
  await board.head();
  world.slot = 3 * PERIOD + 20;
  board.attested = world.slot + 17;
  t.is(await board.read(), `L4 ${board.attested}`);
});

for (const fork of ['deneb', 'electra', 'fulu', 'gloas'] satisfies TestFork[]) {
  test(`every bit of a message counts in ${fork}, and the execution block is the one of its own header`, t => {
    const world = new World({ seed: 9, forks: { [fork]: 0 } });
    const context = contextOf(world);
    const start = 2 * PERIOD + 8;
    const { block, state } = begin(world, start, context);
    const signed = world.update({
      attestedSlot: start + 4,
      finalizedSlot: start,
      finalized: block,
      absent: [1],
    });
    const bytes = encodeNewest(compactNewest(signed));
    const judge = (message: Uint8Array) => {
      const parsed = parseNewest(message, world.chain.committeeSize);
      return parsed.verdict === 'accepted' ? verifyNewest(context, state, parsed.value) : parsed;
    };
    const genuine = judge(bytes);
    if (genuine.verdict !== 'accepted') return t.fail(genuine.evidence);
    t.is(toHex(genuine.value.execution.hash), toHex(crypto.keccak256(signed.attestedExecution)));
    t.is(genuine.value.present, 31);
    // Each byte once, in another bit from byte to byte: all bits of 2 KB would take minutes.
    for (let at = 0; at < bytes.length; at++) {
      const changed = flipped(bytes, 8 * at + (at % 8));
      if (judge(changed).verdict !== 'accepted') continue;
      // Within its period and fork the slot of the signature is the prover's word, and is kept nowhere.
      const parsed = parseNewest(changed, world.chain.committeeSize);
      const slot = parsed.verdict === 'accepted' ? parsed.value.signatureSlot : 0;
      t.not(slot, signed.update.signatureSlot, `byte ${at} does not count`);
    }
  });
}
