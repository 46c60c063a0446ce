/** `holdfast demo`: the main job, end to end, and everything that must fail. */
import { isFault } from '../../host-sim/process/board.js';
import type { Engine } from '../../host-sim/process/engines.js';
import { attackAuthority } from './authorityAttacks.js';
import { Closing, unlessStopped } from './closing.js';
import { attackEnvelopes } from './envelopeAttacks.js';
import { attackFlash } from './flashAttacks.js';
import { type HostileCounts, startHostile } from './hostile.js';
import { attackImages } from './imageAttacks.js';
import { lifeChapter } from './life.js';
import { attackMemory } from './memoryAttack.js';
import { Printer } from './print.js';
import { attackProver } from './proverAttacks.js';
import { createSetting } from './setting.js';
import { describeTrust } from './settingFlags.js';
import type { SettingOptions } from './settingOptions.js';
import { asExpected, type Skipped, type Step, type StepListener, Steps } from './steps.js';
import { orderChapter, updateChapter } from './story.js';
import { attackWitnesses } from './witnessAttacks.js';

export interface DemoOptions extends Omit<SettingOptions, 'onBoardLine' | 'onEvent'> {
  json: boolean;
  /** The last chapter to be told; all of them if left out. */
  until?: (typeof chapterNames)[number];
  verbose: boolean;
}

const chapters = [
  ['order', orderChapter],
  ['update', updateChapter],
  ['attacks at the broker', attackEnvelopes],
  ['attacks at the endpoints', attackWitnesses],
  ['attacks at the prover', attackProver],
  ['attacks without authority', attackAuthority],
  ['attacks on images', attackImages],
  ['attacks on the memory', attackMemory],
  ['attacks on the flash', attackFlash],
  ['a board’s life', lifeChapter],
] as const;

/** The chapter from which on everything is attacked. */
const FIRST_ATTACKS: (typeof chapters)[number][0] = 'attacks at the broker';

const HOSTILE =
  'from now on a third endpoint and a second prover never tell the truth, and a client of the broker sends junk';

/** Names of the chapters, in their order. */
export const chapterNames = chapters.map(([name]) => name);

const silent: StepListener = { chapter: () => {}, skip: () => {}, begin: () => {}, end: () => {} };

export interface DemoResult {
  /** Every step came out as expected, and the board never faulted. */
  ok: boolean;
  /** The faults of the board and the bites of its watchdog, in its words: none is among what the demonstration does. */
  faults: string[];
  /** All of it, from the start of the setting until everything is gone. */
  seconds: number;
  /** Seconds, as `seconds` is. */
  times: {
    setUp: number;
    /** From the start until the first order was accepted. */
    firstOrder: number;
    steps: number;
    /** Between the steps: orders, releases and approvals that become final, images that are built. */
    between: number;
    close: number;
  };
  profile: 'development';
  engine: Engine['name'];
  /** Lies and junk of those who are hostile throughout. */
  hostile: HostileCounts;
  steps: Step[];
  /** Steps that the board’s engine does not have, each with the reason. */
  skipped: Skipped[];
}

/** @throws what keeps the setting from standing, in one line for a person */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const { json, signal, verbose } = options;
  const from = performance.now();
  const since = (start: number) => performance.now() - start;
  const printer = json ? undefined : new Printer({ verbose });
  const steps = new Steps(printer ?? silent, signal);
  const faults: string[] = [];
  printer?.title('Holdfast: a board obeys its contracts and nobody else', describeTrust(options.level));
  const setting = await createSetting({
    ...options,
    hostile: { images: false },
    onBoardLine: line => {
      if (isFault(line)) faults.push(line);
      printer?.boardLine(line);
    },
    onEvent: (name, detail) => printer?.event(name, detail),
  });
  const setUp = since(from);
  const closing = new Closing();
  let hostile: HostileCounts = { endpoint: 0, prover: 0, broker: 0 };
  let firstOrder = 0;
  let told: number;
  try {
    for (const [name, chapter] of chapters) {
      signal.throwIfAborted();
      if (name === FIRST_ATTACKS) {
        printer?.quiet();
        hostile = await startHostile(setting, closing);
        printer?.event('hostile', HOSTILE);
      }
      await unlessStopped(signal, chapter(setting, steps));
      if (name === 'order') firstOrder = since(from);
      if (name === options.until) break;
    }
    told = since(from);
  } finally {
    await closing.close();
    await setting.close();
  }
  const ok = steps.all.every(asExpected) && faults.length === 0;
  const all = since(from);
  const inSteps = steps.all.reduce((sum, { milliseconds }) => sum + milliseconds, 0);
  const seconds = inSeconds(all);
  printer?.tally(steps, faults, seconds);
  const times = {
    setUp: inSeconds(setUp),
    firstOrder: inSeconds(firstOrder),
    steps: inSeconds(inSteps),
    between: inSeconds(told - setUp - inSteps),
    close: inSeconds(all - told),
  };
  const { all: ran, skipped } = steps;
  const about = { profile: 'development', engine: options.engine } as const;
  return { ok, faults, seconds, times, ...about, hostile, steps: ran, skipped };
}

const inSeconds = (milliseconds: number): number => Math.round(milliseconds / 100) / 10;
