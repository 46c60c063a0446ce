/** Ctrl-C at every step, and while a board is taken: power, line and reservation are as they were found. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import * as v from 'valibot';
import { parse } from 'yaml';
import type { Clock } from '../../../../firmware/port/clock.js';
import { nodeClock } from '../../../../host-sim/node/clock.js';
import { type Ability, abilities } from '../../../../tools/rig/bench/ability.js';
import { Bench } from '../../../../tools/rig/bench/bench.js';
import { machinePace } from '../../../../tools/rig/bench/pace.js';
import type { Target } from '../../../../tools/rig/bench/target.js';
import { ownFarmBoard } from '../../../../tools/rig/farm/farmBoard.js';
import { farmTarget } from '../../../../tools/rig/farm/farmTarget.js';
import { leaseOf } from '../../../../tools/rig/farm/reservation.js';
import type { ReadyStep } from '../../../../tools/rig/parse.js';
import { asFound } from '../../../../tools/rig/power/asFound.js';
import { runScenarios } from '../../../../tools/rig/run.js';
import { startSerialBoard } from '../../../../tools/rig/serial/serialBoard.js';
import { serialTarget } from '../../../../tools/rig/serial/serialTarget.js';
import { kindOf, type StepName, steps } from '../../../../tools/rig/steps/index.js';
import { scenarioOf } from '../fakes.js';
import { fakeConsole } from './fakeConsole.js';

const nothing = () => {};

/** No question to it is ever answered: each step stops where it first waits for its world. */
const unanswered: unknown = new Proxy(() => {}, {
  get: (_, name) => (name === 'then' ? undefined : unanswered),
  apply: () => new Promise(() => {}),
});

function folderOf(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-interrupt-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** This machine's time, on which no process waits: a step that was given up leaves its longest wait behind. */
const letGo: Clock = {
  ...nodeClock,
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds).unref();
    return () => clearTimeout(timer);
  },
};

/** A real board in hand on a line and a supply that are played, in a world that does not answer. */
function targetOn(console: ReturnType<typeof fakeConsole>): Target {
  return {
    ...{ name: 'fake', engine: 'node', level: 4, abilities: new Set(Object.keys(abilities) as Ability[]) },
    async open(signal) {
      const power = asFound(console.power);
      const board = await startSerialBoard({ open: console.open, power, signal });
      const world = {
        ...{ board, patience: 60_000, rpcProxies: [], channel: `0x${'11'.repeat(20)}`, directory: '/none' },
        firstImage: { sha256: new Uint8Array(32), size: 1, manifest: { hash: new Uint8Array(32) } },
        close: () => board.close(),
      };
      const answer = (of: object, name: string | symbol) =>
        Reflect.get(name in of ? of : Object(unanswered), name);
      return new Bench(new Proxy(world, { get: answer }) as never, {
        wires: unanswered as never,
        seesFlash: false,
        // Of the steps one waits for nothing else.
        pace: { ...machinePace(''), clock: letGo, skip: () => new Promise(() => {}) },
      });
    },
  };
}

const ready = (name: StepName, value: unknown): ReadyStep => ({ words: name, kind: kindOf(name)!, value });

const offer = {
  ...{ channel: new Uint8Array(20), version: 2, imageSha256: new Uint8Array(32) },
  ...{ size: 1, manifestHash: new Uint8Array(32) },
};

/** Things that earlier steps of a scenario would have made, by the names of the examples. */
const made: ReadyStep = {
  words: 'made',
  value: undefined,
  kind: {
    ...{ summary: '', example: '', form: v.unknown(), needs: () => [] },
    async run(bench) {
      for (const name of ['it', 'first', 'second']) {
        bench.keepOrder(name, { envelope: {}, hash: new Uint8Array(32), bytes: new Uint8Array(1) } as never);
        bench.keepRelease(name, { offer, image: unanswered, hash: new Uint8Array(32) } as never);
      }
      return {};
    },
  },
};

