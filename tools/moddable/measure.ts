/** The numbers of a Moddable build, read from what the SDK's compiler and linker left behind. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';

/** A module as xsc made it, before the linker. */
export interface ModuleSize {
  name: string;
  /** Bytes of bytecode, with the texts that stand in it. */
  bytecode: number;
  /** Bytes of its names. */
  names: number;
}

/** Bytes that the linker made constant: they lie in flash, and cost no RAM. */
export interface RomSize {
  slots: number;
  /** Slots that the machine may have to copy; a pointer of RAM for each. */
  aliases: number;
  names: number;
}

/** Memory of the machine when everything is preloaded and nothing has run. */
export interface RestSize {
  slots: number;
  chunks: number;
  names: number;
  aliases: number;
}

/** Bytes of a slot on a chip. */
export const chipSlot = 16;

/**
 * The modules that the makefile links; of earlier builds others may lie beside them.
 *
 * @param generated the folder that mcconfig filled
 */
export function moduleSizes(generated: string): ModuleSize[] {
  const folder = join(generated, 'modules');
  const makefile = readFileSync(join(generated, 'makefile'), 'utf8');
  const linked = new Set(
    Array.from(makefile.matchAll(/\$\(MODULES_DIR\)\/(\S+?\.xsb)/g), ([, file]) => file),
  );
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(file =>
    linked.has(file.replaceAll('\\', '/')),
  );
  return files.map(file => ({
    name: relative(folder, join(folder, file))
      .replaceAll('\\', '/')
      .replace(/\.xsb$/, ''),
    ...atomSizes(readFileSync(join(folder, file))),
  }));
}

/** The parts of an XS archive of one module: length and name, then the bytes. */
function atomSizes(bytes: Buffer): { bytecode: number; names: number } {
  const sizes = new Map<string, number>();
  for (let at = 8; at + 8 <= bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    if (length < 8) break;
    sizes.set(bytes.toString('latin1', at + 4, at + 8), length - 8);
    at += length;
  }
  return { bytecode: sizes.get('CODE') ?? 0, names: sizes.get('SYMB') ?? 0 };
}

/** @param file mc.xs.c */
export function romSize(file: string): RomSize {
  const text = readFileSync(file, 'latin1').slice(0, 8192);
  const count = (name: string) => Number(new RegExp(`#define mx${name}Count (\\d+)`).exec(text)?.[1] ?? 0);
  return { slots: count('Heap'), aliases: count('Alias'), names: count('Keys') };
}

/** Asks the lin build, in which slots are counted as they are on a chip, and are twice the size. */
export async function restSize(program: string, library: string): Promise<RestSize> {
  const { stdout } = await promisify(execFile)(program, [library, '--at-rest'], { timeout: 30_000 });
  return JSON.parse(stdout.split('\n').find(line => line.startsWith('{')) ?? '') as RestSize;
}

export interface BenchResult {
  name: string;
  value: number;
  unit: string;
  peer: string | null;
  peerValue: number | null;
  ratio: number | null;
  goal: number | null;
  met: boolean | null;
}

/** One result of the bench's shape; without a goal there is nothing to meet. */
export function result(name: string, value: number, unit: string, goal?: number): BenchResult {
  const met = goal === undefined ? null : value <= goal;
  return { name, value, unit, peer: null, peerValue: null, ratio: null, goal: goal ?? null, met };
}
