import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '../../../host-sim/node/repository.js';
import { testWithChain } from '../chain/withChain.js';

testWithChain('the boards of a seeded world do the same in XS, at every one of their ports', async t => {
  t.timeout(480_000);
  const program = join(repositoryRoot, 'tools/holdfast.mjs');
  const words = ['sim', '--engine', 'xs', '--boards', '2', '--hours', '0.1', '--json'];
  const faults = ['power', 'flash', 'rot'].flatMap(fault => ['--faults', fault]);
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...words, ...faults]);
  const { links, ok, played, replay } = JSON.parse(stdout);
  t.true(ok);
  t.true(links > 0);
  t.regex(replay, /--engine xs$/);
  t.deepEqual(
    played.map(({ board, verdict }: { board: string; verdict: string }) => [board, verdict]),
    [
      ['board-1', 'same'],
      ['board-2', 'same'],
    ],
  );
  for (const { entries, starts } of played) t.true(entries > 1000 && starts > 0);
});
