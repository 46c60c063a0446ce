/** The two example apps, driven by nothing but pins. */
import test from 'ava';
import { type App, findAction } from '../../../firmware/app/app.js';
import { encodeParams, parseParams } from '../../../firmware/app/params.js';
import { relay } from '../../../firmware/apps/relay/relay.js';
import { sensor } from '../../../firmware/apps/sensor/sensor.js';
import type { Pins } from '../../../firmware/port/pins.js';

class Bench implements Pins {
  outputs: Record<number, boolean> = {};
  input = 0;
  write(pin: number, on: boolean): void {
    this.outputs[pin] = on;
  }
  sample(): number {
    return this.input;
  }
}

/** The result, or `refused` when the params do not fit. */
function order(app: App, name: string, params: unknown): unknown {
  const action = findAction(app, name)!;
  const parsed = parseParams(action, encodeParams(params));
  return parsed.verdict === 'accepted'
    ? action.run(parsed.value as never, { operator: undefined })
    : 'refused';
}

test('the relay is off at the start, switches, toggles, and is idempotent where it says so', t => {
  const bench = new Bench();
  const app = relay(bench);
  app.start?.();
  t.is(bench.outputs[4], false);
  t.true(app.healthy());
  t.deepEqual(order(app, 'relay.set', { on: true }), { on: true });
  t.deepEqual(order(app, 'relay.set', { on: true }), { on: true });
  t.is(bench.outputs[4], true);
  t.deepEqual(order(app, 'relay.toggle', {}), { on: false });
  t.is(bench.outputs[4], false);
  t.true(app.actions.set.idempotent);
  t.false(app.actions.toggle.idempotent);
});

test('the relay refuses what its schema does not name', t => {
  const bench = new Bench();
  const app = relay(bench);
  for (const params of [{}, { on: 1 }, { on: true, for: 5 }, [], null, 'on'])
    t.is(order(app, 'relay.set', params), 'refused');
  t.deepEqual(bench.outputs, {});
  t.deepEqual(order(app, 'relay.set', { on: true }), { on: true });
});

test('the sensor reads, raises its alarm above the limit, and lets no update begin meanwhile', t => {
  const bench = new Bench();
  const app = sensor(bench);
  app.start?.();
  bench.input = 1000;
  t.deepEqual(order(app, 'sensor.read', {}), { value: 1000, alarm: false, readings: 1 });
  t.false(app.busy?.());
  t.deepEqual(order(app, 'sensor.limit', { threshold: 999 }), { threshold: 999 });
  t.deepEqual(order(app, 'sensor.read', {}), { value: 1000, alarm: true, readings: 2 });
  t.is(bench.outputs[2], true);
  t.true(app.busy?.());
  for (const threshold of [-1, 4096, 1.5, '9']) t.is(order(app, 'sensor.limit', { threshold }), 'refused');
});

test('what cannot be undone is irreversible, what harms nobody may run early', t => {
  const app = sensor(new Bench());
  t.is(app.actions.clear.class, 'irreversible');
  t.deepEqual([app.actions.read.finality, app.actions.read.beforeNow], ['latest', true]);
  t.is(order(app, 'sensor.clear', { reason: 'x'.repeat(81) }), 'refused');
  t.deepEqual(order(app, 'sensor.clear', { reason: 'moved' }), { reason: 'moved' });
  t.deepEqual(order(app, 'sensor.read', {}), { value: 0, alarm: false, readings: 1 });
});
