/** `npm test` and `npm run test:all`: ava under a guard, and how long a whole run took. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { guarded } from './guard.mjs';

/** Longer than ava's own limit (ava.config.js), after which ava names the tests that it waited for. */
const SILENCE_MS = 25 * 60_000;

const root = fileURLToPath(new URL('../..', import.meta.url));
const given = process.argv.slice(2);
const begun = Date.now();
const wholeRun = given.every(word => word.startsWith('-') || word.endsWith('.config.js'));
const lastRun = join(
  root,
  '.build',
  'test',
  given.includes('ava.quick.config.js') ? 'lastRun.json' : 'lastRunAll.json',
);
if (wholeRun) rmSync(lastRun, { force: true });

process.chdir(root);
const colours = process.stdout.isTTY && !process.env.NO_COLOR ? ['--color'] : [];
const ava = join('node_modules', 'ava', 'entrypoints', 'cli.mjs');
const status = await guarded([process.execPath, ava, ...colours, ...given], { silenceMs: SILENCE_MS });

const minutes = Math.round((Date.now() - begun) / 600) / 100;
if (wholeRun) {
  mkdirSync(dirname(lastRun), { recursive: true });
  writeFileSync(lastRun, `${JSON.stringify({ minutes, status })}\n`);
}
process.stdout.write(`\n${minutes} minutes\n`);
process.exit(status);
