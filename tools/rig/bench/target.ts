/** A target of scenarios: what it can do, and how a bench is made of it. */
import type { SettingOptions } from '../../demo/settingOptions.js';
import type { Ability } from './ability.js';
import type { Bench } from './bench.js';

export type TargetOptions = Pick<SettingOptions, 'buses' | 'engine' | 'image' | 'level' | 'oneSocket'>;

export interface Target extends TargetOptions {
  /** For people: `xs, level 4`. */
  name: string;
  abilities: ReadonlySet<Ability>;
  /** True: its one board cannot be made new, and serves one world. */
  isOnce?: boolean;
  /** A world of its own with a board in it. The lines of its setting up go to `onEvent`. */
  open(signal: AbortSignal, onEvent: (name: string, detail: string) => void): Promise<Bench>;
}
