/**
 * A rollout over power cuts and hostile image servers, in a process of its own: each board ends on the release, or on
 * the image that it had, with a reason. HOLDFAST_ROLLOUT_BOARDS is how many boards there are.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from '../../../host-sim/node/repository.js';
import type { RolloutSum } from '../../../tools/sim/rolloutSum.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';

const boards = Number(process.env.HOLDFAST_ROLLOUT_BOARDS ?? 2);

testWithChain('a rollout ends on the release, or on the old image with a reason, on every board', async t => {
  const program = join(repositoryRoot, 'tools/holdfast.mjs');
  const steps = [10, 100, 500].flatMap(step => ['--rollout', `${step}`]);
  const size = ['--boards', `${boards}`, '--hours', '0.5', '--seed', '2'];
  const words = [program, 'sim', ...size, ...steps, '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, words, { cwd: repositoryRoot });
  const { rollout: sum } = JSON.parse(stdout) as { rollout: RolloutSum };
  t.log(JSON.stringify(sum));
  t.deepEqual(sum.findings, []);
  t.true(sum.ok);
  t.is(sum.boards, boards);
  t.true(sum.updated > 0 && sum.updated < boards, 'some were reached, and some were not');
  t.is(
    Object.values(sum.reasons).reduce((all, count) => all + count, 0),
    boards - sum.updated,
  );
  t.true(sum.powerCuts > 0 && sum.lies > 0);
});
