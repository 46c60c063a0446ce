/**
 * The wipe of a retired board: key, trust, secrets, what the app kept, and journal are erased, and what starts next is a blank board. The
 * mark comes first and goes last, so that a wipe which a power cut ends is gone on with at the next start.
 */

import { StoreKey } from '../ledger/keys.js';
import type { Flash, Partition } from '../port/flash.js';
import type { Ports } from '../port/ports.js';
import { openJournal } from '../store/journal.js';

/** Marks the board, durable on return: from now on it is wiped, whatever happens. */
export function markForWipe(flash: Flash): void {
  openJournal(flash.open('journal')).put([[StoreKey.wipe, Uint8Array.of(1)]]);
}

/** Erases a marked board; false when it is not marked. The images stay: they are no secret. */
export function finishWipe({ flash, forgetNetwork }: Pick<Ports, 'flash' | 'forgetNetwork'>): boolean {
  if (openJournal(flash.open('journal')).get(StoreKey.wipe) === undefined) return false;
  forgetNetwork?.();
  for (const name of ['identity', 'counter', 'app', 'telemetry', 'crash', 'journal'] as const)
    erase(flash.open(name));
  return true;
}

function erase(partition: Partition): void {
  for (let at = 0; at < partition.size; at += partition.sectorSize) partition.erase(at);
}
