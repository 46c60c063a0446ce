/** Help: short enough to be read, with an example that works. */
import type { Command } from './command.js';
import { COLUMNS, wrap } from './wrap.js';

export interface Listed {
  summary: string;
}

const LEAD = `Holdfast: boards that obey their owner's contracts and nobody who merely reaches them.

Usage: holdfast COMMAND [--json] [-h | --help], holdfast -v | --version
`;

const TAIL = `
Endpoints come from --rpc, --broker and --images or from .holdfast/project.json, here or in the nearest parent folder, which the simulator (npm start) writes.
Keys come from a keystore (--keystore FILE) or the environment (HOLDFAST_KEY), never from an argument.
holdfast COMMAND --help shows its flags and an example.`;

/** Help for the whole tool: each command with its summary, in lines of `columns` characters. */
export function generalHelp(commands: Readonly<Record<string, Listed>>, columns = COLUMNS): string[] {
  const rows = Object.entries(commands).map(([name, { summary }]) => [name, summary] as const);
  return [...wrap(LEAD, columns), ...table(rows, columns), ...wrap(TAIL, columns)];
}

/** Help for the commands whose first word is `group`. */
export function groupHelp(
  group: string,
  commands: Readonly<Record<string, Listed>>,
  columns = COLUMNS,
): string[] {
  const members = Object.entries(commands).filter(([name]) => name.startsWith(`${group} `));
  return [
    `Usage: holdfast ${group} COMMAND\n`,
    ...table(
      members.map(([name, { summary }]) => [name.slice(group.length + 1), summary]),
      columns,
    ),
  ];
}

/** Help for one command: usage, operands, flags, example. */
export function commandHelp(name: string, command: Command, columns = COLUMNS): string[] {
  const operands = Object.entries(command.operands).map(([operand, { required }]) =>
    required ? ` ${operand.toUpperCase()}` : ` [${operand.toUpperCase()}]`,
  );
  const described = Object.entries(command.operands).map(
    ([operand, { description, kind }]) =>
      [
        operand.toUpperCase(),
        operand.toUpperCase() === kind.hint ? description : `${description} (${kind.hint})`,
      ] as [string, string],
  );
  const flags = Object.entries(command.flags).map(
    ([flag, { description, fallback, kind, many, required }]) => {
      const notes = [
        required ? 'needed' : '',
        many ? 'may be repeated' : '',
        fallback === undefined || description.includes('(default') ? '' : `default ${String(fallback)}`,
      ].filter(Boolean);
      return [
        `${flag === 'verbose' ? '-v, ' : ''}--${flag}${kind ? ` ${kind.hint}` : ''}`,
        description + (notes.length > 0 ? ` (${notes.join(', ')})` : ''),
      ] as [string, string];
    },
  );
  return [
    ...wrap(`${command.summary}.`, columns),
    '',
    `Usage: holdfast ${name}${operands.join('')}${flags.length > 0 ? ' [flags]' : ''}\n`,
    // Its line breaks are those of the source.
    ...(command.details ? [...wrap(command.details.replaceAll('\n', ' '), columns), ''] : []),
    ...table(
      [...described, ...flags, ['--json', 'one JSON document on standard output'], ['--help', 'this text']],
      columns,
    ),
    '',
    `Example: ${command.example}`,
  ];
}

/** Two columns; what is too long for the second goes on below itself. */
function table(rows: readonly (readonly [string, string])[], columns: number): string[] {
  const width = Math.min(34, Math.max(0, ...rows.map(([left]) => left.length)));
  const indent = ' '.repeat(width + 4);
  return rows.flatMap(([left, right]) => {
    const [first, ...rest] = wrap(right, columns, indent);
    const begun = first.slice(indent.length);
    if (left.length > width) return [`  ${left}`, indent + begun, ...rest];
    return [`  ${left.padEnd(width)}  ${begun}`, ...rest];
  });
}
