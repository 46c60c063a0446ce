import test from 'ava';
import { VirtualTime } from '../../../host-sim/world/time.js';
import { Ascription } from '../../../tools/sim/ascription.js';
import { type FaultName, noFaults } from '../../../tools/sim/faultNames.js';

const MINUTE_MS = 60_000;

function given(faults: readonly FaultName[]) {
  const [time, counts] = [new VirtualTime(), noFaults()];
  const untilMs = 20 * MINUTE_MS;
  const ascription = new Ascription({ time, counts, faults, seed: 1, untilMs, tell: () => {} });
  const seen = () => [ascription.lie(() => undefined), ascription.absence()].map(each => each !== undefined);
  return { ascription, counts, seen, time };
}

test('once a release that nobody approved is final, one endpoint ascribes an approval and the others give no proofs', async t => {
  const { ascription, counts, seen, time } = given(['update', 'endpoints']);
  ascription.begin();
  await time.run(MINUTE_MS);
  t.deepEqual(seen(), [false, false]);
  await time.run(3 * MINUTE_MS);
  t.deepEqual(seen(), [true, true]);
  t.is(counts.endpoints, 1);
  await time.run(7 * MINUTE_MS);
  t.deepEqual(seen(), [false, false], 'it heals');
});

test('where endpoints do not err, and after the plan, nobody ascribes anything', async t => {
  const honest = given(['update']);
  honest.ascription.begin();
  const late = given(['update', 'endpoints']);
  await late.time.run(19 * MINUTE_MS);
  late.ascription.begin();
  for (const { seen, time } of [honest, late]) {
    for (const minutes of [3, 21, 22, 24]) {
      await time.run(minutes * MINUTE_MS);
      t.deepEqual(seen(), [false, false]);
    }
  }
});
