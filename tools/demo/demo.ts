/** `holdfast demo`: the main job, end to end, and everything that must fail. */
import { attackAuthority } from './authorityAttacks.js';
import { attackEnvelopes } from './envelopeAttacks.js';
import { attackImages } from './imageAttacks.js';
import { Printer } from './print.js';
import { createSetting, type SettingOptions } from './setting.js';
import { asExpected, type Step, type StepListener, Steps } from './steps.js';
import { tellStory } from './story.js';
import { attackWitnesses } from './witnessAttacks.js';

export interface DemoOptions extends Omit<SettingOptions, 'onBoardLine' | 'onEvent'> {
  json: boolean;
  verbose: boolean;
}

const silent: StepListener = { chapter: () => {}, begin: () => {}, end: () => {} };

export interface DemoResult {
  /** Every step came out as expected. */
  ok: boolean;
  seconds: number;
  profile: 'development';
  engine: 'node';
  steps: Step[];
}

/** @throws what keeps the setting from standing, in one line for a person */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const { json, signal, verbose } = options;
  const from = performance.now();
  const printer = json ? undefined : new Printer({ verbose });
  const steps = new Steps(printer ?? silent);
  printer?.title(
    'Holdfast: a board obeys its contracts and nobody else',
    "Development profile: header trust L1 (both of two endpoints agree), the chain's own finality.",
  );
  const setting = await createSetting({
    ...options,
    onBoardLine: line => printer?.boardLine(line),
    onEvent: (name, detail) => printer?.event(name, detail),
  });
  try {
    await tellStory(setting, steps);
    printer?.quiet();
    for (const chapter of [attackEnvelopes, attackWitnesses, attackAuthority, attackImages]) {
      signal.throwIfAborted();
      await chapter(setting, steps);
    }
  } finally {
    await setting.close();
  }
  const ok = steps.all.every(asExpected);
  const seconds = Math.round((performance.now() - from) / 100) / 10;
  printer?.tally(steps.all, seconds);
  return { ok, seconds, profile: 'development', engine: 'node', steps: steps.all };
}
