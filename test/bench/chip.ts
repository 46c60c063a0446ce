/**
 * `npm run bench:chip`: the heap that ESP-IDF has beside the engine, of a board of a chip's own software under an
 * emulator, before it is set up and while it is connected and idle.
 */
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { deliver, placeOrder } from '../../tools/demo/orders.js';
import { refuseMissingParts } from '../../tools/demo/parts.js';
import { createSetting, type Setting } from '../../tools/demo/setting.js';

const help = `Usage: npm run bench:chip -- [--json]

Sets up the world of the demonstration around an emulated ESP32-C3 and asks the board for its heap: connected and idle at
level 4, after an order, then with 137,000 bytes held in the place of a radio. There is no TLS in it. It needs an image
(npm run build:esp32 -- --target esp32c3 --network ethernet) and an emulator (HOLDFAST_QEMU_ESP32).

  --json   {"results": [{"name", "value", "unit", "goal", "met"}]}
  --help   print this

The exit status is 0 when every goal is met, 1 when one is not, 2 on wrong use, 3 without the tools.
`;

/** Bytes that Wi-Fi takes of a C3: 297 KB are free at its start, 160 beside Wi-Fi. */
const RADIO_BYTES = 137_000;
const GOALS = { free: 20_480, largest: 17_408 };
const IDLE_MS = 10_000;

interface Memory {
  free: number;
  largest: number;
  lowest: number;
  held: number;
}

interface Result {
  name: string;
  value: number;
  unit: 'bytes';
  goal?: number;
  met?: boolean;
}

const told = (name: string, value: number): Result => ({ name, value, unit: 'bytes' });
const aimed = (name: string, value: number, goal: number): Result => ({
  ...told(name, value),
  goal,
  met: value >= goal,
});

async function measure(setting: Setting): Promise<Result[]> {
  const { board, patience } = setting;
  const memory = async (parameters?: unknown) =>
    (await board.request('memory', parameters, { timeout: patience })) as Memory;
  const { verdict } = await deliver(setting, await placeOrder(setting, 'relay.set', { on: true }));
  if (verdict !== 'accepted') throw new Error(`the board did not take an order: ${verdict}`);
  await setTimeout(IDLE_MS);
  const idle = await memory();
  const beside = await memory({ hold: RADIO_BYTES });
  return [
    told('chip.free.withoutRadio', idle.free),
    told('chip.free.withoutRadio.largest', idle.largest),
    told('chip.free.withoutRadio.lowest', idle.lowest),
    told('chip.radio.held', beside.held),
    // The part that the radio did not get is missing.
    aimed('chip.free', beside.free - (RADIO_BYTES - Math.min(RADIO_BYTES, beside.held)), GOALS.free),
    aimed('chip.free.largest', beside.largest, GOALS.largest),
  ];
}

async function run(json: boolean): Promise<number> {
  await refuseMissingParts({ engine: 'c3' });
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  const setting = await createSetting({
    ...{ engine: 'c3', level: 4, ports: { chain: 0, broker: 0, images: 0 } },
    signal: new AbortController().signal,
    onBoardLine: () => {},
    onEvent: (name, detail) => say(`${name.padEnd(9)} ${detail}`),
  });
  try {
    const results = await measure(setting);
    if (json) process.stdout.write(`${JSON.stringify({ results })}\n`);
    else
      for (const { goal, met, name, value } of results)
        process.stdout.write(
          `${name}: ${value} bytes${goal === undefined ? '' : `, at least ${goal} wanted: ${met ? 'met' : 'MISSED'}`}\n`,
        );
    return results.every(({ met }) => met !== false) ? 0 : 1;
  } finally {
    await setting.close();
  }
}

try {
  const { values } = parseArgs({ options: { json: { type: 'boolean' }, help: { type: 'boolean' } } });
  if (values.help) process.stdout.write(help);
  else process.exitCode = await run(values.json === true);
} catch (error) {
  const { code, message } = error as Error & { code?: string };
  process.stderr.write(`bench:chip: ${message}\n`);
  process.exitCode = code === 'part' ? 3 : code?.startsWith('ERR_PARSE_ARGS') ? 2 : 1;
}
