/** The suites of firmware/ once more, inside XS: the same files, and whatever needs Node is found out, not listed. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { repositoryRoot } from '../../../host-sim/bundle/firmware.js';
import { bundleTests, runScript } from './scripts.js';
import { xsTest } from './withXs.js';

/** All of it takes minutes: without HOLDFAST_REQUIRE_TOOLS only the proofs run. */
const all = ['bytes', 'wire', 'image', 'crypto', 'proof', 'trust', 'ledger', 'command', 'update'];
const rooms = process.env.HOLDFAST_REQUIRE_TOOLS ? all : ['proof'];

const filesOf = (room: string): string[] =>
  readdirSync(join(repositoryRoot, 'test', 'firmware', room))
    .filter(name => name.endsWith('.test.ts'))
    .map(name => `test/firmware/${room}/${name}`);

type Line = { title?: string; failure?: string; broken?: string; done?: boolean };

async function runFile(
  t: ExecutionContext,
  program: string,
  file: string,
  native: boolean,
): Promise<boolean> {
  const bundle = await bundleTests(file, { native });
  if ('onlyNode' in bundle) {
    t.log(`only on Node: ${bundle.onlyNode}`);
    return false;
  }
  const { logs, code, fault, errors } = await runScript(program, bundle.text, [
    ...['--heap', '0'],
    ...['--watchdog', '500000'],
  ]);
  const lines = logs.map(log => JSON.parse(log) as Line);
  for (const { title, failure, broken } of lines) {
    if (failure !== undefined || broken !== undefined) t.fail(`${title ?? file}: ${failure ?? broken}`);
  }
  const done = lines.some(line => line.done);
  t.true(done, `${file} ended with ${code}: ${fault ?? errors}`);
  t.log(`${lines.filter(line => line.title !== undefined).length} tests`);
  return true;
}

for (const room of rooms) {
  for (const file of filesOf(room)) {
    xsTest(`inside XS: ${file}`, async (t, program) => {
      if (!(await runFile(t, program, file, false))) t.pass();
    });
  }
}

for (const file of filesOf('crypto')) {
  xsTest(`the native crypto in place of the portable one: ${file}`, async (t, program) => {
    t.true(await runFile(t, program, file, true), 'the tests of the crypto port run inside XS');
  });
}
