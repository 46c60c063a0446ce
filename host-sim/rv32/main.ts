/**
 * An emulated board as a process, with the command line, the console and the exit codes of the Node board
 * (host-sim/board/main.ts): runs the emulator, holds its serial line, and carries what comes through it.
 *
 *   node host-sim/node/program/run.mjs host-sim/rv32/main.ts --directory D --console HOST:PORT [--watchdog MILLISECONDS]
 *        [--heap BYTES] [--stack SLOTS] [--portable] [--measure] [--report FILE] [--line pty|stdio]
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { exitCode } from '../node/board/exitCode.js';
import { parseHolderPlace } from '../node/board/holderPlace.js';
import { lockDirectory } from '../node/board/lock.js';
import { openFileFlash } from '../node/flash/fileFlash.js';
import { nodeNetwork } from '../node/network/socket.js';
import { emulatorCommand, partitions, type Straps } from './emulator.js';
import { HolderConnection, waitForLast } from './holder.js';
import { Line } from './line.js';
import { type OpenLine, openLine } from './openLine.js';
import { emulator } from './tools.js';
import { Tunnel } from './tunnel.js';

/** The exit code of the emulator when the board's watchdog bit; host/trap.h. */
const watchdogBit = 77;

const settings = readSettings();
let child: ChildProcess | undefined;
let serial: OpenLine | undefined;

const holder = await HolderConnection.dial(settings.console, () => child?.kill('SIGKILL'));
try {
  await run();
} catch (error) {
  holder.say({ log: (error as Error).message });
  await holder.end(exitCode.usage);
}

async function run(): Promise<void> {
  const { directory } = settings;
  const flash = openFileFlash(directory);
  for (const name of partitions) flash.open(name);
  flash.close();
  lockDirectory(directory);
  await waitForLast(join(directory, 'emulator.pid'), emulator);
  const { command, arguments: given } = emulatorCommand(directory, settings.straps, settings.line);
  // The emulator ends with this process, however this process ends.
  const running = spawn('setpriv', ['--pdeathsig', 'KILL', command, ...given], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH },
  });
  child = running;
  writeFileSync(join(directory, 'emulator.pid'), `${running.pid}`);
  let problem = '';
  running.stderr!.on('data', (chunk: Buffer) => (problem = (problem + chunk).slice(-4096)));
  running.on('error', error => (problem = error.message));
  running.once('close', (code, signal) => void ended(code, signal, problem));
  serial = await openLine(running, settings.line);
  // For whoever wants to write on it too.
  writeFileSync(join(directory, 'line'), `${serial.name}\n`);
  const line = new Line(
    {
      onLine: text => holder.sayLine(text),
      onOpen: (id, host, port) => tunnel.open(id, host, port),
      onData: (id, bytes) => tunnel.data(id, bytes),
      onClose: id => tunnel.close(id),
      onCredit: (id, count) => tunnel.credit(id, count),
      onUse(json) {
        if (settings.report) writeFileSync(settings.report, `${json}\n`);
      },
      onReset: () => tunnel.reset('frames were lost on the line'),
      onText: text => holder.say({ log: text.replace(/[^ -~]+/g, ' ').slice(0, 2000) }),
    },
    bytes => void serial!.stream.write(bytes),
  );
  const tunnel = new Tunnel(nodeNetwork(), line);
  serial.stream.on('data', (chunk: Buffer) => line.take(chunk));
  holder.carry(
    text => line.sendLine(text),
    () => serial!.stream,
  );
  line.ping();
  setInterval(() => line.ping(), 1000);
}

async function ended(code: number | null, signal: string | null, problem: string): Promise<void> {
  if (holder.isEnding) return;
  // Its last words may still be on their way through the pipes; a terminal does not always tell its end.
  const closed = new Promise(resolve => serial?.stream.once('close', resolve));
  if (settings.line === 'stdio') await Promise.race([closed, sleep(500)]);
  if (code === watchdogBit) process.stderr.write('watchdog: the image blocks the event loop\n');
  else if (signal || code === 0 || code === 1) {
    process.stderr.write(`the emulator ended (${signal ?? code}): ${problem}\n`);
  }
  await holder.end(code === null || code < 2 || code === watchdogBit ? exitCode.fault : code);
}

function readSettings() {
  try {
    const { values } = parseArgs({
      options: {
        directory: { type: 'string' },
        console: { type: 'string' },
        watchdog: { type: 'string', default: '10000' },
        failures: { type: 'string', default: '0' },
        heap: { type: 'string', default: '147456' },
        stack: { type: 'string', default: '512' },
        portable: { type: 'boolean', default: false },
        measure: { type: 'boolean', default: false },
        report: { type: 'string' },
        line: { type: 'string', default: 'pty' },
      },
    });
    if (!values.directory) throw new Error('--directory is needed: where the board keeps its flash');
    if (values.line !== 'pty' && values.line !== 'stdio') throw new Error('--line is pty or stdio');
    const numbers = [values.watchdog, values.heap, values.stack, values.failures];
    const [watchdog, heap, stack, failures] = numbers.map(Number);
    if (!(watchdog >= 100)) throw new Error('--watchdog takes milliseconds, 100 or more');
    if (!(heap >= 16384 && heap <= 400 * 1024)) throw new Error('--heap takes bytes, 16384 to 409600');
    if (!(stack >= 128 && stack <= 8192)) throw new Error('--stack takes slots, 128 to 8192');
    if (!(failures >= 0)) throw new Error('--failures takes a number of resets in a row');
    const { measure, portable } = values;
    const straps: Straps = { heap, stack, watchdog, failures, portable, measure };
    return {
      directory: values.directory,
      console: parseHolderPlace(values.console),
      report: values.report,
      line: values.line as 'pty' | 'stdio',
      straps,
    };
  } catch (error) {
    process.stderr.write(`board: ${(error as Error).message}\n`);
    process.exit(exitCode.usage);
  }
}
