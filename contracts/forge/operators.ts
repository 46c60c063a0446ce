/** Mutation operators over Solidity text: small faults of the kinds that people make. */
import type { Mutant } from './mutants.js';

interface Operator {
  pattern: RegExp;
  replacements(match: RegExpMatchArray): string[];
}

const OPERATORS: readonly Operator[] = [
  // a check left out
  { pattern: /if \((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)\s+revert [^;]+;/g, replacements: () => [''] },
  { pattern: /(?<=external )only\w+ |(?<=external )onlyGuardian /g, replacements: () => [''] },
  // a step left out
  {
    pattern:
      /^\s+(?:_require\w+|_clearApproval|_clearAppApproval|_setAppChannel|_handOver|_offer|_bumpEpoch|_setStatus|_setRole|_setGuardian|_setManufacture|_setFleet|_setChannel|_setSigners|_setReleaseKeys|_setCheckpointKeys|_storeNewest|_addToSequence|_decide|_replaceKeys|_checkKeys|_checkList|_keys\.clear|Links\.checkTime|ConsoleProofs\.checkDeadline)\((?:[^()]|\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))*\);/gm,
    replacements: () => [''],
  },
  {
    pattern: /^\s+(?:\+\+\w+|[a-z]\w*(?:\[[^\]=]+\])* = [^;]+);(?= *(?:\/\/.*)?$)/gm,
    replacements: () => [''],
  },
  { pattern: /^\s+emit \w+\((?:[^()]|\([^()]*\))*\);/gm, replacements: () => [''] },
  // a comparison off by one, or turned round
  { pattern: / <= /g, replacements: () => [' < ', ' > '] },
  { pattern: / >= /g, replacements: () => [' > ', ' < '] },
  { pattern: / < (?=\w)/g, replacements: () => [' <= ', ' > '] },
  { pattern: / > (?=\w)/g, replacements: () => [' >= ', ' < '] },
  { pattern: / == /g, replacements: () => [' != '] },
  { pattern: / != /g, replacements: () => [' == '] },
  { pattern: / && /g, replacements: () => [' || '] },
  { pattern: /(?<=[^|]) \|\| /g, replacements: () => [' && '] },
  { pattern: /(?<=[( ])!(?=\w)/g, replacements: () => [''] },
  // arithmetic and constants
  { pattern: / \+ (?=\w)/g, replacements: () => [' - '] },
  { pattern: / - (?=\w)/g, replacements: () => [' + '] },
  { pattern: / % /g, replacements: () => [' / '] },
  {
    pattern: /(?<=[ ([:])\d+(?= days?\b| hours?\b|[;,)\]: ])/g,
    replacements: ([text]) => [String(Number(text) + 1)],
  },
  { pattern: /\btrue\b/g, replacements: () => ['false'] },
  { pattern: /\bfalse\b/g, replacements: () => ['true'] },
  {
    pattern: /\bStatus\.(?:Active|Suspended|Stolen|Retired|Provisioned)\b/g,
    replacements: ([text]) => [next(text, STATUSES)],
  },
  { pattern: /\bRole\.\w+/g, replacements: ([text]) => [next(text, ROLES)] },
  { pattern: /\bLinks\.(?:ROUTINE|IRREVERSIBLE)\b/g, replacements: ([text]) => [next(text, CLASSES)] },
  { pattern: /\bPAUSED\b|\bHALTED\b/g, replacements: ([text]) => [text === 'PAUSED' ? 'HALTED' : 'PAUSED'] },
  { pattern: /\bmsg\.sender\b/g, replacements: () => ['tx.origin', 'address(this)'] },
  // what is signed: a field less, another name
  {
    pattern: /(?<=keccak256\(\s*"\w+\()[^"]*(?=\)"\s*\))/g,
    replacements: ([text]) => [`${text},bool extra`],
  },
];

const STATUSES = ['Provisioned', 'Active', 'Suspended', 'Stolen', 'Retired'].map(name => `Status.${name}`);
const ROLES = ['Commander', 'Releaser', 'Guardian', 'Provisioner'].map(name => `Role.${name}`);
const CLASSES = ['Links.ROUTINE', 'Links.IRREVERSIBLE'];
const next = (text: string, list: readonly string[]) => list[(list.indexOf(text) + 1) % list.length]!;

/** Every fault that the operators can make in these sources. */
export function allMutants(sources: ReadonlyMap<string, string>): Mutant[] {
  const found: Mutant[] = [];
  for (const [file, source] of sources) {
    const code = blankComments(source);
    for (const { pattern, replacements } of OPERATORS) {
      for (const match of code.matchAll(pattern)) {
        if (/^\s*(?:import|pragma)/.test(lineAround(code, match.index))) continue;
        for (const to of replacements(match)) found.push({ file, at: match.index, from: match[0], to });
      }
    }
  }
  return found;
}

/** Comments as spaces, so that positions stay. */
const blankComments = (source: string): string =>
  source.replaceAll(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g, comment => comment.replaceAll(/[^\n]/g, ' '));

function lineAround(code: string, at: number): string {
  return code.slice(code.lastIndexOf('\n', at) + 1, code.indexOf('\n', at));
}
