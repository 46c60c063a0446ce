/** `holdfast demo`: the main job, end to end, and everything that must fail. */
import type { Engine } from '../../host-sim/process/engines.js';
import { attackAuthority } from './authorityAttacks.js';
import { unlessStopped } from './closing.js';
import { attackEnvelopes } from './envelopeAttacks.js';
import { attackImages } from './imageAttacks.js';
import { Printer } from './print.js';
import { attackProver } from './proverAttacks.js';
import { createSetting, type SettingOptions } from './setting.js';
import { describeTrust } from './settingFlags.js';
import { asExpected, type Step, type StepListener, Steps } from './steps.js';
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
] as const;

/** Names of the chapters, in their order. */
export const chapterNames = chapters.map(([name]) => name);

const silent: StepListener = { chapter: () => {}, begin: () => {}, end: () => {} };

export interface DemoResult {
  /** Every step came out as expected. */
  ok: boolean;
  seconds: number;
  profile: 'development';
  engine: Engine['name'];
  steps: Step[];
}

/** @throws what keeps the setting from standing, in one line for a person */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const { json, signal, verbose } = options;
  const from = performance.now();
  const printer = json ? undefined : new Printer({ verbose });
  const steps = new Steps(printer ?? silent, signal);
  printer?.title('Holdfast: a board obeys its contracts and nobody else', describeTrust(options.level));
  const setting = await createSetting({
    ...options,
    onBoardLine: line => printer?.boardLine(line),
    onEvent: (name, detail) => printer?.event(name, detail),
  });
  try {
    for (const [name, chapter] of chapters) {
      signal.throwIfAborted();
      if (name.startsWith('attacks')) printer?.quiet();
      await unlessStopped(signal, chapter(setting, steps));
      if (name === options.until) break;
    }
  } finally {
    await setting.close();
  }
  const ok = steps.all.every(asExpected);
  const seconds = Math.round((performance.now() - from) / 100) / 10;
  printer?.tally(steps.all, seconds);
  return { ok, seconds, profile: 'development', engine: options.engine, steps: steps.all };
}
