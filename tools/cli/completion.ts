/**
 * Completion of command lines by a shell, made from the commands themselves: their names, flags, and the words that a
 * flag or an operand takes. The script of bash is zsh's too, by its bashcompinit.
 */
import type { Command } from './command.js';
import type { Kind } from './kinds.js';

export interface Completable {
  /** One word, or a group and a word: `device claim`. */
  name: string;
  command: Pick<Command, 'flags' | 'operands' | 'summary'>;
}

interface Choice {
  /** As typed: `--level`. */
  flag: string;
  description: string;
  takes: Takes;
}

/** Words to choose from, or what the script asks `holdfast completion` for as somebody types. */
type Takes = 'nothing' | 'file' | 'something' | readonly string[] | { asks: 'actions' | 'params' };

const isList = (takes: Takes): takes is readonly string[] => Array.isArray(takes);
const asked = (takes: Takes) => (typeof takes === 'object' && 'asks' in takes ? takes.asks : undefined);

const EVERYWHERE: readonly Choice[] = [
  { flag: '--json', description: 'one JSON document on standard output', takes: 'nothing' },
  { flag: '--help', description: 'how to use it', takes: 'nothing' },
];

/** The value as its kind describes it: words to choose from, a file, or something that no shell knows. */
function taken(kind: Kind<unknown> | undefined): Takes {
  if (kind === undefined) return 'nothing';
  if (kind.asks !== undefined) return { asks: kind.asks };
  if (kind.hint === 'FILE' || kind.hint === 'DIR') return 'file';
  return kind.words ?? 'something';
}

const choices = ({ flags }: Completable['command']): Choice[] => [
  ...Object.entries(flags).map(([name, { description, kind }]) => ({
    flag: `--${name}`,
    description,
    takes: taken(kind),
  })),
  ...EVERYWHERE,
];

/** The first operand, or the second: a file, or one of some words. */
const operand = ({ operands }: Completable['command'], at: 0 | 1 = 0): Takes =>
  taken(Object.values(operands)[at]?.kind);

const groups = (all: readonly Completable[]): Map<string, Completable[]> => {
  const found = new Map<string, Completable[]>();
  for (const each of all) {
    const [group, second] = each.name.split(' ');
    if (second !== undefined) found.set(group, [...(found.get(group) ?? []), each]);
  }
  return found;
};

const firstWords = (all: readonly Completable[]): string[] => [
  ...new Set(all.map(({ name }) => name.split(' ')[0])),
];

/** A script for bash, and for zsh after bashcompinit. */
export function bashCompletion(all: readonly Completable[]): string {
  const cases: string[] = [];
  const quoted = (words: readonly string[]) => `words='${words.join(' ')}'`;
  const value = (pattern: string, takes: Takes) => {
    if (takes === 'nothing') return;
    const does =
      takes === 'file'
        ? 'files=1'
        : isList(takes)
          ? quoted(takes)
          : asked(takes)
            ? `asks=${asked(takes)}`
            : ':';
    cases.push(`    '${pattern}') ${does} ;;`);
  };
  for (const { command, name } of all) {
    for (const { flag, takes } of choices(command)) value(`${name} ${flag}`, takes);
  }
  for (const { command, name } of all) {
    const flags = quoted(choices(command).map(({ flag }) => flag));
    const first = operand(command);
    if (asked(first)) cases.push(`    '${name} ') ${flags}; asks=${asked(first)} ;;`);
    if (asked(operand(command, 1))) {
      const before = `\${COMP_WORDS[${name.split(' ').length + 1}]}`;
      cases.push(`    '${name} '*' '*' ') ${flags} ;;`);
      const what = asked(operand(command, 1));
      cases.push(`    '${name} '*' ') ${flags}; asks="${what}${what === 'params' ? ` ${before}` : ''}" ;;`);
    }
    const more = first === 'file' ? '; files=1' : isList(first) ? `; words="$words ${first.join(' ')}"` : '';
    cases.push(`    '${name} '*) ${flags}${more} ;;`);
  }
  for (const [group, members] of groups(all)) {
    cases.push(`    '${group} '*) ${quoted(members.map(({ name }) => name.split(' ')[1]))} ;;`);
  }
  return `# Completion of holdfast. bash: source <(holdfast completion bash)
# zsh: autoload -U +X compinit bashcompinit && compinit && bashcompinit && source <(holdfast completion zsh)
_holdfast() {
  local current="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}"
  local name='' words='' files='' asks='' asked='' at=1
  while [ $at -lt $COMP_CWORD ]; do
    case "\${COMP_WORDS[at]}" in
      -*) break ;;
      *) name="$name\${COMP_WORDS[at]} " ;;
    esac
    at=$((at + 1))
  done
  case "$before" in -*) ;; *) before='' ;; esac
  case "\${name}$before" in
    '') words='${firstWords(all).join(' ')}' ;;
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [ -n "$files" ]; then COMPREPLY+=($(compgen -f -- "$current")); fi
  case "$current" in -*) asks='' ;; esac
  if [ -n "$asks" ]; then
    while IFS= read -r asked; do
      case "$asked" in "$current"*) COMPREPLY+=("$asked") ;; esac
    done < <(holdfast completion $asks 2>/dev/null)
  fi
}
complete -o filenames -F _holdfast holdfast
`;
}

