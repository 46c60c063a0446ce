/** The description of a command: its flags, its operands, its work and its output stand in one file of tools/commands. */
import type { Kind } from './kinds.js';

export interface Flag<T> {
  readonly description: string;
  /** Undefined for a switch, which takes no value. */
  readonly kind?: Kind<unknown>;
  readonly many: boolean;
  readonly required: boolean;
  /** Said in help. */
  readonly fallback?: T;
}

export interface Operand<_T> {
  readonly description: string;
  readonly kind: Kind<unknown>;
  readonly required: boolean;
}

/** The values that flags have when none is given on the command line. Required ones are missing. */
export const defaultsOf = (flags: Flags): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(flags).map(([name, { fallback, kind, many }]) => [
      name,
      many ? [] : kind === undefined ? false : fallback,
    ]),
  );

type Flags = Record<string, Flag<unknown>>;
type Operands = Record<string, Operand<unknown>>;
type ValuesOf<F> = { [K in keyof F]: F[K] extends Flag<infer T> ? T : never };
type OperandsOf<O> = { [K in keyof O]: O[K] extends Operand<infer T> ? T : never };

/** A flag with a value; undefined, or `fallback`, when it is not given. */
export function flag<T>(kind: Kind<T>, description: string): Flag<T | undefined>;
export function flag<T>(kind: Kind<T>, description: string, fallback: T): Flag<T>;
export function flag<T>(kind: Kind<T>, description: string, fallback?: T): Flag<T | undefined> {
  return { kind, description, many: false, required: false, fallback };
}

/** A flag without which the command line is wrong. */
export const requiredFlag = <T>(kind: Kind<T>, description: string): Flag<T> => ({
  kind,
  description,
  many: false,
  required: true,
});

/** A flag that may be given several times; an empty list when it is not given. */
export const flags = <T>(kind: Kind<T>, description: string): Flag<T[]> => ({
  kind,
  description,
  many: true,
  required: false,
});

/** A flag without a value: true when it is given. */
export const toggle = (description: string): Flag<boolean> => ({ description, many: false, required: false });

/** A word after the command's name. */
export const operand = <T>(kind: Kind<T>, description: string): Operand<T> => ({
  kind,
  description,
  required: true,
});

/** A word after the command's name that may be left out; then it is undefined. */
export const optionalOperand = <T>(kind: Kind<T>, description: string): Operand<T | undefined> => ({
  kind,
  description,
  required: false,
});

/** A command's surroundings, so that it touches nothing else of the process. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** True when the result goes out as JSON (--json). */
  readonly json: boolean;
  /** Tells people about progress: on the error stream, apart from the result. */
  note(line: string): void;
  /** Tells what is done now, to a person who waits; nothing stays of it. Undefined: what follows shows itself. */
  progress?(what: string | undefined): void;
  /** Advises people; like `note`, and also part of the JSON document. */
  warn(line: string): void;
  /** Tells one event of a command that goes on; in JSON it is an element of `events`. */
  emit(event: object, line: string): void;
}

/** `ok: false` makes the exit status 1. Everything in it goes into the JSON document. */
export type Result = { ok: boolean };

export interface Command<F extends Flags = Flags, O extends Operands = Operands, R extends Result = Result> {
  /** One sentence, without a full stop. */
  summary: string;
  /** Further sentences for the command's help, in lines of 120 characters. */
  details?: string;
  /** A whole command line that works. */
  example: string;
  operands: O;
  flags: F;
  run(input: Input<F, O>): Promise<R>;
  /** The result for people. */
  show(result: R): string[];
}

export interface Input<F, O> extends Surroundings {
  flags: ValuesOf<F>;
  operands: OperandsOf<O>;
}

/** Keeps the types of flags, operands and result together; forgets them for those who only run it. */
export const defineCommand = <const F extends Flags, const O extends Operands, R extends Result>(
  command: Command<F, O, R>,
): Command => command as unknown as Command;
