/** The board of an author's tests does with orders what a real one does. */
import test from 'ava';
import * as v from 'valibot';
import { action, type Board, defineApp } from '../../../firmware/app/face.js';
import { testBoard } from '../../../host-sim/testing/index.js';

let starts = 0;
let runs = 0;
let finish = () => {};

const app = (board: Board) => {
  starts++;
  const out = new board.io.Digital({ pin: 4, mode: board.io.Digital.Output });
  const slow = () =>
    new Promise<number>(resolve => {
      runs++;
      finish = () => resolve(runs);
    });
  const none = v.strictObject({});
  return defineApp({
    name: 'tried',
    healthy: () => true,
    actions: {
      set: action({
        params: v.strictObject({ on: v.boolean() }),
        run: ({ on }) => out.write(on ? 1 : 0) as undefined,
      }),
      throw: action({
        params: none,
        run: () => {
          throw new Error('no');
        },
      }),
      long: action({ params: none, run: () => 'x'.repeat(300) }),
      burn: action({ params: none, class: 'irreversible', run: () => null }),
      slow: action({ params: none, run: slow }),
      again: action({ params: none, idempotent: true, run: slow }),
    },
  });
};

test('done, refused and failed, as receipts have them', async t => {
  const board = testBoard(app);
  t.deepEqual(await board.order('tried.set', { on: true }), { outcome: 'done', result: undefined });
  t.is(board.output(4), 1);
  const refused = { outcome: 'refused', code: 'params' } as const;
  t.deepEqual(await board.order('tried.set', { on: 1 }), refused);
  t.deepEqual(await board.order('tried.nothing'), refused);
  t.deepEqual(await board.order('other.set', { on: true }), refused);
  t.deepEqual(await board.order('tried.throw'), { outcome: 'failed', message: 'no' });
  t.is((await board.order('tried.long')).outcome, 'failed');
  t.deepEqual(await board.order('tried.burn'), { outcome: 'refused', code: 'class' });
  t.deepEqual(await board.order('tried.burn', {}, { irreversible: true }), { outcome: 'done', result: null });
});

test('a power cut begins the app anew: what is not idempotent is interrupted, what is runs again', async t => {
  const board = testBoard(app);
  await board.order('tried.set', { on: true });
  const [before, slow] = [starts, board.order('tried.slow')];
  await board.powerCut();
  t.deepEqual(await slow, { outcome: 'interrupted' });
  t.is(starts, before + 1);
  t.is(board.output(4), 0);
  runs = 0;
  const again = board.order('tried.again');
  await board.powerCut();
  finish();
  t.deepEqual(await again, { outcome: 'done', result: 2 });
});

test('what an app keeps is there after a power cut and for its next version', async t => {
  const versioned =
    (version: number) =>
    ({ store }: Board) => {
      const seen = store.get('seen', v.array(v.number())) ?? [];
      store.set('seen', [...seen, version]);
      const read = action({ params: v.strictObject({}), run: () => store.get('seen') as number[] });
      return defineApp({ name: 'kept', healthy: () => true, actions: { read } });
    };
  const board = testBoard(versioned(1));
  await board.powerCut();
  await board.update(versioned(2));
  t.deepEqual(await board.order('kept.read'), { outcome: 'done', result: [1, 1, 2] });
  t.deepEqual(await testBoard(versioned(1)).order('kept.read'), { outcome: 'done', result: [1] });
});

test('quiet hours: over midnight, as the configuration has them; what is no time is a fault of the app', async t => {
  const made = (from: string, until = '06:00') =>
    testBoard(board => {
      const { value } = board.config({ schema: v.strictObject({ until: v.optional(v.string(), until) }) });
      return defineApp({
        name: 'quiet',
        healthy: () => true,
        actions: {},
        quiet: () => ({ from, until: value.until }),
      });
    });
  const board = made('22:00');
  t.deepEqual(
    ['21:59', '22:00', '00:00', '05:59', '06:00', '12:00'].map(time => board.quiet(time)),
    [false, true, true, true, false, false],
  );
  t.deepEqual([made('05:00').quiet('05:30'), made('05:00').quiet('06:00')], [true, false]);
  for (const [from, until] of [
    ['6:00', '07:00'],
    ['24:00', '07:00'],
    ['06:60', '07:00'],
    ['06:00:00', '07:00'],
    ['  :  ', '07:00'],
    ['07:00', '07:00'],
  ]) {
    const faulty = made(from, until);
    t.false(faulty.quiet('06:30'));
    t.is(faulty.log.filter(line => line.startsWith('app fault: RangeError')).length, 1, from);
    t.false(await faulty.healthy());
  }
});

test('two operators within a minute: an action is told who orders, and a test says who', async t => {
  const opened: unknown[] = [];
  const dual = (board: Board) => {
    let first: string | undefined;
    return defineApp({
      name: 'dual',
      healthy: () => true,
      actions: {
        open: action({
          params: v.strictObject({}),
          run(_, { operator }) {
            const isSecond = first !== undefined && operator !== first;
            if (isSecond) opened.push([first, operator]);
            first = isSecond ? undefined : operator;
            board.after(60_000, () => {
              first = undefined;
            });
            return { opened: isSecond };
          },
        }),
      },
    });
  };
  const board = testBoard(dual);
  const [a, b] = ['Aa', 'bb'].map(pair => `0x${pair.repeat(20)}`);
  const order = async (operator: string) => {
    const outcome = await board.order('dual.open', {}, { operator });
    return outcome.outcome === 'done' && (outcome.result as { opened: boolean }).opened;
  };
  t.false(await order(a));
  t.false(await order(a), 'one person twice is not two');
  t.true(await order(b));
  t.false(await order(a));
  await board.advance(60_000);
  t.false(await order(b), 'the window has passed');
  t.deepEqual(opened, [[a.toLowerCase(), b]]);
});