/** A script for fish. */
export function fishCompletion(all: readonly Completable[]): string {
  const quoted = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
  const lines = [
    '# Completion of holdfast. fish: holdfast completion fish | source',
    'complete -c holdfast -f',
  ];
  const isIn = (name: string) => {
    const [first, second] = name.split(' ');
    const seen = `__fish_seen_subcommand_from ${first}`;
    return second ? `${seen}; and __fish_seen_subcommand_from ${second}` : seen;
  };
  const grouped = groups(all);
  for (const word of firstWords(all)) {
    const members = grouped.get(word);
    const what = all.find(({ name }) => name === word)?.command.summary ?? `${members?.length} commands`;
    lines.push(`complete -c holdfast -n __fish_use_subcommand -a ${word} -d ${quoted(what)}`);
    if (!members) continue;
    const seconds = members.map(({ name }) => name.split(' ')[1]);
    const open = `__fish_seen_subcommand_from ${word}; and not __fish_seen_subcommand_from ${seconds.join(' ')}`;
    for (const { command, name } of members) {
      lines.push(
        `complete -c holdfast -n ${quoted(open)} -a ${name.split(' ')[1]} -d ${quoted(command.summary)}`,
      );
    }
  }
  for (const { command, name } of all) {
    const here = `complete -c holdfast -n ${quoted(isIn(name))}`;
    for (const { description, flag, takes } of choices(command)) {
      const value =
        takes === 'nothing'
          ? ''
          : takes === 'file'
            ? ' -r -F'
            : isList(takes)
              ? ` -x -a ${quoted(takes.join(' '))}`
              : asked(takes)
                ? ` -x -a ${quoted(`(holdfast completion ${asked(takes)} 2>/dev/null)`)}`
                : ' -x';
      lines.push(`${here} -l ${flag.slice(2)}${value} -d ${quoted(description)}`);
    }
    const first = operand(command);
    if (first === 'file') lines.push(`${here} -F`);
    else if (isList(first)) lines.push(`${here} -a ${quoted(first.join(' '))}`);
    for (const at of [0, 1] as const) {
      const what = asked(operand(command, at));
      if (!what) continue;
      // Tokens before the one that is typed: holdfast, the command's words, the operands before.
      const before = 1 + name.split(' ').length + at;
      const place = quoted(
        `${isIn(name)}; and test (count (commandline -opc)) -eq ${before}; and not string match -q -- '-*' (commandline -ct)`,
      );
      const asks = what === 'params' ? `${what} (commandline -opc)[${before}]` : what;
      lines.push(
        `complete -c holdfast -n ${place} -a ${quoted(`(holdfast completion ${asks} 2>/dev/null)`)}`,
      );
    }
  }
  return `${lines.join('\n')}\n`;
}
