/** `npm run bench:page`: the size of the page, a first run, its first paint, and a thousand boards in it, for an hour's events. */
import { parseArgs } from 'node:util';
import { chromiumPath } from '../tools/page/chromium.js';
import { firstRun } from '../tools/page/firstRun.js';
import { bundleBytes, measureLoad } from '../tools/page/load.js';

const help = `Usage: npm run bench:page -- [--boards N] [--rate N] [--minutes M] [--hurry N] [--json]

Starts a world as npm start does, and switches its relay by its page. Then it serves the page of a world of boards that
change all the time, to a Chromium without a screen. Frames are counted for some minutes; then the rest of an hour's
events comes faster than it would, and the page's heap is read ten times.

  --boards N    default 1000
  --rate N      events a second, default 200
  --minutes M   in which frames are counted, default 0.5
  --hurry N     times as fast as they would the other events come, default 20: 3 minutes; 1 takes the whole hour, 0 leaves
                them away
  --json        {"results": [{"name", "value", "unit", "goal", "met"}], "events", "hurry", "heaps", "elements"}
  --help        print this

The exit status is 0 when every goal is met, 1 when one is not, 2 on wrong use or without Chromium.
`;

/** Megabytes by which a heap may differ from itself: the newest of each list are kept, and those are not all alike. */
const GROWTH_MAX = 3;

/** Seconds from the command line to a relay that is on. */
const FIRST_RUN_MAX = 10;

async function main(): Promise<number> {
  const options = {
    boards: { type: 'string', default: '1000' },
    rate: { type: 'string', default: '200' },
    minutes: { type: 'string', default: '0.5' },
    hurry: { type: 'string', default: '20' },
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
  const { boards, json } = values;
  const [rate, minutes, hurry] = [values.rate, values.minutes, values.hurry].map(Number);
  const onProgress = (line: string) => void process.stderr.write(`${line}\n`);
  const { served, switched } = await firstRun();
  onProgress(
    `a first run: the page stood after ${served.toFixed(1)} s, the relay was on after ${switched.toFixed(1)} s`,
  );
  const measured = await measureLoad({ boards: Number(boards), rate, minutes, hurry, onProgress });
  const { connections, elements, events, fps, heaps, paintMs, rate: came, settled } = measured;
  const round = (value: number) => Math.round(value * 10) / 10;
  const of = (name: string, value: number, unit: string, goal: number, met: boolean) => {
    return { name, value: round(value), unit, goal, met };
  };
  const kilobytes = bundleBytes() / 1024;
  const most = Math.max(...heaps);
  // Memory that is kept for good is what no collection takes: the least of the last looks, and of the first that found all lists full.
  const looks = heaps.slice(1);
  const growth = looks.length < 6 ? 0 : Math.min(...looks.slice(-3)) - Math.min(...looks.slice(0, 3));
  const results = [
    of('page.bundle', kilobytes, 'KB gzip', 120, kilobytes <= 120),
    of('page.first.run', switched, 's', FIRST_RUN_MAX, switched <= FIRST_RUN_MAX),
    of('page.first.paint', paintMs / 1000, 's', 1, paintMs <= 1000),
    of(`page.fps.${boards}`, fps, 'frames/s', 30, fps >= 30),
    of(`page.memory.${boards}`, most, 'MB', 300, most <= 300),
    of(`page.growth.${boards}`, growth, 'MB', GROWTH_MAX, growth <= GROWTH_MAX),
  ];
  const rounded = heaps.map(round);
  if (json)
    process.stdout.write(
      `${JSON.stringify({ results, events, hurry, heaps: rounded, elements, connections })}\n`,
    );
  else {
    for (const { goal, met, name, unit, value } of results)
      process.stdout.write(`${name.padEnd(20)} ${value} ${unit} (goal ${goal})${met ? '' : ': MISSED'}\n`);
    const how = hurry > 1 ? `, most of them ${hurry} times as fast as in an hour` : '';
    process.stdout.write(
      `${round(came)} events a second came while frames were counted; ${events} in all${how}, over ${connections} connection(s): a page that lags is cut off, and comes again.\n` +
        `Heap ${round(settled)} MB once it settled, then ${rounded.join(', ')}; elements ${elements.join(', then ')}.\n`,
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
