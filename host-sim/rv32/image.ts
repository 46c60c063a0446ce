/**
 * The body of an image for the emulated board: its script, compiled, loaded and frozen (host/body.h). The board
 * program itself makes it, in an emulator of its own.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { FrameReader } from '../../firmware/serial/frame.js';
import { headerLength } from '../../firmware/store/imageHeader.js';
import { buildXs, programOf } from '../engine/deskProgram.js';
import { bundleGuest } from '../engine/guests.js';
import { openFileFlash, partitionFile } from '../node/flash/fileFlash.js';
import { boardProgram, buildRv32 } from './build.js';
import { emulatorCommand, partitions } from './emulator.js';
import { requireEmulator } from './tools.js';

const run = promisify(execFile);
let built: Promise<unknown> | undefined;
let builtXs: Promise<unknown> | undefined;

/** @throws Error with what the board says, or Rv32Missing */
export async function makeBody(script: string): Promise<Uint8Array> {
  requireEmulator();
  built ??= buildRv32();
  await built;
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-image-'));
  try {
    const parts = [
      await compile(directory, await bundleGuest('prelude.ts', { shorten: true })),
      await compile(directory, script),
    ];
    const flash = openFileFlash(directory);
    for (const name of partitions) flash.open(name);
    const room = flash.open('slotB');
    const input = Buffer.concat(
      parts.flatMap(bytes => [lengthOf(bytes), bytes, Buffer.alloc(-bytes.length & 3)]),
    );
    if (input.length > room.size) throw new Error(`an image of ${input.length} bytes of bytecode`);
    room.write(0, input);
    flash.close();
    await make(directory);
    const slot = await readFile(partitionFile(directory, 'slotA'));
    return new Uint8Array(slot.subarray(headerLength, headerLength + slot.readUInt32LE(headerLength + 4)));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/**
 * The body of an app image for boards that run bytecode: the app's text as one function, compiled (engine/host/appCode.h).
 * @throws Error with the compiler's words, or XsMissing
 */
export async function makeAppBody(text: string): Promise<Uint8Array> {
  builtXs ??= buildXs();
  await builtXs;
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-app-'));
  try {
    return new Uint8Array(await compile(directory, `(function (require) {${text}\n})`));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function lengthOf(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return length;
}

/** Bytes of a script's bytecode, with the names in it. */
export async function bytecodeSize(script: string): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-bytecode-'));
  try {
    return (await compile(directory, script)).length;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function compile(directory: string, script: string): Promise<Buffer> {
  const [source, code] = ['source.js', 'code.xsb'].map(name => join(directory, name));
  await writeFile(source, script);
  await run(programOf('release'), ['--compile', source, code]);
  return readFile(code);
}

async function make(directory: string): Promise<void> {
  const straps = { heap: 0, stack: 0, watchdog: 0, failures: 0, make: true };
  const { command, arguments: given } = emulatorCommand(directory, straps, 'stdio');
  try {
    await run(command, given, { encoding: 'buffer', timeout: 120_000, killSignal: 'SIGKILL' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: Buffer; stderr?: Buffer };
    throw new Error(`${boardProgram} cannot make the image: ${lastWords(stdout)} ${stderr ?? error}`);
  }
}

function lastWords(output: Uint8Array = new Uint8Array(0)): string {
  let said = '';
  const decoder = new TextDecoder();
  const reader = new FrameReader({
    onFrame: frame => (said += decoder.decode(frame.payload)),
    onLost() {},
    onText: bytes => (said += decoder.decode(bytes)),
  });
  reader.take(output);
  return said;
}
