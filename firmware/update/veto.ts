/**
 * The vetoes of an app: it is busy, its battery is low, its hours are quiet. It may put a release off for as long as the
 * owner lets it; then the update goes on, whatever the app says. The time is that of proven blocks, and begins with the
 * first veto, which is stored: once for a release, however often the board starts.
 */

import type { App } from '../app/app.js';
import { isQuiet } from '../app/quiet.js';
import { equal } from '../bytes/equal.js';
import { encodeRecord, RecordReader } from '../bytes/record.js';
import { type Undetermined, undetermined } from '../bytes/verdict.js';
import { StoreKey } from '../ledger/keys.js';
import type { Ledger } from '../ledger/ledger.js';

/** Hours for which an app may put a release off, unless the owner set others. */
export const POSTPONE_HOURS = 168;

const POSTPONED_BYTES_MAX = 64;

/** The app, and those who know since when it has put the release off. */
export interface VetoOptions {
  app: Pick<App, 'battery' | 'busy' | 'quiet'>;
  ledger: Ledger;
  /** The key of the line's progress; that of images if left out. */
  progressKey?: number;
  /** `POSTPONE_HOURS` if left out. */
  postponeHours?: number;
}

/** The lines do not share a record: each would write over the other's again and again. */
const keyOf = ({ progressKey }: Pick<VetoOptions, 'progressKey'>): number =>
  progressKey === StoreKey.appUpdate ? StoreKey.appPostponed : StoreKey.postponed;

/** Forgets since when the app has put that release off: it is refused, and begins anew if it is wanted once more. */
export function forgetVeto(options: Omit<VetoOptions, 'app'>, release: Uint8Array): void {
  if (since(options, release) !== undefined)
    options.ledger.commit({ records: [[keyOf(options), undefined]] });
}

/** The time of the first veto on that release; undefined while there was none. */
function since(options: Omit<VetoOptions, 'app'>, release: Uint8Array): number | undefined {
  const record = options.ledger.read(keyOf(options));
  if (!record) return undefined;
  const reader = new RecordReader(record, POSTPONED_BYTES_MAX);
  const [of, first] = [reader.fixed(32), reader.number()];
  return reader.end() && equal(of, release) ? first : undefined;
}

function reasonOf({ battery, busy, quiet }: VetoOptions['app'], now: number): string | undefined {
  if (busy?.()) return 'the app says that it cannot be interrupted now';
  const cell = battery?.();
  if (cell && !(cell.charge >= cell.least))
    return `the battery has ${cell.charge} %, an update begins with ${cell.least} %`;
  const hours = quiet?.();
  return hours && isQuiet(hours, now)
    ? `the app has quiet hours, ${hours.from} to ${hours.until} UTC`
    : undefined;
}

/** The app's veto on the release with that approval hash at that proven time, in unix seconds. */
export function vetoed(
  options: VetoOptions,
  release: Uint8Array,
  now: number,
): Undetermined<'busy'> | undefined {
  const { app, ledger, postponeHours = POSTPONE_HOURS } = options;
  const reason = reasonOf(app, now);
  if (reason === undefined) return undefined;
  let first = since(options, release) ?? Infinity;
  // None yet, or a clock that a fresh checkpoint set back.
  if (first > now) {
    first = Math.floor(now);
    ledger.commit({ records: [[keyOf(options), encodeRecord([release, first])]] });
  }
  const leftHours = postponeHours - (now - first) / 3600;
  if (leftHours <= 0) return undefined;
  return undetermined('busy', `${reason}; ${Math.ceil(leftHours)} h on it is not asked any more`);
}
