/**
 * The life of a board as its Device's status decides it. Whatever restrains holds from the newest block on; what cannot
 * be undone, to lock and to wipe, needs a final block at the level of the purpose `lifecycle`.
 */

import { DeviceStatus } from '../contract/facts.js';
import type { PurposePolicy } from '../trust/configuration.js';
import type { Floors } from '../trust/floors.js';
import type { Level, TrustedHead } from '../trust/level.js';
import type { CommandFacts } from './facts.js';

/** The stage that is certain: at large, stolen, or retired for ever. */
export type LifeStage = 'free' | 'stolen' | 'retired';

/** The board's own side of its life. */
export interface Life {
  /** True while it is locked: nothing runs, whatever a block says. */
  readonly locked: boolean;
  /** Told of every certain stage, durable on return. */
  enter(stage: LifeStage): void;
  /** Told of another key (address, 20 bytes) that is certain; true when the board has it and goes on with it. */
  rotateTo(key: Uint8Array): boolean;
}

/** True for a final block at that level: what cannot be undone may follow it. */
export const isCertain = ({ finalized, level }: TrustedHead, least: Level): boolean =>
  finalized && level >= least;

/** True for a status that only a certain reading may follow, so that the level of `lifecycle` must be asked. */
export const isSevere = ({ device }: CommandFacts): boolean => device.status >= DeviceStatus.stolen;

/**
 * The stage that a block makes certain; undefined for none. A locked board is freed only with now proven, since an old
 * block shows it as it was before it was stolen. Retirement is for ever, so that any block that shows it is enough.
 */
export function lifeStage(
  { device, head }: CommandFacts,
  { level }: PurposePolicy,
  floors: Floors,
): LifeStage | undefined {
  if (!isCertain(head, level)) return undefined;
  if (device.status === DeviceStatus.retired) return 'retired';
  if (device.status === DeviceStatus.stolen) return 'stolen';
  return floors.nowProven(level) ? 'free' : undefined;
}
