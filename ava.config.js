// `npm test`: what a newcomer runs. ava.all.config.js runs everything.
import { readFileSync } from 'node:fs';

const slow = Object.keys(JSON.parse(readFileSync(new URL('./test/slow.json', import.meta.url), 'utf8')));

// tsx needs process workers: its loader hooks do not reach ava's worker threads.
export const settings = {
  extensions: { ts: 'module' },
  nodeArguments: ['--import=tsx'],
  workerThreads: false,
  timeout: '20m',
  // What waits for a process or a server waits for twenty times as long as on a quiet machine.
  environmentVariables: { HOLDFAST_PATIENCE: '20' },
};

export default { ...settings, files: ['test/**/*.test.ts', ...slow.map(pattern => `!${pattern}`)] };
