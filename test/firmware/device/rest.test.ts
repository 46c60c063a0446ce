/** Deep sleep as its fleet sets it: when a board falls asleep, what it refuses, and what a wake may count of the time. */
import test from 'ava';
import * as v from 'valibot';
import { AppHost } from '../../../firmware/app/host.js';
import { encodeParams } from '../../../firmware/app/params.js';
import { RecordKey } from '../../../firmware/app/records.js';
import { telemetry } from '../../../firmware/app/telemetry.js';
import { relay } from '../../../firmware/apps/relay/relay.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import { encodeRecord } from '../../../firmware/bytes/record.js';
import { run } from '../../../firmware/device/device.js';
import { Rest } from '../../../firmware/device/rest.js';
import {
  readSleepPlan,
  SLEEP_ACTION,
  type SleepPlan,
  sleepChange,
} from '../../../firmware/device/sleepPlan.js';
import { openStore } from '../../../firmware/device/store.js';
import { StoreKey } from '../../../firmware/ledger/keys.js';
import { openJournal } from '../../../firmware/store/journal.js';
import { encodeConfiguration } from '../../../firmware/trust/configuration.js';
import { Floors } from '../../../firmware/trust/floors.js';
import type { KeptRecord } from '../../../firmware/trust/open.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';
import { FakeBoard } from '../../fakes/board.js';
import { word } from '../../fakes/bytes.js';
import { MemoryFlash } from '../../fakes/memoryFlash.js';
import { Board } from '../command/board.js';
import { LightBoard, LightWorld } from '../trust/lightWorld.js';
import { image } from '../update/release.js';
import { DEVELOPMENT } from './trust.js';

function inMemory(): KeptRecord {
  let kept: Uint8Array | undefined;
  return {
    load: () => kept,
    save: record => {
      kept = record;
    },
  };
}

const PLAN: SleepPlan = { wakeEverySeconds: 3600, awakeSeconds: 30 };

function sleeper(plan = PLAN) {
  const clock = new HandClock();
  const said: string[] = [];
  const state: { busy: boolean; plan: SleepPlan | undefined } = { busy: false, plan };
  const rest = new Rest({
    clock,
    isBusy: () => state.busy,
    plan: () => state.plan,
    leave: async () => void said.push('goodbye'),
    sleep: milliseconds => void said.push(`asleep for ${milliseconds}`),
  });
  return { clock, rest, said, state };
}

test('a board without anything to do falls asleep when its time awake is over, and says goodbye first', async t => {
  const { clock, rest, said } = sleeper();
  clock.advance(29_999);
  t.false(rest.isDue);
  await rest.fall();
  t.deepEqual(said, []);
  clock.advance(1);
  t.true(rest.isDue);
  await rest.fall();
  t.deepEqual(said, ['goodbye', 'asleep for 3600000']);
});

test('without a plan it never sleeps, and a plan that ends while the turn was waited for does not count', async t => {
  const awake = sleeper();
  awake.state.plan = undefined;
  awake.clock.advance(1e9);
  t.false(awake.rest.isDue);
  await awake.rest.fall();
  t.deepEqual(awake.said, []);
});

test('what is under way keeps it awake, and no stranger for ever', async t => {
  const { clock, rest, said, state } = sleeper();
  state.busy = true;
  clock.advance(1_199_999);
  t.false(rest.isDue, 'an order waits for finality');
  clock.advance(1);
  t.true(rest.isDue, 'twenty minutes are enough of junk');
  state.busy = false;
  await rest.fall();
  t.is(said.length, 2);
  const patient = sleeper({ wakeEverySeconds: 3600, awakeSeconds: 600 });
  patient.state.busy = true;
  patient.clock.advance(4_799_999);
  t.false(patient.rest.isDue);
  patient.clock.advance(1);
  t.true(patient.rest.isDue, 'eight times its time awake');
});

/** A whole board is configured, and forty seconds pass. */
async function awake(board: FakeBoard): Promise<void> {
  const settled = async () => {
    for (let i = 0; i < 20; i++) await new Promise(resolve => setImmediate(resolve));
  };
  await settled();
  const trust = toHex(encodeConfiguration(DEVELOPMENT));
  await board.ask('configure', { trust, broker: 'mqtt://127.0.0.1:9', images: [] });
  for (let i = 0; i < 4; i++) {
    await settled();
    board.clock.advance(10_000);
  }
  await settled();
}

test('a whole board with a plan ends its run, connected or not, and one without goes on', async t => {
  for (const plan of [encodeRecord([60, 10]), undefined]) {
    const flash = new MemoryFlash();
    const slept: number[] = [];
    const board = new FakeBoard(image(1), { flash });
    const { crypto, entropy } = board.ports;
    openStore({ crypto: crypto!, entropy, flash })!.journal.put([[StoreKey.sleep, plan]]);
    run(
      { ...board.ports, deepSleep: milliseconds => void slept.push(milliseconds) },
      relay(board.ports.pins),
    );
    await awake(board);
    t.deepEqual(slept.slice(0, 1), plan ? [60_000] : []);
  }
});

