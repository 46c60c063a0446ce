/** Boards of a seeded world that are stepped in XS: the same log as on Node, and a rule that catches one which errs. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '../../../host-sim/node/repository.js';
import type { SimResult } from '../../../tools/sim/run.js';
import { testWithChain } from '../chain/withChain.js';
import { needsXs } from '../engine/withXs.js';

type Run = SimResult & { replay: string };

/** A world in a process of its own: of realms of this one, those that lose power within a call would leave promises. */
async function sim(...words: string[]): Promise<Run> {
  const program = join(repositoryRoot, 'tools/holdfast.mjs');
  const run = promisify(execFile)(process.execPath, [program, 'sim', '--json', ...words]);
  // A world that breaks a rule ends with 1.
  const { stdout } = await run.catch((error: { stdout: string }) => error);
  return JSON.parse(stdout) as Run;
}

testWithChain(
  'boards in XS write the log of boards on Node, through torn flash, power cuts, rot and an update',
  needsXs(async t => {
    t.timeout(480_000);
    const faults = ['power', 'flash', 'rot', 'update'].flatMap(fault => ['--faults', fault]);
    const words = ['--seed', '2', '--boards', '2', '--hours', '0.1', ...faults];
    const node = await sim(...words);
    const xs = await sim(...words, '--engine', 'xs');
    t.deepEqual(xs.findings, []);
    t.is(xs.logHash, node.logHash);
    t.true(xs.links > 0 && xs.faults.flash > 0 && xs.faults.power > 0 && xs.faults.update > 0);
    t.regex(xs.replay, / --engine xs$/);
  }),
);

testWithChain(
  'a board with a stack of 512 slots takes an image by the word of L3 where the committee signs under a fork that it does not know',
  needsXs(async t => {
    t.timeout(240_000);
    // All that L3 asks began on one stack here, which overflowed at each start.
    const faults = ['beacon', 'fork', 'checkpoints', 'update'].flatMap(fault => ['--faults', fault]);
    const words = ['--seed', '4', '--boards', '1', '--hours', '0.1', ...faults];
    const node = await sim(...words);
    const xs = await sim(...words, '--engine', 'xs');
    t.deepEqual(xs.findings, []);
    t.is(xs.logHash, node.logHash);
    t.true(xs.faults.fork > 0 && xs.faults.checkpoints > 0 && xs.faults.update > 0);
  }),
);

testWithChain(
  'a board in XS that receipts what it never ran is caught',
  needsXs(async t => {
    t.timeout(240_000);
    const words = ['--boards', '1', '--hours', '0.2', '--faults', 'none', '--engine', 'xs'];
    const { findings } = await sim('--seed', '1', '--mutant', 'idle', ...words);
    t.deepEqual(new Set(findings.map(({ rule }) => rule)), new Set(['unsigned']));
  }),
);
