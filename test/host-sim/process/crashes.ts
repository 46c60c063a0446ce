/** The records that a board's crashes leave in its flash: the same for each engine that has them. */
import { createHash } from 'node:crypto';
import type { ExecutionContext } from 'ava';
import { CRASH_REASONS, type CrashReason } from '../../../firmware/port/crash.js';
import { type CrashRecord, crashPlaces, readCrash } from '../../../firmware/store/crashRecord.js';
import { openFileFlash } from '../../../host-sim/node/flash/fileFlash.js';
import type { Engine } from '../../../host-sim/process/engines.js';
import { boardWith, directory, probeImage } from './probe.js';

/** The records below a directory, oldest first. No board may run there. */
export function crashesIn(where: string): CrashRecord[] {
  const flash = openFileFlash(where);
  const partition = flash.open('crash');
  const places = Array.from({ length: crashPlaces(partition) }, (_, place) => readCrash(partition, place));
  flash.close();
  return places.filter(record => record !== undefined).sort((a, b) => a.number - b.number);
}

/** A record in words. */
export const shown = ({ count, number, reason, text }: CrashRecord) => ({
  number,
  count,
  reason: CRASH_REASONS[reason],
  text: Buffer.from(text).toString('latin1'),
});

/** Each way in which a run can end by a fault, by the probe's method, and the record that it leaves. */
const ends: readonly [string, CrashReason, RegExp][] = [
  ['crash', 'exception', /^Error: on purpose\nat /],
  ['reject', 'rejection', /^Error: nobody catches this\nat /],
  ['hang', 'watchdog', /^$/],
];

/** @param more ends that only this engine tells */
export async function leavesRecords(
  t: ExecutionContext,
  engine: Engine,
  more: typeof ends = [],
): Promise<void> {
  const where = directory(t);
  const image = probeImage(1);
  const board = await boardWith(t, image, { directory: where, engine, watchdog: 1000 });
  const expected = [...ends, ...more];
  for (const [method] of expected) {
    const back = board.waitForRestart();
    await board.request(method).catch(() => {});
    await back;
  }
  const again = board.waitForRestart();
  await board.request('restart', 'update').catch(() => {});
  await again;
  await board.powerCut();
  await board.powerOn();
  await board.close();
  const found = crashesIn(where);
  t.is(found.length, expected.length, 'a restart and a power cut are no crash');
  for (const [i, [method, reason, text]] of expected.entries()) {
    t.like(shown(found[i]), { number: i + 1, count: 1, reason }, method);
    t.regex(shown(found[i]).text, text);
    t.deepEqual(found[i].imageHash, new Uint8Array(createHash('sha256').update(image).digest()));
  }
}
