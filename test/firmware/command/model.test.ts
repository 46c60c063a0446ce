/** Any history of a chain and a board: appends, deliveries, reorganisations, finality, pauses, epochs, restarts. */
import test from 'ava';
import fc from 'fast-check';
import { type Moment, Power, PowerCut, withFaults } from '../../../host-sim/flash/faults.js';
import { holdsAsync } from '../../fakes/holds.js';
import { Board, type Prepared } from './board.js';

type Step =
  | { do: 'link' | 'order'; name: 'once' | 'loose' | 'again' | 'grave' }
  | { do: 'deliver' | 'relink'; which: number }
  | { do: 'reorganise'; depth: number }
  | { do: 'finalise'; back: number }
  | { do: 'cut'; operation: number; moment: Moment }
  | { do: 'prove' | 'restart' | 'pause' | 'resume' | 'epoch' | 'retry' };

const names = fc.constantFrom('once', 'loose', 'loose', 'again', 'grave');
const which = fc.nat(20);
const weighted: [weight: number, arbitrary: fc.Arbitrary<unknown>][] = [
  [3, fc.record({ do: fc.constant('link'), name: names })],
  [8, fc.record({ do: fc.constant('order'), name: names })],
  [5, fc.record({ do: fc.constant('deliver'), which })],
  [3, fc.record({ do: fc.constant('relink'), which })],
  [4, fc.record({ do: fc.constant('reorganise'), depth: fc.integer({ min: 1, max: 4 }) })],
  [2, fc.record({ do: fc.constant('finalise'), back: fc.nat(3) })],
  [
    4,
    fc.record({
      do: fc.constantFrom('prove', 'prove', 'restart', 'pause', 'resume', 'resume', 'epoch', 'retry'),
    }),
  ],
];
const step = fc.oneof(
  ...weighted.map(([weight, arbitrary]) => ({ weight, arbitrary })),
) as fc.Arbitrary<Step>;

/** The same with power that fails somewhere in what follows, now and then. */
const cutting = fc.oneof(
  { weight: 3, arbitrary: step },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('cut' as const),
      operation: fc.integer({ min: 1, max: 6 }),
      moment: fc.constantFrom<Moment>('before', 'torn', 'after'),
    }),
  },
);

/** A board, a chain and every envelope that was ever made for it. */
class History {
  readonly board = new Board();
  readonly made: Prepared[] = [];
  /** For each effect, whether its envelope was in a final block when it happened. */
  readonly early: string[] = [];
  readonly #power: Power;
  readonly #flash: ReturnType<typeof withFaults>;
  cuts = 0;

  constructor(seed = 1) {
    this.#power = new Power({ seed });
    this.#flash = withFaults(this.board.flash, this.#power);
    this.board.boot(this.#flash);
    this.board.onEffect = () => {
      const effect = this.board.effects[this.board.effects.length - 1];
      const [name, n] = effect.split(' ');
      const { hash } = this.made[Number(n)];
      const final = this.board.chain.linksUntil(this.board.chain.finalized);
      const isFinal = final.some(link => Buffer.compare(link.commandHash, hash) === 0);
      if (name !== 'loose' && !isFinal) this.early.push(effect);
    };
  }

  #make(name: string, fields = {}): Prepared {
    const { chain } = this.board;
    const salt = new Uint8Array(32).fill(this.made.length);
    const times = { notBefore: chain.now - 10, notAfter: chain.now + 20 * 86_400 };
    const prepared = this.board.envelope(name, { ...times, salt, ...fields }, this.made.length);
    this.made.push(prepared);
    return prepared;
  }

