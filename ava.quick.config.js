// `npm test`: what a newcomer runs, everything but the files of test/slow.json.
import { readFileSync } from 'node:fs';
import everything from './ava.config.js';

const slow = Object.keys(JSON.parse(readFileSync(new URL('./test/slow.json', import.meta.url), 'utf8')));

export default async () => ({
  ...(await everything()),
  files: ['test/**/*.test.ts', ...slow.map(pattern => `!${pattern}`)],
});
