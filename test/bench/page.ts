/** `npm run bench:page`: the size of the page, its first paint, and a thousand boards in it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import type { Board, PageEvent } from '../../host-sim/page/protocol.js';
import { buildPage } from '../../tools/page/build.js';
import { builtPage, readPage } from '../../tools/page/files.js';
import { Memory } from '../../tools/page/memory.js';
import { startPage } from '../../tools/page/server.js';
import { chromiumPath, launch } from '../tools/page/chromium.js';

const help = `Usage: npm run bench:page -- [--boards N] [--rate N] [--minutes M] [--json]

Serves the page of a world of boards that change all the time, to a Chromium without a screen.

  --boards N    default 1000
  --rate N      events a second, default 200
  --minutes M   of load, default 0.5; memory is read at its start (after 5 s) and at its end
  --json        {"results": [{"name", "value", "unit", "goal", "met"}]}
  --help        print this

The exit status is 0 when every goal is met, 1 when one is not, 2 on wrong use or without Chromium.
`;

/** Milliseconds between two bursts of events. */
const BURST_MS = 50;
const SETTLE_MS = 5000;

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

/** A world whose boards change in turn, one after the other; every tenth event is a decision. */
function load(boards: number, rate: number) {
  const memory = new Memory();
  for (let i = 0; i < boards; i++) memory.tell({ kind: 'board', board: boardOf(i, 0) });
  let count = 0;
  const one = (): PageEvent => {
    const id = ++count;
    const board = boardOf(id % boards, Math.floor(id / boards) + 1);
    if (id % 10 !== 0) return { kind: 'board', board };
    const at = new Date().toISOString();
    const about = { about: 'command', subject: `0x${id.toString(16).padStart(10, '0')}…` };
    return {
      kind: 'decision',
      decision: {
        id,
        at,
        board: board.name,
        ...about,
        verdict: 'accepted',
        code: '',
        evidence: '',
        trail: [],
      },
    };
  };
  const timer = setInterval(() => {
    for (let i = 0; i < (rate * BURST_MS) / 1000; i++) memory.tell(one());
  }, BURST_MS);
  return { memory, stop: () => clearInterval(timer), count: () => count };
}

interface Options {
  boards: number;
  rate: number;
  minutes: number;
}

async function measure({ boards, minutes, rate }: Options) {
  await buildPage();
  const { memory, stop, count } = load(boards, rate);
  const world = {
    known: () => memory.known(),
    follow: memory.follow.bind(memory),
    act: async () => ({ ok: false, says: 'a bench' }),
  };
  const served = await startPage({ world, files: readPage(builtPage) });
  const browser = await launch('--enable-precise-memory-info', '--js-flags=--expose-gc');
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.goto(served.url);
    await page.getByText(`${boards} boards`).waitFor();
    const paint = await page.evaluate<number>(
      "performance.getEntriesByType('paint').find(({ name }) => name === 'first-contentful-paint').startTime",
    );
    const used = () => page.evaluate<number>('gc(), performance.memory.usedJSHeapSize / 1e6');
    await setTimeout(SETTLE_MS);
    const before = await used();
    const first = count();
    const frames = await page.evaluate<number>(`new Promise(resolve => {
      let frames = 0;
      const end = performance.now() + ${minutes * 60_000};
      const frame = () => (frames++, performance.now() < end ? requestAnimationFrame(frame) : resolve(frames));
      requestAnimationFrame(frame);
    })`);
    const events = (count() - first) / (minutes * 60);
    return { paint, fps: frames / (minutes * 60), before, after: await used(), events };
  } finally {
    stop();
    await browser.close();
    await served.close();
  }
}

/** Bytes of everything that the page loads, each file gzipped. */
const bundleBytes = (): number =>
  readdirSync(builtPage, { recursive: true, encoding: 'utf8' })
    .filter(name => /\.(html|js|css)$/.test(name))
    .reduce((sum, name) => sum + gzipSync(readFileSync(join(builtPage, name)), { level: 9 }).length, 0);

async function main(): Promise<number> {
  const options = {
    boards: { type: 'string', default: '1000' },
    rate: { type: 'string', default: '200' },
    minutes: { type: 'string', default: '0.5' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  } as const;
  const { values } = parseArgs({ options });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  if (chromiumPath === undefined) {
    process.stderr.write('bench:page: there is no Chromium here: install it, or name it in CHROMIUM.\n');
    return 2;
  }
  const { boards, json, minutes, rate } = values;
  const { after, before, events, fps, paint } = await measure({
    ...{ boards: Number(boards), rate: Number(rate), minutes: Number(minutes) },
  });
  const round = (value: number) => Math.round(value * 10) / 10;
  const of = (name: string, value: number, unit: string, goal: number, met: boolean) => {
    return { name, value: round(value), unit, goal, met };
  };
  const kilobytes = bundleBytes() / 1024;
  const results = [
    of('page.bundle', kilobytes, 'KB gzip', 120, kilobytes <= 120),
    of('page.first.paint', paint / 1000, 's', 1, paint <= 1000),
    of(`page.fps.${boards}`, fps, 'frames/s', 30, fps >= 30),
    of(`page.memory.${boards}`, after, 'MB', 300, after <= 300),
  ];
  if (json) process.stdout.write(`${JSON.stringify({ results })}\n`);
  else {
    for (const { goal, met, name, unit, value } of results)
      process.stdout.write(`${name.padEnd(20)} ${value} ${unit} (goal ${goal})${met ? '' : ': MISSED'}\n`);
    process.stdout.write(
      `${round(events)} events a second came; memory was ${round(before)} MB at the start\n`,
    );
  }
  return results.every(({ met }) => met) ? 0 : 1;
}

process.exit(
  await main().catch(error => {
    process.stderr.write(`bench:page: ${(error as Error).message}\n`);
    return 2;
  }),
);
