/**
 * The process of a board that is stepped, and the frames to and from it: its parent waits for each, so that nothing hangs
 * on how fast the board is. Two pipes of the kernel are its input and output: those that Node makes cannot be waited for.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeFrame, FRAME_BYTES_MAX, type Frame } from './frames.js';

/** A pipe's two ends, for reading and for writing. */
type Ends = [output: number, input: number];

function openEnds(path: string): Ends {
  // Open for both, it makes neither end wait for the other.
  const both = openSync(path, constants.O_RDWR);
  try {
    return [openSync(path, constants.O_RDONLY), openSync(path, constants.O_WRONLY)];
  } finally {
    closeSync(both);
  }
}

/** Two pipes, whose names are gone at once. @throws Error where the system has no such pipes */
function openPipes(): { down: Ends; up: Ends } {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-stepped-'));
  try {
    const names = ['down', 'up'].map(name => join(folder, name));
    execFileSync('mkfifo', ['-m', '600', ...names]);
    const [down, up] = names.map(openEnds);
    return { down, up };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A process, from its start until `end`; or until it ends by itself, which a read tells. */
export class SteppedProcess {
  readonly #child: ChildProcess;
  readonly #input: number;
  readonly #output: number;
  #isOver = false;

  constructor(command: string, options: readonly string[]) {
    const { down, up } = openPipes();
    this.#input = down[1];
    this.#output = up[0];
    try {
      this.#child = spawn(command, options, { stdio: [down[0], up[1], 'inherit'] });
    } finally {
      // The process alone has its ends now: with it they are gone.
      closeSync(down[0]);
      closeSync(up[1]);
    }
    // One that did not start is found out by the first read.
    this.#child.on('error', () => {});
    this.#child.unref();
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Hands it a frame. One that has ended gets none, and the next `receive` tells. */
  send(frame: Buffer): void {
    try {
      for (let done = 0; done < frame.length; ) done += writeSync(this.#input, frame, done);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error;
    }
  }

  /** Waits for its next frame; undefined when it has ended. @throws Error on what is no frame */
  receive(): Frame | undefined {
    const length = this.#read(4)?.readUInt32LE();
    if (length === undefined) return undefined;
    if (length === 0 || length > FRAME_BYTES_MAX)
      throw new Error(`a stepped board sent a frame of ${length} bytes`);
    const body = this.#read(length);
    return body && decodeFrame(body);
  }

  /** Kills it, wherever it is. */
  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#child.kill('SIGKILL');
    closeSync(this.#input);
    closeSync(this.#output);
  }

  #read(length: number): Buffer | undefined {
    const bytes = Buffer.alloc(length);
    for (let done = 0; done < length; ) {
      const count = readSync(this.#output, bytes, done, length - done, null);
      if (count === 0) return undefined;
      done += count;
    }
    return bytes;
  }
}
