/** The first word of a board on a line: its hello, or an answer of one that said hello before anybody listened. */
import { setTimeout as sleep } from 'node:timers/promises';
import * as v from 'valibot';
import type { Hello } from '../../../host-sim/node/board/consoleLine.js';

interface Greeting {
  /** `identify`, with so many milliseconds for the answer. */
  ask(milliseconds: number): Promise<unknown>;
  /** The hello came. */
  isThere(): boolean;
  milliseconds: number;
  signal: AbortSignal;
}

/** Milliseconds: a chip answers within one, but in its start. */
const ASK_MS = 2000;
const LOOK_MS = 50;

const whole = v.pipe(v.number(), v.integer(), v.minValue(0));

/** Of an answer to `identify`; a board tells its slot in its hello only. */
const answer = v.object({ version: whole });

const hello = v.object({
  pid: v.optional(whole, 0),
  slot: v.picklist(['A', 'B']),
  state: v.picklist(['pending', 'confirmed']),
  version: whole,
  length: whole,
});

/** A hello as a board said it; undefined for what is none. */
export function readHello(said: unknown): Hello | undefined {
  const parsed = v.safeParse(hello, said);
  return parsed.success ? { ...parsed.output, pid: 0 } : undefined;
}

/**
 * The hello of a board that runs already; undefined where it said its own, and where nothing came in time.
 *
 * @throws Error when the signal says to stop
 */
export async function greeting({ ask, isThere, milliseconds, signal }: Greeting): Promise<Hello | undefined> {
  let said: unknown;
  for (const deadline = Date.now() + milliseconds; Date.now() < deadline && said === undefined; ) {
    let asking = true;
    const asked = ask(Math.min(ASK_MS, deadline - Date.now()))
      .then(
        given => void (said = given),
        () => undefined,
      )
      .finally(() => (asking = false));
    while (asking && !isThere()) await sleep(LOOK_MS, undefined, { signal });
    if (isThere()) return undefined;
    await asked;
  }
  const parsed = v.safeParse(answer, said);
  if (!parsed.success) return undefined;
  return { pid: 0, slot: 'A', state: 'confirmed', version: parsed.output.version, length: 0 };
}
