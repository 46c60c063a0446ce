/**
 * A board of an ESP32-C3's own software as a process, with the command line, the console and the exit codes of the Node
 * board (host-sim/board/main.ts): runs the emulator over the board's flash file and holds its UART.
 *
 *   node host-sim/node/program/run.mjs host-sim/c3/main.ts --directory D --console HOST:PORT --emulator FILE
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { exitCode } from '../node/board/exitCode.js';
import { parseHolderPlace } from '../node/board/holderPlace.js';
import { lockDirectory } from '../node/board/lock.js';
import { HolderConnection, waitForLast } from '../rv32/holder.js';
import { Line } from '../rv32/line.js';
import { bothWays } from '../rv32/openLine.js';
import { emulatorArguments, flashFile } from './emulator.js';
import { openPipe } from './pipe.js';
import { judgeReset, noteLine, type RunWords } from './reset.js';

const settings = readSettings();
let child: ChildProcess | undefined;
let serial: Duplex | undefined;
let line: Line | undefined;
let starts = 0;

const holder = await HolderConnection.dial(settings.console, () => child?.kill('SIGKILL'));
try {
  const { directory } = settings;
  lockDirectory(directory);
  if (existsSync(flashFile(directory))) await run();
  else {
    holder.say({ log: `there is no flash ${flashFile(directory)}: holdfast chip flash --file writes it` });
    await holder.end(exitCode.nothingToStart);
  }
} catch (error) {
  holder.say({ log: (error as Error).message });
  await holder.end(exitCode.usage);
}

async function run(): Promise<void> {
  const { directory, emulator } = settings;
  const pidFile = join(directory, 'emulator.pid');
  await waitForLast(pidFile, emulator);
  starts++;
  // The emulator ends with this process, however this process ends.
  const given = ['--pdeathsig', 'KILL', emulator, ...emulatorArguments(flashFile(directory))];
  const pipe = openPipe(directory);
  const running = spawn('setpriv', given, {
    stdio: ['pipe', pipe.output, 'pipe'],
    env: { PATH: process.env.PATH },
  });
  pipe.closeOutput();
  child = running;
  writeFileSync(pidFile, `${running.pid}`);
  let problem = '';
  running.stderr!.on('data', (chunk: Buffer) => (problem = (problem + chunk).slice(-4096)));
  running.on('error', error => (problem = error.message));
  running.stdin!.on('error', () => {});
  const opened = bothWays(pipe.input, running.stdin!);
  serial = opened;
  const words: RunWords = { hello: false, last: undefined };
  running.once('close', (code, signal) => void ended(words, code, signal, problem));
  const own = boardsLine(words, opened);
  line = own;
  opened.on('data', (chunk: Buffer) => own.take(chunk));
  if (starts > 1) return;
  holder.carry(
    text => line!.sendLine(text),
    () => serial!,
  );
}

/** Frames of the console; all else is what the ROM and the bootloader say. */
function boardsLine(words: RunWords, stream: Duplex): Line {
  const nothing = () => {};
  return new Line(
    {
      ...{
        onOpen: nothing,
        onData: nothing,
        onClose: nothing,
        onCredit: nothing,
        onUse: nothing,
        onReset: nothing,
      },
      onLine(text) {
        // A frame without a piece is the end of what somebody else began.
        if (text === '') return;
        noteLine(words, text);
        holder.sayLine(text);
      },
      onText: text => holder.say({ log: text.replace(/[^ -~]+/g, ' ').slice(0, 2000) }),
    },
    bytes => void stream.write(bytes),
  );
}

/** A reset ends the emulator with status 0. */
async function ended(
  words: RunWords,
  code: number | null,
  signal: string | null,
  problem: string,
): Promise<void> {
  if (holder.isEnding) return;
  // Its last words may still be on their way through the pipe.
  await sleep(50);
  const end = code === 0 ? judgeReset(words, starts) : exitCode.fault;
  if (end === 'again') return run().catch(error => void failed(error as Error));
  if (code !== 0) process.stderr.write(`the emulator ended (${signal ?? code}): ${problem}\n`);
  await holder.end(end);
}

async function failed(error: Error): Promise<void> {
  holder.say({ log: error.message });
  await holder.end(exitCode.usage);
}

function readSettings() {
  try {
    const { values } = parseArgs({
      options: {
        directory: { type: 'string' },
        console: { type: 'string' },
        emulator: { type: 'string' },
        // Every board is given one; the chip's own watches over its event loop.
        watchdog: { type: 'string' },
        // The chip counts for itself.
        failures: { type: 'string' },
      },
    });
    if (!values.directory) throw new Error('--directory is needed: where the board keeps its flash');
    if (!values.emulator) throw new Error('--emulator is needed: a QEMU with the machine esp32c3');
    return {
      directory: values.directory,
      emulator: values.emulator,
      console: parseHolderPlace(values.console),
    };
  } catch (error) {
    process.stderr.write(`board: ${(error as Error).message}\n`);
    process.exit(exitCode.usage);
  }
}
