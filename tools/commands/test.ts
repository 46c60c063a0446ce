import { defineCommand, flags } from '../cli/command.js';
import { path } from '../cli/kinds.js';

export default defineCommand({
  summary: 'Run the tests of an app',
  details:
    'Compiles the *.test.ts of this folder, which may import holdfast/testing, and runs them with Node’s own test runner.',
  example: 'holdfast test',
  operands: {},
  flags: { file: flags(path, 'a test file, instead of all of this folder') },
  run: async ({ flags: given, json, signal }) => {
    const { runTests } = await import('../app/runTests.js');
    const { files, passed } = await runTests({
      files: given.file,
      directory: process.cwd(),
      quiet: json,
      signal,
    });
    return { ok: passed, files };
  },
  show: ({ files, ok }) => [
    `${ok ? 'All tests passed' : 'Some tests failed'}, in ${files} ${files === 1 ? 'file' : 'files'}.`,
  ],
});
