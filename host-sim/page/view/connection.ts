/** The connection to the simulator: events come in as lines, acts go out. It comes back by itself. */
import { signal } from '@preact/signals';
import type { Act, ActOutcome, OpenOutcome, PageEvent } from '../protocol.js';
import { forget, takeAll } from './known.js';

export type Connection =
  | { state: 'connecting' }
  | { state: 'connected'; since: number }
  | { state: 'lost'; since: number; reason: string };

export const connection = signal<Connection>({ state: 'connecting' });

/** Milliseconds without a sign of life after which a connection is lost; the simulator beats every five seconds. */
const SILENCE_MS = 15_000;
const AGAIN_MS = 1000;
/** Milliseconds between two changes that are drawn. */
const PAUSE_LEAST_MS = 50;
const PAUSE_MOST_MS = 500;
/** Events that wait for a frame; a page in the background draws none. */
const WAITING_MAX = 10_000;
/** Characters of a line; longer ones are none of ours. */
const LINE_CHARACTERS_MAX = 4_000_000;

/** The file that is seen in place of the running world, as the simulator named it. */
const openedWorld = signal<string | undefined>(undefined);
let leave: () => void = () => {};

/** Sees that opened file; the running world where none is named. */
export function see(world: string | undefined): void {
  openedWorld.value = world;
  leave();
}

const query = (): string => (openedWorld.value === undefined ? '' : `?world=${openedWorld.value}`);

/** Gives the simulator a file, to be seen. Never rejects. */
export async function open(file: File): Promise<OpenOutcome> {
  try {
    const answer = await fetch(`/api/open?name=${encodeURIComponent(file.name)}`, {
      ...{ method: 'POST', body: file },
      headers: { authorization: `Bearer ${token()}`, 'content-type': 'application/octet-stream' },
    });
    if (!answer.ok) return { ok: false, says: (await answer.text()).trim() };
    return (await answer.json()) as OpenOutcome;
  } catch (error) {
    return { ok: false, says: `The file could not be given to the simulator: ${(error as Error).message}` };
  }
}

const token = (): string => location.hash.slice(1);

/** Sends an act. Never rejects. */
export async function send(act: Act): Promise<ActOutcome> {
  try {
    const answer = await fetch(`/api/act${query()}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token()}`, 'content-type': 'application/json' },
      body: JSON.stringify(act),
    });
    if (!answer.ok) return { ok: false, says: (await answer.text()).trim() };
    return (await answer.json()) as ActOutcome;
  } catch (error) {
    return { ok: false, says: `The simulator cannot be reached: ${(error as Error).message}` };
  }
}

/** Connects, and again whenever the connection is lost. Never ends. */
export async function stayConnected(): Promise<never> {
  for (;;) {
    const before = openedWorld.value;
    const reason = await follow();
    if (before !== openedWorld.value) continue;
    const { value } = connection;
    const since = value.state === 'lost' ? value.since : Date.now();
    connection.value = { state: 'lost', since, reason };
    await new Promise(resolve => setTimeout(resolve, AGAIN_MS));
  }
}

let waiting: PageEvent[] = [];
/** Milliseconds until the next change is drawn. */
let pauseMs = PAUSE_LEAST_MS;

/**
 * Takes events with those that came since the last change was drawn. Between two changes there are twice as many
 * milliseconds as a drawing takes: on a slow machine, too, frames are left for whoever scrolls or types.
 */
function take(events: readonly PageEvent[]): void {
  if (events.length === 0) return;
  if (waiting.length === 0) setTimeout(() => requestAnimationFrame(draw), pauseMs);
  waiting =
    waiting.length + events.length > WAITING_MAX ? events.slice(-WAITING_MAX) : [...waiting, ...events];
}

function draw(beginMs: number): void {
  const all = waiting;
  waiting = [];
  takeAll(all);
  requestAnimationFrame(endMs => {
    pauseMs = Math.min(PAUSE_MOST_MS, Math.max(PAUSE_LEAST_MS, 2 * (endMs - beginMs)));
  });
}

/** Follows the events until they end. @returns the reason of the end, for a person */
async function follow(): Promise<string> {
  const ending = new AbortController();
  leave = () => ending.abort();
  let silence = setTimeout(() => ending.abort(), SILENCE_MS);
  try {
    const headers = { authorization: `Bearer ${token()}` };
    const answer = await fetch(`/api/events${query()}`, { headers, signal: ending.signal });
    if (answer.status === 401)
      return 'The address of this page is not whole: open the one that holdfast start printed.';
    if (answer.status === 404 && openedWorld.value !== undefined) {
      openedWorld.value = undefined;
      return 'The simulator has forgotten that file: open it again.';
    }
    if (!answer.ok || !answer.body) return `The simulator answers ${answer.status}.`;
    forget();
    connection.value = { state: 'connected', since: Date.now() };
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = ''; ; ) {
      const { done, value } = await reader.read();
      if (done) return 'The simulator has ended.';
      clearTimeout(silence);
      silence = setTimeout(() => ending.abort(), SILENCE_MS);
      const parts = (rest + value).split('\n');
      rest = parts.pop() ?? '';
      if (rest.length > LINE_CHARACTERS_MAX) return 'The simulator does not speak as it should.';
      take(parts.filter(line => line !== '').map(line => JSON.parse(line) as PageEvent));
    }
  } catch {
    return 'The simulator cannot be reached: start it again with holdfast start, and open the address that it prints.';
  } finally {
    clearTimeout(silence);
    ending.abort();
  }
}
