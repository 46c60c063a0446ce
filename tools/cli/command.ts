/** What a command is: one file in tools/commands says all of this, and nothing else knows more of it. */
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

type Flags = Record<string, Flag<unknown>>;
type Operands = Record<string, Operand<unknown>>;
type ValuesOf<F> = { [K in keyof F]: F[K] extends Flag<infer T> ? T : never };
type OperandsOf<O> = { [K in keyof O]: O[K] extends Operand<infer T> ? T : never };

export function flag<T>(kind: Kind<T>, description: string): Flag<T | undefined>;
export function flag<T>(kind: Kind<T>, description: string, fallback: T): Flag<T>;
export function flag<T>(kind: Kind<T>, description: string, fallback?: T): Flag<T | undefined> {
  return { kind, description, many: false, required: false, fallback };
}

export const requiredFlag = <T>(kind: Kind<T>, description: string): Flag<T> => ({
  kind,
  description,
  many: false,
  required: true,
});

/** May be given several times. */
export const flags = <T>(kind: Kind<T>, description: string): Flag<T[]> => ({
  kind,
  description,
  many: true,
  required: false,
});

export const toggle = (description: string): Flag<boolean> => ({ description, many: false, required: false });

export const operand = <T>(kind: Kind<T>, description: string): Operand<T> => ({
  kind,
  description,
  required: true,
});

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
  /** Whether the result goes out as JSON. */
  readonly json: boolean;
  /** How it goes, for people: to the error stream, so that it never mixes with the result. */
  note(line: string): void;
  /** Something worth doing differently; like `note`, but also part of the JSON document. */
  warn(line: string): void;
  /** One of many things that a lasting command tells; in JSON an element of `events`. */
  emit(event: object, line: string): void;
}

/** `ok: false` makes the exit status 1. Everything in it goes into the JSON document. */
export type Result = { ok: boolean };

export interface Command<F extends Flags = Flags, O extends Operands = Operands, R extends Result = Result> {
  /** One sentence, without a full stop. */
  summary: string;
  /** What a reader of the help needs beyond it. */
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
