/** The measures of the house: one number each, with what is counted, file and line. */
import { circlesOfFiles, circlesOfFolders } from './circles.js';
import { questionDocstrings, undocumented } from './docstrings.js';
import { functionsOf } from './functions.js';
import { importGraph, readCode, upwardImports } from './imports.js';
import { readSources } from './sources.js';

export interface Measure {
  name: string;
  value: number;
  unit: string;
  /** The greatest value that is wanted. */
  goal: number;
  /** The value at commit 261d703, from which the house was put in order. */
  before: number;
  /** The places that stand in the way of the goal, each with file and line. */
  offenders: readonly string[];
}

const isOurs = (path: string): boolean => /^(firmware|host-sim|tools|contracts)\//.test(path);
const isGenerated = (path: string): boolean => /\.generated\./.test(path);

export const FUNCTION_LINES_MAX = 70;

/** The permutation of Keccak is one unrolled function on purpose: XS has no cheaper way to keep 50 words at hand. */
const UNROLLED = 'firmware/crypto/keccak.ts';

function circles(): Measure {
  const graph = importGraph(readCode());
  const files = circlesOfFiles(graph).map(circle => ({ of: 'files', ...circle }));
  const folders = circlesOfFolders(graph).map(circle => ({ of: 'folders', ...circle }));
  const all = [...files, ...folders];
  return {
    name: 'house.circles',
    value: all.length,
    unit: 'circles',
    goal: 0,
    before: 8,
    offenders: all.map(({ of, members, imports }) =>
      [`a circle of ${of}: ${members.join(', ')}`, ...imports].join('\n    '),
    ),
  };
}

function upwardArrows(): Measure {
  const { wrong } = upwardImports();
  return {
    name: 'house.arrows.up',
    value: wrong.length,
    unit: 'imports',
    goal: 0,
    before: 0,
    offenders: wrong,
  };
}

function undocumentedFunctions(): Measure {
  const offenders = undocumented(readCode()).map(({ path, line, name }) => `${path}:${line} ${name}`);
  return {
    name: 'house.undocumented',
    value: offenders.length,
    unit: 'functions',
    goal: 0,
    before: 112,
    offenders,
  };
}

function longestFunction(): Measure {
  const sources = readSources(
    path => /\.(ts|mts|mjs|js|c|h)$/.test(path) && isOurs(path) && !isGenerated(path) && path !== UNROLLED,
  );
  const all = [...sources].flatMap(([path, text]) => functionsOf(path, text));
  return {
    name: 'house.longest.function',
    value: Math.max(...all.map(({ lines }) => lines)),
    unit: 'lines',
    goal: FUNCTION_LINES_MAX,
    before: 171,
    offenders: all
      .filter(({ lines }) => lines > FUNCTION_LINES_MAX)
      .sort((a, b) => b.lines - a.lines)
      .map(({ path, line, name, lines }) => `${path}:${line} ${name} has ${lines} lines`),
  };
}

function questions(): Measure {
  const sources = readSources(path => /\.(ts|mts|mjs|cjs|js|c|h|sol)$/.test(path) && !isGenerated(path));
  const offenders = questionDocstrings(sources).map(
    ({ path, line, word }) => `${path}:${line} opens with ${word}`,
  );
  return {
    name: 'house.docstrings.question',
    value: offenders.length,
    unit: 'docstrings',
    goal: 0,
    before: 433,
    offenders,
  };
}

/** All measures that are read from the files; none runs anything. */
export const measureHouse = (): Measure[] => [
  circles(),
  upwardArrows(),
  undocumentedFunctions(),
  longestFunction(),
  questions(),
];