  #link(name: string, fields = {}): Prepared {
    const prepared = this.#make(name, fields);
    this.board.relink(prepared);
    return prepared;
  }

  /** One step; if the power fails in it, the board starts again. */
  async take(one: Step): Promise<void> {
    try {
      await this.#take(one);
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      this.cuts++;
      this.#power.restore();
      this.board.boot(this.#flash);
      await this.board.commands.recover();
    }
  }

  async #take(one: Step): Promise<void> {
    const { board } = this;
    if (one.do === 'cut') this.#power.cutAt(one.operation, one.moment);
    const { chain, commands } = board;
    if (one.do === 'link') this.#link(one.name);
    if (one.do === 'order') await commands.deliver(this.#link(one.name).bytes);
    if (one.do === 'deliver' && this.made.length > 0) {
      await commands.deliver(this.made[one.which % this.made.length].bytes);
    }
    // The same envelope on another branch: only where its number and epochs still fit.
    if (one.do === 'relink' && this.made.length > 0) {
      const again = this.made[one.which % this.made.length];
      const { epoch, sequence } = chain.state;
      if (again.envelope.sequence === sequence + 1 && again.envelope.epoch === epoch) board.relink(again);
    }
    if (one.do === 'reorganise') {
      const depth = Math.min(one.depth, chain.tip.number - chain.finalized);
      if (depth > 0) chain.reorganise(depth);
    }
    if (one.do === 'finalise') chain.finalise(Math.max(chain.finalized, chain.tip.number - one.back));
    if (one.do === 'prove') {
      const proof = this.#link('again', { challenge: board.challenge });
      chain.finalise();
      await commands.deliver(proof.bytes);
    }
    if (one.do === 'restart') {
      board.boot(this.#flash);
      await board.commands.recover();
    }
    if (one.do === 'pause') chain.change({ paused: true });
    if (one.do === 'resume') chain.change({ paused: false });
    if (one.do === 'epoch') chain.bumpEpoch();
    if (one.do === 'retry') await commands.retry();
  }

  /** Everything is delivered, in order, on a chain that is final and not paused, by a board that has proven now. */
  async conclude(): Promise<void> {
    const { board } = this;
    this.#power.restore();
    board.chain.change({ paused: false }).finalise();
    await this.take({ do: 'prove' });
    for (const link of board.chain.linksUntil(board.chain.finalized)) {
      const prepared = this.made.find(({ hash }) => Buffer.compare(hash, link.commandHash) === 0);
      if (prepared) await board.commands.deliver(prepared.bytes);
    }
    await board.commands.retry();
  }
}

test('nothing runs twice or before it may, receipts never skip, and in the end everything final is consumed', async t => {
  let effects = 0;
  let forks = 0;
  await holdsAsync(
    t,
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async steps => {
      const history = new History();
      const { board, made } = history;
      await history.take({ do: 'prove' });
      for (const one of steps) await history.take(one);
      await history.conclude();

      t.deepEqual(history.early, [], 'what needs finality waited for it');
      const once = board.effects.filter(effect => !effect.startsWith('again'));
      t.deepEqual(once, [...new Set(once)], 'each envelope once');
      t.false(
        board.effects.some(effect => effect.startsWith('grave')),
        'never in class 0',
      );
      effects += once.length;

      const receipts = new Map(
        board.said.flatMap(({ receipt }) => (receipt ? [[receipt.receipt.counter, receipt.receipt]] : [])),
      );
      t.deepEqual(
        [...receipts.keys()].sort((a, b) => a - b),
        Array.from({ length: receipts.size }, (_, i) => i + 1),
      );
      forks += [...receipts.values()].filter(({ outcome }) => outcome === 'reorged').length;

      const { chain, ledger } = board;
      t.is(ledger.position.sequence, chain.state.sequence);
      t.is(ledger.position.epoch, chain.state.epoch);
      t.deepEqual(ledger.position, { ...ledger.settled, block: ledger.position.block });
      t.false(
        ledger.ran.some(({ reorged }) => !reorged),
        'what ran is final, or receipted as taken back',
      );
      const ran = new Set(board.effects.map(effect => Number(effect.split(' ')[1])));
      for (const link of chain.linksUntil(chain.finalized)) {
        if (link.epoch !== chain.state.epoch) continue;
        const n = made.findIndex(({ hash }) => Buffer.compare(hash, link.commandHash) === 0);
        if (!made[n].envelope.action.endsWith('grave')) t.true(ran.has(n), `link ${link.sequence} ran`);
      }
    }),
    { numRuns: 70 },
  );
  t.log(`${effects} effects, ${forks} of them taken back`);
  t.true(effects > 30 && forks > 0);
});

test('power that fails in any of it makes nothing run twice, and the board still gets to the end', async t => {
  let cuts = 0;
  const property = fc.asyncProperty(
    fc.array(cutting, { minLength: 5, maxLength: 40 }),
    fc.nat(1000),
    async (steps, seed) => {
      const history = new History(seed);
      const { board } = history;
      await history.take({ do: 'prove' });
      for (const one of steps) await history.take(one);
      await history.conclude();
      cuts += history.cuts;
      t.deepEqual(history.early, []);
      const once = board.effects.filter(effect => !effect.startsWith('again'));
      t.deepEqual(once, [...new Set(once)]);
      t.is(board.ledger.position.sequence, board.chain.state.sequence);
      t.is(board.ledger.position.epoch, board.chain.state.epoch);
      t.is(board.ledger.inFlight(), undefined);
      t.false(board.ledger.ran.some(({ reorged }) => !reorged));
    },
  );
  await holdsAsync(t, property, { numRuns: 60 });
  // Once the room was full of later envelopes that links name, and the first found no place for ever.
  await holdsAsync(t, property, { numRuns: 53, seed: 1_114_428_075 });
  t.log(`${cuts} cuts`);
  t.true(cuts > 5);
});

test('more orders than a board has places for keep no proof of now away: the envelope with the challenge keeps its place', async t => {
  const history = new History();
  await history.take({ do: 'restart' });
  for (let i = 0; i < 12; i++) {
    await history.take({ do: 'order', name: 'once' });
    await history.take({ do: 'link', name: 'once' });
  }
  await history.conclude();
  const { chain, ledger } = history.board;
  t.true(chain.state.sequence > 12);
  t.is(ledger.position.sequence, chain.state.sequence);
});
