/**
 * The power fails at random instants of a command and of an update, on the whole firmware in the emulator: the
 * emulator is killed, and started again on what its flash holds.
 *
 * HOLDFAST_CUTS sets how many of each, HOLDFAST_SEED which. A seed repeats the plan of instants; what the board has
 * come to at an instant also depends on the machine.
 */
import { randomInt } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import { toHex } from '../../../../firmware/bytes/hex.js';
import { Chance } from '../../../../host-sim/node/chance.js';
import { testOnRv32 } from '../withBoard.js';
import { commandState, storedOutcome, updateState } from './flashState.js';
import { CutWorld, type Instant } from './world.js';

const cuts = Number(process.env.HOLDFAST_CUTS ?? 6);
const seed = Number(process.env.HOLDFAST_SEED ?? randomInt(2 ** 31));

/** Half of them anywhere, half of them close to where the flash changes. */
function instant(chance: Chance, duration: number, of: Instant['of'], mostChanges: number): Instant {
  const anywhere = chance.below(2) === 0;
  const fraction = chance.below(10_000) / 10_000;
  const changes = 1 + chance.below(mostChanges);
  if (anywhere) return { changes: 0, of, milliseconds: fraction * duration * 1.1 };
  return { changes, of, milliseconds: fraction ** 3 * 60 };
}

const shown = ({ changes, milliseconds, of }: Instant): string =>
  changes > 0
    ? `${milliseconds.toFixed(1)} ms after change ${changes} of ${of}`
    : `at ${milliseconds.toFixed(0)} ms`;

class Histogram {
  readonly #counts = new Map<string, number>();

  add(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  toString(): string {
    return [...this.#counts]
      .sort(([a], [b]) => a.localeCompare(b))
      .map(([what, count]) => `${count} × ${what}`)
      .join('; ');
  }
}

async function open(t: ExecutionContext): Promise<CutWorld> {
  t.timeout(120_000 + cuts * 60_000);
  const world = await CutWorld.open();
  t.teardown(() => world.close());
  return world;
}

testOnRv32(
  'power that fails anywhere in a command leaves it untouched, on its way or receipted, and it takes effect at most once',
  async t => {
    const world = await open(t);
    const chance = new Chance(seed);
    const found = new Histogram();
    const ended = new Histogram();
    let duration = 0;
    for (let i = 0; i < 2; i++) {
      const order = await world.order();
      const began = performance.now();
      await world.settle(order);
      duration = performance.now() - began;
      t.is(world.effects.get(order.n), 1, 'the untouched twin');
    }
    for (let i = 0; i < cuts; i++) {
      const when = instant(chance, duration, 'journal', 3);
      const label = `seed ${seed}, cut ${i}, ${shown(when)}`;
      const order = await world.order();
      await world.deliver(order);
      await world.cut(when, 3 * duration);
      const state = commandState(world.directory, order.hash, order.envelope.sequence);
      const effects = world.effects.get(order.n) ?? 0;
      found.add(`${state}, ${effects === 0 ? 'no effect yet' : 'effect seen'}`);
      t.not(state, 'half', label);
      if (state === 'untouched') t.is(effects, 0, `${label}: an effect before it was consumed`);
      if (state === 'receipted') t.is(effects, 1, `${label}: receipted, so it ran`);
      t.true(effects <= 1, label);

      await world.powerOn();
      // The other carries the challenge of this boot: from it the board knows what time it is.
      const proof = await world.order();
      await world.settle(order, proof);
      const outcomes = new Set(world.outcomes(order.hash));
      ended.add([...outcomes].join());
      t.deepEqual([...outcomes], [state === 'consumed, on its way' ? 'interrupted' : 'done'], label);
      const after = world.effects.get(order.n) ?? 0;
      if (outcomes.has('done')) t.is(after, 1, label);
      else t.is(after, effects, `${label}: it ran again`);
      t.is(world.effects.get(proof.n), 1, `${label}: the order after it`);
    }
    t.deepEqual(world.strangers, []);
    t.log(
      `seed ${seed}, a command takes ${duration.toFixed(0)} ms; ${cuts} cuts found: ${found}; ended: ${ended}`,
    );
  },
);

testOnRv32(
  'power that fails anywhere in an update leaves a board that boots a whole, approved image, and updates in the end',
  async t => {
    const world = await open(t);
    const chance = new Chance(seed);
    const found = new Histogram();
    let running = 1;
    let duration = 0;
    let completed = 0;
    let abandoned = 0;
    let rolledBack = 0;
    let unsent = 0;

    const whole = async () => {
      await world.settle(await world.order());
      const release = await world.release(++running);
      const restarts = world.board.restarts + 1;
      const began = performance.now();
      const receipt = world.receiptOf(release.hash);
      await world.offer(release);
      t.is(await receipt, 'done');
      duration = performance.now() - began;
      await world.restarted(restarts);
      t.is(updateState(world.directory, toHex(release.offer.imageSha256), release.hash), 'done');
    };
    await whole();

    let release = await world.release(running + 1);
    for (let i = 0; i < cuts; i++) {
      const when = instant(chance, duration, chance.of(['boot', 'boot', 'journal']), 3);
      const label = `seed ${seed}, cut ${i}, ${shown(when)}`;
      await world.settle(await world.order());
      await world.offer(release);
      await world.cut(when, 2 * duration);
      const image = toHex(release.offer.imageSha256);
      const state = updateState(world.directory, image, release.hash);
      found.add(state);

      const hello = await world.powerOn();
      t.deepEqual(world.strangers, [], label);
      const started = state === 'pending' || state === 'confirmed, not receipted' || state === 'done';
      t.is(hello.version, started ? release.offer.version : running, `${label}: ${state}`);
      if (state === 'started, not confirmed') t.truthy(hello.rolledBack, label);
      if (hello.rolledBack) rolledBack++;
      if (started) {
        // It confirms itself; nobody has to prove what time it is for that.
        // (A receipt that was stored and not sent when the power failed is never sent: only its number shows.)
        if (state === 'done') t.is(storedOutcome(world.directory, release.hash), 'done', label);
        else if (!world.outcomes(release.hash).includes('done')) await world.receiptOf(release.hash);
        const told = [...new Set(world.outcomes(release.hash))];
        if (told.length === 0) unsent++;
        else t.deepEqual(told, ['done'], label);
        running = release.offer.version;
        completed++;
      } else if (world.outcomes(release.hash).includes('failed')) {
        abandoned++;
      } else continue;
      release = await world.release(release.offer.version + 1);
    }
    running = release.offer.version;
    await whole();
    t.deepEqual(world.strangers, []);
    t.log(
      `seed ${seed}, an update takes ${duration.toFixed(0)} ms; ${cuts} cuts found: ${found}; ` +
        `${completed} updates completed after a cut, ${rolledBack} rolled back, ${abandoned} given up, ` +
        `${unsent} receipts stored and never sent`,
    );
  },
);
