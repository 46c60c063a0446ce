/** A page under load: a world of boards that change all the time, served to a Chromium without a screen. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import type { Board, PageEvent } from '../../../host-sim/page/protocol.js';
import { buildPage } from '../../../tools/page/build.js';
import { builtPage, readPage } from '../../../tools/page/files.js';
import { Memory } from '../../../tools/page/memory.js';
import { startPage } from '../../../tools/page/server.js';
import { launch } from './chromium.js';

/** Milliseconds between two bursts of events. */
const BURST_MS = 50;
const SETTLE_MS = 5000;
/** Milliseconds without events before a look at the heap: what is on its way is not what is kept. */
const CALM_MS = 2000;
const HOUR_SECONDS = 3600;
/** Looks at the page's memory while an hour passes. */
const LOOKS = 10;

const boardOf = (i: number, sequence: number): Board => ({
  name: `board ${i + 1}`,
  group: `hall ${i % 7}`,
  device: `0x${(i + 1).toString(16).padStart(40, '0')}`,
  power: sequence % 97 === 96 ? 'off' : 'on',
  starts: 1,
  seen: new Date().toISOString(),
  version: i % 50 === 0 ? 2 : 1,
  ...{ level: 4, finalized: sequence, sequence, receipts: sequence, epoch: 0, lifecycle: 'Active' },
  linked: sequence + (i % 31 === 0 ? 1 : 0),
  state: { on: sequence % 2 === 0 },
  app: 'relay',
  actions: [],
  pins: {},
});

/** Of ten events that are told seven are boards, and one each a decision, a reading and a line of a console. */
function eventOf(id: number, boards: number): PageEvent {
  const board = boardOf(id % boards, Math.floor(id / boards) + 1);
  const at = new Date().toISOString();
  if (id % 10 === 3) return { kind: 'line', board: board.name, text: `${at} ${board.name} says ${id}` };
  if (id % 10 === 6)
    return {
      kind: 'reading',
      reading: { board: board.name, name: 'warmth', time: Date.now(), value: id % 40 },
    };
  if (id % 10 !== 0) return { kind: 'board', board };
  const about = {
    about: 'command',
    subject: `0x${id.toString(16).padStart(10, '0')}…`,
    code: '',
    evidence: '',
  };
  const trail = [{ what: 'state root', value: `0x${id.toString(16).padStart(64, '0')}` }];
  return { kind: 'decision', decision: { id, at, board: board.name, ...about, verdict: 'accepted', trail } };
}

/** A world whose boards change in turn; the rate is events a second. */
function loadOf(boards: number, rate: number) {
  const memory = new Memory();
  for (let i = 0; i < boards; i++) memory.tell({ kind: 'board', board: boardOf(i, 0) });
  let count = 0;
  let [now, owed] = [rate, 0];
  let before = performance.now();
  const timer = setInterval(() => {
    const at = performance.now();
    owed += ((at - before) * now) / 1000;
    before = at;
    for (; owed >= 1; owed--) memory.tell(eventOf(++count, boards));
  }, BURST_MS);
  return {
    memory,
    stop: () => clearInterval(timer),
    count: () => count,
    setRate: (next: number) => {
      now = next;
    },
  };
}

export interface LoadOptions {
  boards: number;
  /** Events a second, as they are while frames are counted. */
  rate: number;
  /** Minutes in which frames are counted. */
  minutes: number;
  /** Times as fast the rest of an hour's events come after that; 0 leaves them away. */
  hurry: number;
  onProgress?(line: string): void;
}

export interface LoadResult {
  paintMs: number;
  fps: number;
  /** Events a second that came while frames were counted, and all events. */
  rate: number;
  events: number;
  /** Megabytes of the page's heap after a collection: once it settled, then at each look. */
  settled: number;
  heaps: readonly number[];
  /** Elements of the page, once it settled and at the end. */
  elements: readonly [number, number];
  /** Connections of the page: one that is too slow is cut off, and comes again. */
  connections: number;
}

/** @throws Error where the page does not show as many boards */
export async function measureLoad({
  boards,
  hurry,
  minutes,
  onProgress,
  rate,
}: LoadOptions): Promise<LoadResult> {
  await buildPage();
  const { count, memory, setRate, stop } = loadOf(boards, rate);
  let connections = 0;
  const follow = (listener: (event: PageEvent) => void) => {
    connections++;
    return memory.follow(listener);
  };
  const world = { known: () => memory.known(), follow, act: async () => ({ ok: false, says: 'a bench' }) };
  const served = await startPage({ world, files: readPage(builtPage) });
  const browser = await launch('--enable-precise-memory-info', '--js-flags=--expose-gc');
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(served.url);
    await page.getByText(`${boards} boards`).waitFor();
    const paintMs = await page.evaluate<number>(
      "performance.getEntriesByType('paint').find(({ name }) => name === 'first-contentful-paint').startTime",
    );
    await setTimeout(SETTLE_MS);
    const settled = await heapOf(page);
    const elements = await elementsOf(page);
    const [first, begin] = [count(), performance.now()];
    const fps = await framesOf(page, minutes * 60_000);
    const came = ((count() - first) * 1000) / (performance.now() - begin);
    const heaps = [await heapOf(page)];
    const seconds = hurry === 0 ? 0 : (HOUR_SECONDS - minutes * 60) / hurry;
    for (let look = 1; seconds > 0 && look <= LOOKS; look++) {
      setRate(rate * hurry);
      await setTimeout((seconds * 1000) / LOOKS);
      setRate(0);
      await setTimeout(CALM_MS);
      heaps.push(await heapOf(page));
      onProgress?.(`${look} of ${LOOKS} parts of an hour: ${count()} events, ${heaps.at(-1)!.toFixed(1)} MB`);
    }
    const end = await elementsOf(page);
    return {
      ...{ paintMs, fps, rate: came, events: count(), settled, heaps },
      elements: [elements, end],
      connections,
    };
  } finally {
    stop();
    await browser.close();
    await served.close();
  }
}

/** Megabytes that are in use after a collection. */
const heapOf = (page: Page) => page.evaluate<number>('gc(), gc(), performance.memory.usedJSHeapSize / 1e6');
const elementsOf = (page: Page) => page.evaluate<number>("document.querySelectorAll('*').length");

/** Frames a second, over those milliseconds. */
const framesOf = (page: Page, milliseconds: number) =>
  page
    .evaluate<number>(`new Promise(resolve => {
    let frames = 0;
    const end = performance.now() + ${milliseconds};
    const frame = () => (frames++, performance.now() < end ? requestAnimationFrame(frame) : resolve(frames));
    requestAnimationFrame(frame);
  })`)
    .then(frames => (frames * 1000) / milliseconds);

/** Bytes of everything that the page loads, each file gzipped. */
export const bundleBytes = (): number =>
  readdirSync(builtPage, { recursive: true, encoding: 'utf8' })
    .filter(name => /\.(html|js|css)$/.test(name))
    .reduce((sum, name) => sum + gzipSync(readFileSync(join(builtPage, name)), { level: 9 }).length, 0);
