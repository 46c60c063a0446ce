/** The number of the project's scenarios that a target can run: what keeps the others from it is said by its abilities. */
import test from 'ava';
import { loadScenarios } from '../../../tools/rig/load.js';
import { seededTarget } from '../../../tools/rig/seeded/seededTarget.js';
import { serialFacts } from '../../../tools/rig/serial/serialTarget.js';
import { unfit } from '../../../tools/rig/target.js';

test('a board on a serial line with a supply and a command that makes it new runs 36 of 45 scenarios, without them fewer; a seeded world 34', async t => {
  const scenarios = await loadScenarios('test/rig');
  const runOn = (facts: Parameters<typeof serialFacts>[0] | undefined) => {
    const target = facts
      ? { ...serialFacts(facts), open: () => Promise.reject(new Error()) }
      : seededTarget(1);
    return scenarios.filter(scenario => unfit(scenario, target) === undefined).length;
  };
  const whole = { name: 'desk', level: 4, hasPower: true, isRenewed: true } as const;
  t.is(scenarios.length, 45);
  t.deepEqual(
    {
      whole: runOn(whole),
      withoutPower: runOn({ ...whole, hasPower: false }),
      once: runOn({ ...whole, isRenewed: false }),
      bare: runOn({ ...whole, hasPower: false, isRenewed: false, level: 1 }),
      seeded: runOn(undefined),
    },
    { whole: 36, withoutPower: 31, once: 35, bare: 23, seeded: 34 },
  );
});
