/**
 * A board as a process of its own.
 *
 *   node host-sim/node/program/run.mjs host-sim/board/main.ts --directory D --console HOST:PORT [--watchdog MILLISECONDS] \
 *     [--failures COUNT] [--ended WHY:SLOT] [--buses JSON] [--record FILE]
 *
 * D holds its flash, one file a partition. The environment gives HOLDFAST_CONSOLE_TOKEN. There is no listener: all
 * its connections go out. It ends with one of the codes of exitCode.ts, or by its watchdog's SIGKILL.
 */
import { randomFillSync } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { CrashReason } from '../../firmware/port/crash.js';
import type { Flash } from '../../firmware/port/flash.js';
import { headerLength } from '../../firmware/store/imageHeader.js';
import { bootPort, chooseStart, type Start } from '../node/board/bootloader.js';
import { simulatedBuses } from '../node/board/buses.js';
import { busLine, busSettings } from '../node/board/busLines.js';
import { keepCrash } from '../node/board/crashWriter.js';
import { exitCode } from '../node/board/exitCode.js';
import { parseSilentEnd } from '../node/board/failureRow.js';
import { parseHolderPlace } from '../node/board/holderPlace.js';
import { lockDirectory } from '../node/board/lock.js';
import { simulatedPins } from '../node/board/pins.js';
import { hashOf, keepSilentEnd } from '../node/board/silentEnd.js';
import { nodeClock } from '../node/clock.js';
import { openFileFlash } from '../node/flash/fileFlash.js';
import { nodeNetwork } from '../node/network/socket.js';
import { createBridge } from './bridge.js';
import { DriftingClock, type FailingFlash, failingFlash } from './brokenPorts.js';
import { BoardConsole } from './console.js';
import { createRealm, type Realm } from './realm.js';
import { startWatchdog } from './watchdog.js';

const settings = readSettings();
const token = process.env.HOLDFAST_CONSOLE_TOKEN ?? '';
delete process.env.HOLDFAST_CONSOLE_TOKEN;
startWatchdog(settings.watchdog);

const pins = simulatedPins(
  (pin, on) => board.send({ pin, on }),
  reads => board.send({ reads }),
);
const buses = simulatedBuses(nodeClock, event => board.send({ bus: busLine(event) }));
const setBus = busSettings(buses);
for (const setting of settings.buses) setBus(setting);
const clock = new DriftingClock(nodeClock);
let failAt: FailingFlash['failAt'] = () => {};
const board = await BoardConsole.open({
  ...settings.console,
  token,
  onInput: pins.setInput,
  onBus: setBus,
  onFault: fault =>
    'clockRate' in fault ? clock.setRate(fault.clockRate) : failAt(fault.flashOperation ?? undefined),
  onLost: () => process.exit(exitCode.consoleLost),
});
let ending = false;
try {
  mkdirSync(settings.directory, { recursive: true });
  lockDirectory(settings.directory);
} catch (error) {
  await end({ log: (error as Error).message }, exitCode.usage);
}
try {
  const failing = failingFlash(openFileFlash(settings.directory), () => process.exit(exitCode.powerFailed));
  const { flash } = failing;
  ({ failAt } = failing);
  if (settings.ended) keepSilentEnd(flash, settings.ended.silent, settings.ended.slot);
  const start = chooseStart(flash, settings.failures);
  if ('reason' in start) end({ log: start.reason }, exitCode.nothingToStart);
  else await run(flash, start);
} catch (error) {
  end({ fault: (error as Error).message }, exitCode.fault);
}

async function run(flash: Flash, image: Start): Promise<void> {
  const { slot, state, bytes, header, rolledBack } = image;
  board.send({
    hello: {
      pid: process.pid,
      slot,
      state,
      version: header.version,
      length: bytes.length,
      ...(rolledBack !== undefined && { rolledBack }),
    },
  });
  const boot = bootPort(flash, image, reason => {
    bridge.halt();
    recorder?.end(`restart: ${reason}`);
    if (reason === 'fault') ended('asked', 'the image asked for it');
    else end({ restart: reason }, exitCode.restart);
  });
  const platform = {
    clock,
    entropy: { fill: (target: Uint8Array) => void randomFillSync(target) },
    network: nodeNetwork(),
    flash,
    boot,
    console: board,
    pins,
    buses,
  };
  const recorder =
    settings.record === undefined
      ? undefined
      : (await import('./recordBoard.js')).recordBoard(settings.record, platform, image);
  const bridge = createBridge(recorder?.ports ?? platform, description => fault('exception', description));
  let realm: Realm | undefined;
  function fault(reason: CrashReason, description: string): void {
    bridge.halt();
    recorder?.end(`fault: ${description}`);
    ended(reason, description);
  }
  /** The first of several counts. */
  function ended(reason: CrashReason, description: string): void {
    if (!ending) {
      const crash = { reason, description, imageHash: hashOf(bytes), uptime: process.uptime() };
      keepCrash(flash.open('crash'), crash);
    }
    end({ fault: description }, exitCode.fault);
  }
  // This side does not look into what the realm threw, and its errors are not for the realm.
  const describe = (error: unknown) =>
    error instanceof Error ? `${error.stack}` : (realm?.describe(error) ?? 'an unknown error');
  process.on('uncaughtException', error => fault('exception', describe(error)));
  process.on('unhandledRejection', reason => fault('rejection', describe(reason)));
  try {
    const source = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(headerLength));
    realm = createRealm(source, bridge.call, bridge.attach);
    const description = realm.start();
    if (description !== undefined) fault('exception', description);
  } catch (error) {
    fault('exception', (error as Error).message);
  }
}

/** The first end counts: an image that unwinds after its restart must not turn it into a fault. */
async function end(line: Parameters<typeof board.send>[0], code: number): Promise<void> {
  if (ending) return;
  ending = true;
  board.send(line);
  await board.end();
  process.exit(code);
}

function readSettings() {
  try {
    const { values } = parseArgs({
      options: {
        directory: { type: 'string' },
        console: { type: 'string' },
        watchdog: { type: 'string', default: '10000' },
        failures: { type: 'string', default: '0' },
        ended: { type: 'string' },
        buses: { type: 'string', default: '[]' },
        record: { type: 'string' },
      },
    });
    const watchdog = Number(values.watchdog);
    const failures = Number(values.failures);
    if (!values.directory) throw new Error('--directory is needed: where the board keeps its flash');
    const console = parseHolderPlace(values.console);
    if (!(watchdog >= 100)) throw new Error('--watchdog takes milliseconds, 100 or more');
    if (!(failures >= 0)) throw new Error('--failures takes a number of resets in a row');
    const buses: unknown = JSON.parse(values.buses);
    if (!Array.isArray(buses)) throw new Error('--buses takes a list, as in busLines.ts');
    const ended = parseSilentEnd(values.ended);
    const { directory, record } = values;
    return { directory, buses, console, ended, failures, record, watchdog };
  } catch (error) {
    process.stderr.write(`board: ${(error as Error).message}\n`);
    process.exit(exitCode.usage);
  }
}
