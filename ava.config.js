// `npm test`: what a newcomer runs. ava.all.config.js runs everything.
import { readFileSync } from 'node:fs';

const slow = Object.keys(JSON.parse(readFileSync(new URL('./test/slow.json', import.meta.url), 'utf8')));

// tsx needs process workers: its loader hooks do not reach ava's worker threads.
export const settings = {
  extensions: { ts: 'module' },
  nodeArguments: ['--import=tsx'],
  workerThreads: false,
  timeout: '5m',
};

export default { ...settings, files: ['test/**/*.test.ts', ...slow.map(pattern => `!${pattern}`)] };
