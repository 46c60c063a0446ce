/** A target without a world: steps that only note that they ran. */
import { EventEmitter } from 'node:events';
import * as v from 'valibot';
import type { Setting } from '../../../tools/demo/setting.js';
import { Bench } from '../../../tools/rig/bench/bench.js';
import type { Target } from '../../../tools/rig/bench/target.js';
import type { ReadyStep, Scenario } from '../../../tools/rig/parse.js';

export interface FakeTarget extends Target {
  /** The events of the target, in their order. */
  log: string[];
}

/** `dirty`: a bench is never as it was, so that each scenario gets another. */
export function fakeTarget({
  dirty = false,
  abilities = [] as Target['abilities'] extends ReadonlySet<infer A> ? A[] : never,
} = {}): FakeTarget {
  const log: string[] = [];
  let opened = 0;
  return {
    ...{ name: 'fake', engine: 'node', level: 4, oneSocket: false, log },
    abilities: new Set(abilities),
    open: async () => {
      const number = ++opened;
      log.push(`open ${number}`);
      return new Bench(fakeWorld(log, number, dirty));
    },
  };
}

function fakeWorld(log: string[], number: number, dirty: boolean): Setting {
  const proxy = { setMutation: () => {} };
  const board = Object.assign(new EventEmitter(), { restarts: 0, powerOn: async () => {} });
  return {
    ...{ board, patience: 1000, rpcProxies: [proxy], imageProxy: proxy, channel: `0x${'11'.repeat(20)}` },
    firstImage: { sha256: new Uint8Array(32), size: 1, manifest: { hash: new Uint8Array(32) } },
    as: async () => ({
      fleet: { read: async () => ({ paused: false }) },
      device: { read: async () => ({ sequence: 1, status: 'Active' }) },
    }),
    boardChannel: {
      ...{ on: () => {}, off: () => {} },
      statusWhere: async (holds: (status: { sequence: number }) => boolean) => {
        if (!holds({ sequence: dirty ? 0 : 1 })) throw new Error('an order waits');
      },
    },
    close: async () => {
      log.push(`close ${number}`);
    },
  } as unknown as Setting;
}

/** A step that notes its name, and fails as often as `failures` says. */
export function noted(log: string[], words: string, failures = 0): ReadyStep {
  let left = failures;
  return {
    words,
    value: undefined,
    kind: {
      ...{ summary: words, example: words, form: v.unknown(), needs: () => [] },
      run: async () => {
        log.push(words);
        if (left-- > 0) throw new Error(`${words} went wrong`);
        return { seen: 'done' };
      },
    },
  };
}

export const scenarioOf = (
  name: string,
  steps: readonly ReadyStep[],
  more: Partial<Scenario> = {},
): Scenario => ({
  ...{ file: 'a.yaml', name, fresh: false, level: undefined, needs: [], setup: [], cleanup: [] },
  steps,
  ...more,
});