test('what the app reported lies in flash before a whole board sleeps, and where it reported nothing, nothing does', async t => {
  for (const reported of [true, false]) {
    const flash = new MemoryFlash();
    const slept: (Uint8Array | undefined)[] = [];
    const board = new FakeBoard(image(1), { flash });
    const { crypto, entropy } = board.ports;
    openStore({ crypto: crypto!, entropy, flash })!.journal.put([[StoreKey.sleep, encodeRecord([60, 10])]]);
    const kept = () => openJournal(flash.open('telemetry')).get(RecordKey.telemetry);
    const ports = { ...board.ports, deepSleep: () => void slept.push(kept()) };
    run(
      ports,
      records =>
        new AppHost({ ...ports, records }, host => ({
          ...{ name: 'x', actions: {}, healthy: () => true },
          telemetry: { n: telemetry({ value: v.number() }) },
          start: () => void (reported && host.report('n', 1)),
        })).app,
    );
    await awake(board);
    t.deepEqual(
      slept.slice(0, 1).map(batch => batch !== undefined),
      [reported],
    );
  }
});

const checkpoints = { fleet: new Uint8Array(20), threshold: 1, keys: [new Uint8Array(20)] };
const light = { maximumSleep: 86_400 } as never;

test('times that would cost a board its messages or its trust are refused, their twins kept', t => {
  const record = inMemory();
  const deepSleep = () => {};
  const change = sleepChange({ deepSleep }, { checkpoints, light }, record)!;
  for (const [wakeEverySeconds, awakeSeconds] of [
    [59, 30],
    [43_201, 30],
    [3600, 9],
    [3600, 3601],
    [3600.5, 30],
  ])
    t.throws(() => change({ wakeEverySeconds, awakeSeconds }));
  t.is(readSleepPlan(record), undefined);
  for (const plan of [
    PLAN,
    { wakeEverySeconds: 60, awakeSeconds: 10 },
    { wakeEverySeconds: 43_200, awakeSeconds: 3600 },
  ]) {
    change(plan);
    t.deepEqual(readSleepPlan(record), plan);
  }
  change({ wakeEverySeconds: 0, awakeSeconds: 0 });
  t.is(readSleepPlan(record), undefined, 'awake again');
  const alone = sleepChange({ deepSleep }, { light }, record)!;
  t.throws(() => alone(PLAN), { message: /checkpoint keys/ });
  const short = sleepChange({ deepSleep }, { checkpoints, light: { maximumSleep: 7199 } as never }, record)!;
  t.throws(() => short(PLAN), { message: /maximumSleep/ });
  sleepChange({ deepSleep }, {}, record)!(PLAN);
  t.deepEqual(readSleepPlan(record), PLAN, 'without level 4 nothing is lost');
  t.is(sleepChange({}, {}, record), undefined, 'a platform without deep sleep has no such order');
});

test('the order is for the threshold alone', async t => {
  const plans: SleepPlan[] = [];
  const params = encodeParams({ wakeEvery: 3600, awake: 30 });
  for (const [commandClass, outcome] of [
    [0, /class/],
    [1, /^done$/],
  ] as const) {
    const board = new Board();
    board.changes.sleep = plan => void plans.push(plan);
    board.boot();
    await board.proveNow();
    const order = board.link('sleep', { action: SLEEP_ACTION, class: commandClass, params });
    board.chain.finalise();
    t.regex(await board.deliver(order), outcome);
  }
  t.deepEqual(plans, [PLAN]);
});

test('a wake is a restart: the clock is a floor from before, now is not proven, and no slept second is counted', t => {
  const head = {
    number: 9,
    timestamp: 1_800_000_000,
    hash: word(9),
    level: 4,
    finalized: true,
    basis: 'test',
  } as const;
  const evening = new Floors({ clock: new HandClock() });
  evening.proveNow(head);
  t.true(evening.nowProven(4));
  // Eight hours of deep sleep: the clock of the next boot begins at nothing.
  const morning = new Floors({ clock: new HandClock(), record: evening.encode() });
  t.is(morning.now(4), head.timestamp);
  t.false(morning.nowProven(4));
  const later = { ...head, number: 10, timestamp: head.timestamp + 28_800 };
  t.is(morning.admitNewest(later, 3600).verdict, 'accepted', 'what is newer than the floor is believed');
  t.is(morning.now(4), later.timestamp);
});

test('what was slept moves no point of level 4: after maximumSleep of wakes a checkpoint is needed; awake none is', async t => {
  const HOUR = 3600;
  const DAY = 24 * HOUR;
  const wakes = async (isAsleep: boolean) => {
    const world = new LightWorld();
    const board = new LightBoard(world, DAY);
    await board.head();
    let hours = 0;
    for (; hours < 40; hours++) {
      // An hour of the chain: in light sleep the monotonic clock counts it, in deep sleep it begins anew.
      world.slot += 300;
      if (isAsleep) {
        board.boot();
        await board.head();
        board.clock.advance(30_000);
      } else board.clock.advance(HOUR * 1000);
      if ((await board.head()) === 'stale') break;
    }
    return hours;
  };
  const asleep = await wakes(true);
  t.true(asleep >= 23 && asleep <= 25, `${asleep} hours by committees alone`);
  t.is(await wakes(false), 40);
});
