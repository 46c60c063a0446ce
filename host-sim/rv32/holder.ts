/**
 * The process of an emulated board, as its holder sees it: the console's socket, the lines on it, and the process's end.
 * Its caller says what is emulated, and by which program.
 */
import { existsSync, readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { BOARD_LINE_BYTES_MAX } from '../node/board/consoleLine.js';
import { exitCode } from '../node/board/exitCode.js';
import type { HolderPlace } from '../node/board/holderPlace.js';
import { lineReader } from '../node/lines.js';

/** Bytes that may wait for the board before the holder's console is left unread. */
const patienceWithBoard = 64 * 1024;

/** The connection to the holder. The process ends with it. */
export class HolderConnection {
  readonly #socket: Socket;
  readonly #onEnd: () => void;
  #ending = false;

  /** Connects and shows the token that HOLDFAST_CONSOLE_TOKEN has. @param onEnd told before the process ends */
  static async dial(at: HolderPlace, onEnd: () => void): Promise<HolderConnection> {
    const token = process.env.HOLDFAST_CONSOLE_TOKEN ?? '';
    delete process.env.HOLDFAST_CONSOLE_TOKEN;
    const socket = await new Promise<Socket>(resolve => {
      const dialled: Socket = connect(at, () => resolve(dialled));
      dialled.setNoDelay(true);
      dialled.on('error', () => {});
      dialled.on('end', () => dialled.destroy());
      dialled.on('close', () => resolve(dialled));
    });
    const connection = new HolderConnection(socket, onEnd);
    connection.say({ token });
    return connection;
  }

  private constructor(socket: Socket, onEnd: () => void) {
    this.#socket = socket;
    this.#onEnd = onEnd;
    const lost = () => {
      if (!this.#ending) void this.end(exitCode.consoleLost);
    };
    if (socket.destroyed) lost();
    else socket.on('close', lost);
  }

  get isEnding(): boolean {
    return this.#ending;
  }

  say(line: unknown): void {
    this.#socket.write(`${JSON.stringify(line)}\n`);
  }

  /** A line as the board said it. The board does not know the process that it runs in. */
  sayLine(text: string): void {
    const known = text.startsWith('{"hello":{"pid":0,')
      ? text.replace('"pid":0', `"pid":${process.pid}`)
      : text;
    this.#socket.write(`${known}\n`);
  }

  /** Takes the holder's lines from now on; what waits for the board's own line holds them back. */
  carry(toBoard: (line: string) => void, boardsLine: () => Duplex): void {
    const take = lineReader(BOARD_LINE_BYTES_MAX, toBoard, () => void this.end(exitCode.consoleLost));
    this.#socket.on('data', (chunk: Buffer) => {
      take(chunk);
      const { writableLength } = boardsLine();
      if (writableLength < patienceWithBoard) return;
      this.#socket.pause();
      boardsLine().once('drain', () => this.#socket.resume());
    });
  }

  /** Ends the process, once what was said has gone out. */
  async end(code: number): Promise<never> {
    this.#ending = true;
    this.#onEnd();
    await new Promise(resolve => {
      setTimeout(resolve, 500);
      this.#socket.on('close', resolve);
      this.#socket.resume();
      this.#socket.end();
    });
    process.exit(code);
  }
}

/**
 * Waits for an emulator that was killed a moment ago: two of them on one flash are not what a power cut is.
 *
 * @param pidFile where the last one's process id was written down
 * @param program of its command line
 */
export async function waitForLast(pidFile: string, program: string): Promise<void> {
  const pid = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : 0;
  for (let i = 0; pid > 0 && i < 200 && runs(pid, program); i++) await sleep(10);
}

function runs(pid: number, program: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(program);
  } catch {
    return false;
  }
}
