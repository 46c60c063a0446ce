/** The files of the two tiers of tests, and the minutes of the gate's campaigns. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { budgets, GATE_MINUTES_MAX } from '../budgets.js';
import slow from '../slow.json' with { type: 'json' };
import { listFiles, root } from './sources.js';

const files = listFiles().filter(path => path.startsWith('test/') && path.endsWith('.test.ts'));
const covers = (pattern: string, path: string) =>
  pattern.endsWith('/**') ? path.startsWith(pattern.slice(0, -2)) : path === pattern;

test('every file that npm test leaves out is there, with the reason; all else is in both tiers', t => {
  for (const [pattern, reason] of Object.entries(slow)) {
    t.true(
      files.some(path => covers(pattern, path)),
      pattern,
    );
    t.true(reason.length > 10, pattern);
  }
  const left = files.filter(path => Object.keys(slow).some(pattern => covers(pattern, path)));
  t.log(`${files.length - left.length} files in npm test, ${left.length} more in test:all`);
  t.true(left.length < files.length / 3);
});

test('the gate runs everything, and nothing beside it', t => {
  const gate = readFileSync(join(root, '.ci', 'run'), 'utf8');
  t.deepEqual(gate.match(/^npm .*$/gm), ['npm ci', 'npm run check', 'npm run test:all']);
});

test('the budgets of the campaigns leave two thirds of the gate to everything else', t => {
  const minutes = Object.values(budgets).reduce((sum, budget) => sum + budget.minutes, 0);
  t.true(minutes <= 16, `${minutes}`);
  t.true(3 * minutes <= GATE_MINUTES_MAX + 3);
  const readme = readFileSync(join(root, 'test', 'README.md'), 'utf8');
  for (const { variable } of Object.values(budgets)) t.true(readme.includes(`\`${variable}\``), variable);
});
