/** The command that runs a board of a C3's own software; it takes the arguments of the Node board (host-sim/board/main.ts) too. */
import { nodeArguments } from '../node/program/nodeArguments.js';
import { findEmulator } from './emulator.js';

export interface C3Engine {
  /** The emulator; that of HOLDFAST_QEMU_ESP32 if left out. */
  emulator?: string;
}

/** @throws C3Missing when there is no such emulator */
export function c3BoardCommand({ emulator = findEmulator() }: C3Engine = {}): {
  command: string;
  arguments: string[];
} {
  return {
    command: process.execPath,
    arguments: ['--max-old-space-size=128', ...nodeArguments('host-sim/c3/main.ts'), '--emulator', emulator],
  };
}
