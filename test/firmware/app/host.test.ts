/** The board as an app has it: time, faults, pins, log. */
import test from 'ava';
import * as v from 'valibot';
import { decodeCbor } from '../../../firmware/app/cbor.js';
import { action, type Board, defineApp, type MakeApp, type Result } from '../../../firmware/app/face.js';
import { AppHost, LOG_CHARACTERS_MAX, TIMERS_MAX } from '../../../firmware/app/host.js';
import { LOG_LINES_MAX, LOG_WINDOW_MS } from '../../../firmware/app/log.js';
import { forgottenRecords } from '../../../firmware/app/records.js';
import { STATE_BYTES_MAX, shownState } from '../../../firmware/app/state.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';

const blank = defineApp({ name: 'blank', healthy: () => true, actions: {} });

/** A host whose app is `make`, with inputs and outputs as plain maps. */
function hostOf(make: (board: Board) => unknown, isConfirmed = false) {
  const clock = new HandClock();
  const log: string[] = [];
  const outputs: Record<number, boolean> = {};
  const inputs: Record<number, number> = {};
  const pins = {
    write: (pin: number, on: boolean) => {
      outputs[pin] = on;
    },
    sample: (pin: number) => inputs[pin] ?? 0,
    sense: (pin: number, pull: string) => (inputs[pin] ?? (pull === 'up' ? 1 : 0)) > 0,
  };
  const console = { log: (line: string) => void log.push(line) };
  const host = new AppHost(
    { clock, pins, console, records: forgottenRecords(), isConfirmed },
    board => (make(board) as undefined) ?? blank,
  );
  /** Lets time pass, and promises run between two timers. */
  const pass = async (ms: number) => {
    for (let i = 0; i < ms; i += 10) {
      clock.advance(10);
      await new Promise(resolve => setImmediate(resolve));
    }
  };
  return { host, log, outputs, inputs, pass };
}

test('every calls back each period until it is cancelled, after once, and none when the app has ended', async t => {
  const calls: string[] = [];
  let cancel = () => {};
  const { host, pass } = hostOf(board => {
    cancel = board.every(100, () => calls.push('every'));
    board.after(150, () => calls.push('after'));
    board.after(1000, () => calls.push('late'));
  });
  await pass(300);
  t.deepEqual(calls, ['every', 'after', 'every', 'every']);
  cancel();
  await pass(300);
  t.is(calls.length, 4);
  host.close();
  await pass(2000);
  t.is(calls.length, 4);
});

test('a call that lasts longer than its period delays the next: none overtakes another', async t => {
  let running = 0;
  let most = 0;
  let end = () => {};
  const { pass } = hostOf(
    board =>
      void board.every(10, async () => {
        most = Math.max(most, ++running);
        await new Promise<void>(resolve => {
          end = resolve;
        });
        running--;
      }),
  );
  await pass(100);
  t.is(running, 1);
  end();
  await pass(100);
  t.is(most, 1);
});

test('what an app throws or rejects in time is its fault: logged in one line, unhealthy, and it goes on', async t => {
  const { host, log, pass } = hostOf(board => {
    board.every(100, () => {
      throw new Error('dry');
    });
    board.after(50, () => Promise.reject(new Error('wet')));
  });
  t.true(await host.app.healthy());
  await pass(250);
  t.is(host.faults, 3);
  t.false(await host.app.healthy());
  t.is(log.length, 3);
  t.regex(log[0], /^app fault: .*wet/);
  t.regex(log[2], /^app fault: .*dry[^\n]*$/);
});

test('periods and the number of timers are bounded; what has ended makes room', async t => {
  const { host, pass } = hostOf(() => undefined);
  t.throws(() => host.every(9, () => {}), { instanceOf: RangeError });
  t.throws(() => host.every(Number.NaN, () => {}), { instanceOf: RangeError });
  for (let i = 0; i < TIMERS_MAX; i++) host.after(20, () => {});
  t.throws(() => host.after(20, () => {}), { instanceOf: RangeError });
  await pass(30);
  t.notThrows(() => host.after(20, () => {}));
});

test('pins in the shapes of ECMA-419: outputs, inputs with and without a pull-up, edges, analogue', async t => {
  const edges: number[] = [];
  let falling = 0;
  const { host, inputs, outputs, pass } = hostOf(() => undefined);
  const { Analog, Digital } = host.io;
  t.is(host.io, host.io);
  const led = new Digital({ pin: 1, mode: Digital.Output });
  led.write(1);
  t.deepEqual([outputs[1], led.read()], [true, 1]);
  t.is(new Digital({ pin: 2, mode: Digital.InputPullUp }).read(), 1);
  const input = new Digital({
    pin: 3,
    mode: Digital.Input,
    onReadable() {
      edges.push(this.read());
    },
  });
  new Digital({ pin: 3, mode: Digital.Input, edge: Digital.Falling, onReadable: () => falling++ });
  t.throws(() => input.write(1), { message: /is an input/ });
  for (const level of [1, 1, 0, 1]) {
    inputs[3] = level;
    await pass(40);
  }
  t.deepEqual(edges, [1, 0, 1]);
  t.is(falling, 1);
  input.close();
  inputs[3] = 0;
  await pass(40);
  t.is(edges.length, 3);
  inputs[9] = 4095;
  t.is(new Analog({ pin: 9 }).read(), 4095);
  t.throws(() => new Digital({ pin: 1, mode: 7 }), { instanceOf: RangeError });
});

