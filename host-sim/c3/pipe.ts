/**
 * A pipe of the kernel for the emulator's output. Node's own are pairs of sockets, in which each write takes a kilobyte
 * whatever its length: an emulator that writes byte by byte fills one with 278 bytes, and what finds no room is lost.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import type { Readable } from 'node:stream';

export interface OutputPipe {
  /** The end that a program is given as its output; this process closes its copy once the program has it. */
  output: number;
  /** The other end; ends when the program has ended. */
  input: Readable;
  /** Idempotent. */
  closeOutput(): void;
}

/** Makes one; its name in `directory` is gone at once. @throws Error where the system has no such pipes */
export function openPipe(directory: string): OutputPipe {
  const file = join(directory, 'uart');
  rmSync(file, { force: true });
  execFileSync('mkfifo', ['-m', '600', file]);
  try {
    // The reader first, and without waiting for a writer: then neither waits for the other.
    const input = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const output = openSync(file, constants.O_WRONLY);
    let open = true;
    const closeOutput = () => {
      if (open) closeSync(output);
      open = false;
    };
    return { output, input: new Socket({ fd: input, readable: true, writable: false }), closeOutput };
  } finally {
    rmSync(file);
  }
}
