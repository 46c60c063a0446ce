/** A command line against a command's description: typed values out, or one line that names the remedy. */
import { parseArgs } from 'node:util';
import type { Command, Flag } from './command.js';
import { oneLine, UsageError } from './failure.js';
import { type Kind, Misfit } from './kinds.js';
import { nearest } from './nearest.js';
import { looksSecret, namesSecret, refuseSecret } from './secrets.js';

/** The flags of every command. */
const everywhere = {
  help: { type: 'boolean', short: 'h' },
  json: { type: 'boolean' },
} as const;

export interface Parsed {
  help: boolean;
  flags: Record<string, unknown>;
  operands: Record<string, unknown>;
}

/** The values of a command line. `name` is the command as it was typed. @throws UsageError that names the remedy */
export function parseCommandLine(name: string, command: Command, args: readonly string[]): Parsed {
  const options = Object.fromEntries(
    Object.entries(command.flags).map(([flag, { kind }]) => [
      flag,
      { type: kind ? ('string' as const) : ('boolean' as const), ...(flag === 'verbose' && { short: 'v' }) },
    ]),
  );
  const { tokens } = parseArgs({
    args: [...args],
    options: { ...options, ...everywhere },
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given: Record<string, string[]> = {};
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const flag = command.flags[token.name] as Flag<unknown> | undefined;
    const known = Object.hasOwn(command.flags, token.name) || Object.hasOwn(everywhere, token.name);
    if (!known) refuseFlag(name, command, token.name, token.value);
    if (flag?.kind && !flag.kind.takesHash && token.value !== undefined && looksSecret(token.value)) {
      refuseSecret(`The value of --${token.name}`);
    }
    if (flag?.kind) (given[token.name] ??= []).push(textOf(token, flag.kind));
    else if (token.value !== undefined) throw new UsageError(`--${token.name} takes no value.`);
    else given[token.name] = [];
  }
  if (given.help) return { help: true, flags: {}, operands: {} };
  return {
    help: false,
    operands: readOperands(name, command, positionals),
    flags: readFlags(name, command, given),
  };
}

function refuseFlag(name: string, command: Command, flag: string, value: string | undefined): never {
  if (namesSecret(flag)) refuseSecret(`--${flag}`);
  if (looksSecret(flag) || (value !== undefined && looksSecret(value))) refuseSecret('An argument');
  const meant = nearest(flag, [...Object.keys(command.flags), ...Object.keys(everywhere)]);
  const dashes = flag.length === 1 ? '-' : '--';
  throw new UsageError(
    `There is no flag ${dashes}${oneLine(flag, 40)} for holdfast ${name}${meant ? `: did you mean --${meant}?` : '.'} ` +
      `See holdfast ${name} --help.`,
  );
}

function textOf(token: { name: string; value?: string; inlineValue?: boolean }, kind: Kind<unknown>): string {
  const { inlineValue, name, value } = token;
  const swallowed = !inlineValue && value !== undefined && value.length > 1 && value.startsWith('-');
  if (value === undefined || swallowed)
    throw new UsageError(`--${name} needs a value: --${name} ${kind.hint}.`);
  return value;
}

function readOperands(
  name: string,
  command: Command,
  positionals: readonly string[],
): Record<string, unknown> {
  const wanted = Object.entries(command.operands);
  const values: Record<string, unknown> = {};
  for (const [index, [operand, { kind, required }]] of wanted.entries()) {
    const text = positionals[index];
    if (text === undefined && required) {
      throw new UsageError(`holdfast ${name} needs ${operand.toUpperCase()}: ${command.example}`);
    }
    if (text !== undefined && !kind.takesHash && looksSecret(text)) refuseSecret('An argument');
    if (text !== undefined) values[operand] = checked(operand.toUpperCase(), kind, text);
  }
  const extra = positionals.slice(wanted.length);
  if (extra.some(looksSecret)) refuseSecret('An argument');
  if (extra.length > 0) {
    throw new UsageError(
      `holdfast ${name} does not know what to do with "${oneLine(extra[0], 40)}". For example: ${command.example}`,
    );
  }
  return values;
}

function readFlags(name: string, command: Command, given: Record<string, string[]>): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [flag, { fallback, kind, many, required }] of Object.entries(command.flags)) {
    const texts = given[flag];
    if (!kind) values[flag] = texts !== undefined;
    else if (many) values[flag] = (texts ?? []).map(text => checked(`--${flag}`, kind, text));
    else if (texts === undefined) {
      if (required) throw new UsageError(`holdfast ${name} needs --${flag} ${kind.hint}: ${command.example}`);
      values[flag] = fallback;
    } else if (texts.length > 1)
      throw new UsageError(`--${flag} is given ${texts.length} times: once is enough.`);
    else values[flag] = checked(`--${flag}`, kind, texts[0]);
  }
  return values;
}

function checked(argument: string, kind: Kind<unknown>, text: string): unknown {
  try {
    return kind.parse(text);
  } catch (error) {
    if (error instanceof Misfit) throw new UsageError(`${argument} ${error.message}.`);
    throw error;
  }
}