test('log lines are bounded and say their weight', t => {
  const { host, log } = hostOf(() => undefined);
  host.log('x'.repeat(1000));
  host.log('hot', 'warning');
  t.is(log[0].length, 'app: '.length + LOG_CHARACTERS_MAX);
  t.is(log[1], 'app warning: hot');
});

test('what is no app is refused as it is made; an app keeps its own members', async t => {
  const make = (value: unknown) => () => hostOf(() => value);
  t.throws(make(5), { instanceOf: TypeError, message: /gives no app/ });
  t.throws(make({ name: 'x', healthy: () => true }), { instanceOf: TypeError });
  const app = { ...blank, actions: { go: action({ params: {} as never, run: () => 1 }) } };
  const made = hostOf((() => app) as unknown as MakeApp);
  t.is(made.host.app.actions, app.actions);
  t.is(made.host.app.name, 'blank');
});

test('an app whose busy or lock throws keeps the board neither from the update that repairs it nor from its lock', t => {
  const app = defineApp({
    name: 'broken',
    healthy: () => true,
    actions: {},
    busy: () => {
      throw new Error('no sensor');
    },
    lock: () => {
      throw new Error('no pin');
    },
  });
  const { host, log } = hostOf(() => app);
  t.notThrows(() => host.app.lock!());
  t.falsy(host.app.busy!());
  t.falsy(host.app.busy!());
  t.is(host.faults, 2);
  t.regex(log.join(), /app fault: .*no pin.*app fault: .*no sensor/);
  const { host: whole } = hostOf(() => ({ ...app, busy: () => true, lock: undefined }));
  t.deepEqual([whole.app.busy!(), whole.app.lock, whole.faults], [true, undefined, 0]);
});

test('a confirmed app that throws as it is made or started leaves a board that goes on; a new one throws, and is rolled back', async t => {
  const calls: string[] = [];
  const broken = (board: Board): never => {
    board.config({ schema: v.strictObject({ pin: v.optional(v.number(), 5) }) });
    board.every(100, () => calls.push('every'));
    throw new Error('no sensor');
  };
  t.throws(() => hostOf(broken), { message: 'no sensor' });
  const { host, log, pass } = hostOf(broken, true);
  t.regex(log.join('|'), /^app fault: .*no sensor[^|]*\|app warning: the board goes on without its app/);
  t.deepEqual([Object.keys(host.app.actions), await host.app.healthy(), host.faults], [[], false, 1]);
  t.truthy(host.app.framework?.config, 'the owner can still mend what it was configured with');
  await pass(300);
  t.deepEqual(calls, [], 'its timers have ended');

  const start = () => {
    throw new Error('no lamp');
  };
  const unstarted = () => ({ ...blank, start });
  t.throws(hostOf(unstarted).host.app.start!, { message: 'no lamp' });
  const started = hostOf(unstarted, true);
  t.notThrows(started.host.app.start!);
  t.regex(started.log.join(), /^app fault: .*no lamp/);
  const { app, faults } = hostOf(() => blank, true).host;
  t.deepEqual([app.name, await app.healthy(), faults], ['blank', true, 0]);
});

test('what an app shows is bounded and plain; its fault is said once, and the status goes on without it', t => {
  let shown: unknown = { on: true };
  const app = defineApp({ name: 'shown', healthy: () => true, actions: {}, state: () => shown as Result });
  const { host, log } = hostOf(() => app);
  t.deepEqual(decodeCbor(shownState(host.app)), { on: true });
  for (const wrong of ['x'.repeat(STATE_BYTES_MAX), () => 1, Number.NaN]) {
    shown = wrong;
    t.is(shownState(host.app).length, 0);
    t.is(shownState(app).length, 0, 'nor on a board whose app has no host');
  }
  t.deepEqual([log.length, host.faults], [1, 1]);
  shown = 'x'.repeat(STATE_BYTES_MAX - 2);
  t.is(shownState(host.app).length, STATE_BYTES_MAX);
  t.is(shownState(defineApp({ name: 'silent', healthy: () => true, actions: {} })).length, 0);
});

test('a flood of lines is cut, the end of its window says by how many; a fault among them is written', async t => {
  const { host, log, pass } = hostOf(board => {
    board.after(5000, () => {
      throw new Error('dry');
    });
  });
  for (let i = 0; i < LOG_LINES_MAX + 8; i++) host.log(`line ${i}`);
  t.is(log.length, LOG_LINES_MAX);
  t.is(log.at(-1), `app: line ${LOG_LINES_MAX - 1}`);
  await pass(5000);
  t.regex(log.at(-1)!, /^app fault: .*dry/);
  await pass(LOG_WINDOW_MS - 5000);
  t.is(log.at(-1), 'app warning: 8 lines left out');
  host.log('calm again');
  t.is(log.at(-1), 'app: calm again');
  t.is(log.length, LOG_LINES_MAX + 3);
});

test('faults are bounded too, and each counts', async t => {
  const { host, log, pass } = hostOf(board => {
    board.every(10, () => {
      throw new Error('dry');
    });
  });
  await pass(20 * LOG_LINES_MAX + 100);
  t.is(log.length, 2 * LOG_LINES_MAX);
  t.is(host.faults, 2 * LOG_LINES_MAX + 10);
});
