/** The emulator's serial line, as a stream of bytes both ways: a pseudo-terminal, or the emulator's own pipes. */
import type { ChildProcess } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import { Duplex, type Readable, type Writable } from 'node:stream';
import { ReadStream, WriteStream } from 'node:tty';

export interface OpenLine {
  stream: Duplex;
  /** The name of the line, for people. */
  name: string;
}

/** Opens the serial line of an emulator that was just started. @throws Error when it ends before it has one */
export async function openLine(emulator: ChildProcess, kind: 'pty' | 'stdio'): Promise<OpenLine> {
  const { stdin, stdout } = emulator;
  stdin!.on('error', () => {});
  if (kind === 'stdio') {
    return { name: 'the emulator’s pipes', stream: bothWays(stdout!, stdin!) };
  }
  const name = await pseudoTerminal(emulator);
  // Raw, as the emulator left it: every byte passes as it is.
  const open = () => openSync(name, constants.O_RDWR | constants.O_NOCTTY);
  const input = new ReadStream(open());
  input.setRawMode(true);
  const output = new WriteStream(open());
  for (const stream of [input, output]) stream.on('error', () => {});
  return { name, stream: bothWays(input, output) };
}

/** Two streams as one. That it broke says nothing: how the emulator ended is told by the emulator. */
export const bothWays = (readable: Readable, writable: Writable): Duplex =>
  Duplex.from({ readable, writable }).on('error', () => {});

function pseudoTerminal(emulator: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const look = (chunk: Buffer) => {
      said += chunk;
      const found = /char device redirected to (\S+)/.exec(said);
      if (found) resolve(found[1]);
    };
    emulator.stdout!.on('data', look);
    emulator.stderr!.on('data', look);
    emulator.once('close', () => reject(new Error(`the emulator did not start: ${said}`)));
  });
}
