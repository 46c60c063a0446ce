/** The lines of a board's console: one JSON value each, in both directions (newline-delimited JSON). */

import type { BusLine, BusSetting } from './busLines.js';

/** A board's account of itself when an image is about to run. */
export interface Hello {
  pid: number;
  slot: 'A' | 'B';
  state: 'pending' | 'confirmed' | 'recovery';
  /** Of the image's header. */
  version: number;
  /** Bytes of the image. */
  length: number;
  /** The reason why another image does not run: one that was pending, or the active one. */
  rolledBack?: string;
}

/** An input that the image reads: a digital one has 0 or 1, an analogue one 0 to 4095. */
export interface InputLine {
  pin: number;
  as: 'digital' | 'analogue';
  /** Its value while nothing is set. */
  idle: number;
}

/** From the board. */
export type BoardLine =
  | { token: string }
  | { hello: Hello }
  | { log: string }
  | { pin: number; on: boolean }
  /** An input, when it is first read. */
  | { reads: InputLine }
  /** Something that the board sent on a bus, or a pulse. */
  | { bus: BusLine }
  | { answer: number; result: unknown }
  | { answer: number; error: string }
  /** The reason for an end with `exitCode.fault`. */
  | { fault: string }
  /** The reason for an end with `exitCode.restart`. */
  | { restart: string };

/** A part of the board that fails from now on; boards of Node know it. */
export type PartFault =
  /** The power fails inside the n-th write or erase of flash, 1 or more; null: it does not. */
  | { flashOperation: number | null }
  /** So many milliseconds of its clock in one; greater than 0. */
  | { clockRate: number };

/** To the board. */
export type HolderLine =
  | { fault: PartFault }
  | { request: number; method: string; parameters: unknown }
  /** The reading of an analogue input from now on, 0 to 4095. */
  | { input: number; value: number }
  /** One thing that a device on a bus has or sends from now on; boards of the SDK have no buses. */
  | { bus: BusSetting };

/** Bytes of a request's method and parameters, as the Console port has it. */
export const REQUEST_BYTES_MAX = 4096;
/** Bytes of a line to the board. */
export const HOLDER_LINE_BYTES_MAX = REQUEST_BYTES_MAX + 1024;
/** Bytes of a line from the board. */
export const BOARD_LINE_BYTES_MAX = 256 * 1024;
/** Characters of a log line; more is cut off. */
export const LOG_CHARACTERS_MAX = 2000;