const forever: ReadyStep = { ...made, kind: { ...made.kind, run: () => new Promise(() => {}) } };

/** Interrupts a run in that step, before which the power was cut or not. */
async function interrupt(
  t: ExecutionContext,
  name: StepName,
  { isCut, isOn }: { isCut: boolean; isOn: boolean },
) {
  const about = `${name}, ${isCut ? 'power cut' : 'power on'}, found ${isOn ? 'on' : 'off'}`;
  const console = fakeConsole({ isOn });
  const folder = join(folderOf(t), 'rig');
  const board = ownFarmBoard(folder, { name: 'desk', target: targetOn(console) });
  const stop = new AbortController();
  const value = v.parse(steps[name].form as v.GenericSchema, Object.values(parse(steps[name].example))[0]);
  const step = ready(name, value);
  const begun: ReadyStep = {
    ...step,
    kind: {
      ...step.kind,
      run: (bench, given) => {
        t.truthy(leaseOf(folder, 'desk'), about);
        t.is(console.isOn(), !isCut, about);
        setTimeout(() => stop.abort(new Error('stopped')), 5);
        return step.kind.run(bench, given);
      },
    },
  };
  const scenario = scenarioOf(name, [made, ...(isCut ? [ready('cut', {})] : []), begun, forever]);
  await t.throwsAsync(
    runScenarios([scenario], farmTarget({ boards: [board], waitMs: 0, note: nothing }), {
      ...{ retries: 0, signal: stop.signal },
      listener: {
        opening: nothing,
        begin: nothing,
        step: nothing,
        end: report => t.fail(`${about}: ${report.steps.map(({ seen }) => seen)}`),
      },
    }),
    { message: 'stopped' },
    about,
  );
  t.is(console.isOn(), isOn, about);
  t.is(console.lines(), 0, about);
  t.is(leaseOf(folder, 'desk'), undefined, about);
  // Nothing that was given up does anything afterwards.
  await new Promise(resolve => setTimeout(resolve, 100));
  t.is(console.isOn(), isOn, about);
}

test('Ctrl-C in any step leaves power, line and reservation as they were found', async t => {
  t.timeout(5 * 60_000);
  // The inputs and the flash of a board in hand are out of reach: no run begins these steps there.
  const names = (Object.keys(steps) as StepName[]).filter(name => name !== 'input' && name !== 'flash');
  t.true(names.length >= 26);
  await Promise.all(
    names.flatMap(name => [
      interrupt(t, name, { isCut: false, isOn: true }),
      interrupt(t, name, { isCut: true, isOn: true }),
      interrupt(t, name, { isCut: true, isOn: false }),
    ]),
  );
});

test('Ctrl-C while a board is waited for, or is made new, leaves it so too', async t => {
  for (const isOn of [true, false]) {
    const silent = fakeConsole({ isOn, isSilent: true });
    const stop = new AbortController();
    const power = asFound(silent.power);
    const starting = startSerialBoard({ open: silent.open, power, signal: stop.signal });
    setTimeout(() => stop.abort(new Error('stopped')), 300);
    await t.throwsAsync(starting);
    t.deepEqual([silent.isOn(), silent.lines()], [isOn, 0]);

    const renewed = fakeConsole({ isOn });
    const again = new AbortController();
    const prepare = (signal: AbortSignal) =>
      new Promise<void>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
        setTimeout(() => again.abort(new Error('stopped')), 20);
      });
    const target = serialTarget({
      ...{ name: 'desk', level: 1, hasPower: true, isRenewed: true, place: 'here', host: '127.0.0.1' },
      access: { power: renewed.power, prepare, open: renewed.open },
    });
    await t.throwsAsync(target.open(again.signal, nothing), { message: 'stopped' });
    t.deepEqual([renewed.isOn(), renewed.lines()], [isOn, 0]);
  }
});
