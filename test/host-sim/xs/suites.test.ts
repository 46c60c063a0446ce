/**
 * The suites of verification, commands and updates once more, inside XS: the same files, with native crypto. Whatever
 * of them needs Node is found out by what it imports, not listed. HOLDFAST_XS_RUNS is how often a property is tried.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { repositoryRoot } from '../../../host-sim/node/repository.js';
import { xsTest } from '../engine/withXs.js';
import { bundleTests, runScript } from './scripts.js';

const suites = {
  verification: ['bytes', 'json', 'crypto', 'seal', 'contract', 'proof', 'trust'],
  commands: ['app', 'ledger', 'command', 'handover', 'device/telemetryOutflow.test.ts'],
  updates: ['store/imageHeader.test.ts', 'update'],
};

/** The test files of a room, or the one that is named: the journal's campaigns take too long here. */
const filesOf = (room: string): string[] =>
  room.endsWith('.test.ts')
    ? [`test/firmware/${room}`]
    : readdirSync(join(repositoryRoot, 'test', 'firmware', room))
        .filter(name => name.endsWith('.test.ts'))
        .map(name => `test/firmware/${room}/${name}`);

type Line = { title?: string; failure?: string; broken?: string; milliseconds?: number; done?: boolean };

/** The number of tests that ran inside XS; all of them, or none when the file needs Node. */
async function runFile(
  t: ExecutionContext,
  program: string,
  file: string,
  { native }: { native: boolean },
): Promise<number> {
  const bundle = await bundleTests(file, { native });
  if ('onlyNode' in bundle) {
    t.log(`${file} only on Node: ${bundle.onlyNode}`);
    return 0;
  }
  const options = ['--heap', '0', '--watchdog', '500000'];
  const { logs, code, fault, errors } = await runScript(program, bundle.text, options);
  const lines = logs.map(log => JSON.parse(log) as Line);
  for (const { title, failure, broken } of lines) {
    if (failure !== undefined || broken !== undefined) t.fail(`${title ?? file}: ${failure ?? broken}`);
  }
  t.true(
    lines.some(line => line.done),
    `${file} ended with ${code}: ${fault ?? errors}`,
  );
  const tests = lines.filter(line => line.title !== undefined);
  const seconds = tests.reduce((sum, { milliseconds = 0 }) => sum + milliseconds, 0) / 1000;
  t.log(`${file}: ${tests.length} tests, ${seconds.toFixed(1)} s`);
  return tests.length;
}

for (const [suite, rooms] of Object.entries(suites)) {
  for (const room of rooms) {
    xsTest(`inside XS, ${suite}: ${room}`, async (t, program) => {
      let count = 0;
      for (const file of filesOf(room)) count += await runFile(t, program, file, { native: true });
      t.true(count > 0, 'not all of it is for Node');
    });
  }
}

xsTest('inside XS with portable crypto: crypto, and whole witnesses', async (t, program) => {
  const files = [
    ...filesOf('crypto'),
    'test/firmware/json/scan.test.ts',
    'test/firmware/proof/witness.test.ts',
  ];
  let count = 0;
  for (const file of files) count += await runFile(t, program, file, { native: false });
  t.true(count > 20);
});
