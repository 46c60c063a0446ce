/**
 * An emulated board as a process, with the command line, the console and the exit codes of the Node board
 * (host-sim/board/main.ts): runs the emulator, holds its serial line, and carries what comes through it.
 *
 *   node host-sim/node/program/run.mjs host-sim/rv32/main.ts --directory D --console HOST:PORT [--watchdog MILLISECONDS]
 *        [--heap BYTES] [--stack SLOTS] [--portable] [--measure] [--report FILE] [--line pty|stdio]
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { BOARD_LINE_BYTES_MAX } from '../node/board/consoleLine.js';
import { exitCode } from '../node/board/exitCode.js';
import { lockDirectory } from '../node/board/lock.js';
import { openFileFlash } from '../node/flash/fileFlash.js';
import { lineReader } from '../node/lines.js';
import { nodeNetwork } from '../node/network/socket.js';
import { emulatorCommand, partitions, type Straps } from './emulator.js';
import { Line } from './line.js';
import { type OpenLine, openLine } from './openLine.js';
import { Tunnel } from './tunnel.js';

/** The exit code of the emulator when the board's watchdog bit; host/trap.h. */
const watchdogBit = 77;
/** Bytes that may wait for the board before the holder's console is left unread. */
const patienceWithBoard = 64 * 1024;

const settings = readSettings();
const token = process.env.HOLDFAST_CONSOLE_TOKEN ?? '';
delete process.env.HOLDFAST_CONSOLE_TOKEN;
let ending = false;
let child: ChildProcess | undefined;
let serial: OpenLine | undefined;
const said: string[] = [];

const console = await dial(settings.console);
say({ token });
try {
  await run();
} catch (error) {
  say({ log: (error as Error).message });
  await end(exitCode.usage);
}

async function run(): Promise<void> {
  const { directory } = settings;
  const flash = openFileFlash(directory);
  for (const name of partitions) flash.open(name);
  flash.close();
  lockDirectory(directory);
  await waitForLast(directory);
  const { command, arguments: given } = emulatorCommand(directory, settings.straps, settings.line);
  // The emulator ends with this process, however this process ends.
  const emulator = spawn('setpriv', ['--pdeathsig', 'KILL', command, ...given], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH },
  });
  child = emulator;
  writeFileSync(join(directory, 'emulator.pid'), `${emulator.pid}`);
  let problem = '';
  emulator.stderr!.on('data', (chunk: Buffer) => (problem = (problem + chunk).slice(-4096)));
  emulator.on('error', error => (problem = error.message));
  emulator.once('close', (code, signal) => void ended(code, signal, problem));
  serial = await openLine(emulator, settings.line);
  // For whoever wants to write on it too.
  writeFileSync(join(directory, 'line'), `${serial.name}\n`);
  const line = new Line(
    {
      onLine: text => sayLine(text),
      onOpen: (id, host, port) => tunnel.open(id, host, port),
      onData: (id, bytes) => tunnel.data(id, bytes),
      onClose: id => tunnel.close(id),
      onCredit: (id, count) => tunnel.credit(id, count),
      onUse(json) {
        if (settings.report) writeFileSync(settings.report, `${json}\n`);
      },
      onReset: () => tunnel.reset('frames were lost on the line'),
      onText: text => say({ log: text.replace(/[^ -~]+/g, ' ').slice(0, 2000) }),
    },
    bytes => void serial!.stream.write(bytes),
  );
  const tunnel = new Tunnel(nodeNetwork(), line);
  serial.stream.on('data', (chunk: Buffer) => line.take(chunk));
  const take = lineReader(
    BOARD_LINE_BYTES_MAX,
    text => line.sendLine(text),
    () => void end(exitCode.consoleLost),
  );
  console.on('data', (chunk: Buffer) => {
    take(chunk);
    if (serial!.stream.writableLength < patienceWithBoard) return;
    console.pause();
    serial!.stream.once('drain', () => console.resume());
  });
  line.ping();
  setInterval(() => line.ping(), 1000);
}

/** Of a run that was killed a moment ago: two emulators on one flash are not what a power cut is. */
async function waitForLast(directory: string): Promise<void> {
  const file = join(directory, 'emulator.pid');
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  for (let i = 0; pid > 0 && i < 200 && runsEmulator(pid); i++) await sleep(10);
}

function runsEmulator(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes('qemu-system-riscv32');
  } catch {
    return false;
  }
}

async function ended(code: number | null, signal: string | null, problem: string): Promise<void> {
  if (ending) return;
  // Its last words may still be on their way through the pipes; a terminal does not always tell its end.
  const closed = new Promise(resolve => serial?.stream.once('close', resolve));
  if (settings.line === 'stdio') await Promise.race([closed, sleep(500)]);
  if (code === watchdogBit) process.stderr.write('watchdog: the image blocks the event loop\n');
  else if (signal || code === 0 || code === 1) {
    process.stderr.write(`the emulator ended (${signal ?? code}): ${problem}\n`);
  }
  await end(code === null || code < 2 || code === watchdogBit ? exitCode.fault : code);
}

async function end(code: number): Promise<never> {
  ending = true;
  child?.kill('SIGKILL');
  await new Promise(resolve => {
    setTimeout(resolve, 500);
    console.on('close', resolve);
    console.resume();
    console.end();
  });
  process.exit(code);
}

function dial(at: { host: string; port: number }): Promise<Socket> {
  return new Promise(resolve => {
    const socket: Socket = connect(at, () => resolve(socket));
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('end', () => socket.destroy());
    socket.on('close', () => {
      if (!ending) void end(exitCode.consoleLost);
    });
  });
}

function say(line: unknown): void {
  console.write(`${JSON.stringify(line)}\n`);
}

/** The board does not know the process that it runs in. */
function sayLine(text: string): void {
  said.length = 0;
  console.write(
    `${text.startsWith('{"hello":{"pid":0,') ? text.replace('"pid":0', `"pid":${process.pid}`) : text}\n`,
  );
}

function readSettings() {
  try {
    const { values } = parseArgs({
      options: {
        directory: { type: 'string' },
        console: { type: 'string' },
        watchdog: { type: 'string', default: '10000' },
        heap: { type: 'string', default: '176128' },
        stack: { type: 'string', default: '512' },
        portable: { type: 'boolean', default: false },
        measure: { type: 'boolean', default: false },
        report: { type: 'string' },
        line: { type: 'string', default: 'pty' },
      },
    });
    const at = /^(.+):(\d{1,5})$/.exec(values.console ?? '');
    if (!values.directory) throw new Error('--directory is needed: where the board keeps its flash');
    if (!at) throw new Error('--console HOST:PORT is needed: a board runs only while somebody holds it');
    if (values.line !== 'pty' && values.line !== 'stdio') throw new Error('--line is pty or stdio');
    const [watchdog, heap, stack] = [values.watchdog, values.heap, values.stack].map(Number);
    if (!(watchdog >= 100)) throw new Error('--watchdog takes milliseconds, 100 or more');
    if (!(heap >= 16384 && heap <= 400 * 1024)) throw new Error('--heap takes bytes, 16384 to 409600');
    if (!(stack >= 128 && stack <= 8192)) throw new Error('--stack takes slots, 128 to 8192');
    const straps: Straps = { heap, stack, watchdog, portable: values.portable, measure: values.measure };
    return {
      directory: values.directory,
      console: { host: at[1], port: Number(at[2]) },
      report: values.report,
      line: values.line as 'pty' | 'stdio',
      straps,
    };
  } catch (error) {
    process.stderr.write(`board: ${(error as Error).message}\n`);
    process.exit(exitCode.usage);
  }
}
