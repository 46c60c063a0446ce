/** The order of test files: those of test/slow.json first, so that no long file runs alone at the end. */
import { readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const patterns = Object.keys(JSON.parse(readFileSync(new URL('../slow.json', import.meta.url), 'utf8'))).map(
  pattern => pattern.replace(/\*\*$/, ''),
);

const isSlow = file => {
  const path = relative(root, file).split(sep).join('/');
  return patterns.some(pattern => path.startsWith(pattern));
};

/** Compares two test files for ava's `sortTestFiles`: slow ones first, each half by name. */
export const slowFirst = (one, other) => isSlow(other) - isSlow(one) || (one < other ? -1 : 1);
