/** The acceptance scenarios in a seeded world, whose report follows from its seed. */
import type { RigResult } from '../../../tools/rig/rig.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { rig } from './acceptance.js';

/** Of all scenarios; the others need level 4, an image server that lies, or the flash as a file. */
const RUN_MIN = 34;
const AGAIN = ['--only', 'prover', '--only', 'endpoints', '--only', 'delegate'];

const reportOf = async (...words: string[]) => {
  const { errors, out, status } = await rig(['test/rig', ...words, '--json']);
  return { errors, status, ...(JSON.parse(out) as RigResult) };
};

testWithChain('what a seeded world can do passes there, and the rest says why it was not run', async t => {
  t.timeout(20 * 60_000);
  const { errors, failed, passed, reports, status } = await reportOf('--target', 'seeded:5');
  t.is(
    status,
    0,
    errors
      .split('\n')
      .filter(line => !line.includes('✓'))
      .join('\n')
      .slice(-4000),
  );
  t.is(failed, 0);
  t.true(passed >= RUN_MIN, `${passed}`);
  t.true(reports.every(({ outcome, reason }) => outcome === 'passed' || (reason ?? '').length > 0));

  // The same again, in another process and beside another seed's.
  const again = await reportOf('--target', 'seeded:5', '--target', 'seeded:6', ...AGAIN);
  const [same, other] = ['seeded 0x5, level 1', 'seeded 0x6, level 1'].map(target =>
    again.reports.filter(report => report.target === target),
  );
  t.true(same.filter(({ outcome }) => outcome === 'passed').length >= 8);
  t.deepEqual(
    same,
    reports.filter(({ name }) => same.some(each => each.name === name)),
  );
  t.notDeepEqual(
    other.map(({ steps }) => steps),
    same.map(({ steps }) => steps),
  );
});
