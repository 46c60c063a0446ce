// Everything: `npm run test:all`, the gate, and `npx ava test/some.test.ts`. ava.quick.config.js is `npm test`.
import { compiledTests } from './test/run/compiled.mjs';
import { slowFirst } from './test/run/slowFirst.mjs';

export default async () => ({
  // Compiled once, before the first: translating them in each process took half of a run's time.
  typescript: { compile: false, extensions: ['ts'], rewritePaths: { 'test/': await compiledTests() } },
  nodeArguments: ['--enable-source-maps'],
  // Processes, not threads: tests change folders and end children, which threads share.
  workerThreads: false,
  sortTestFiles: slowFirst,
  require: ['./test/run/fileDeadline.mjs'],
  timeout: '20m',
  // What waits for a process or a server waits for twenty times as long as on a quiet machine.
  environmentVariables: { HOLDFAST_PATIENCE: '20' },
  files: ['test/**/*.test.ts'],
});
