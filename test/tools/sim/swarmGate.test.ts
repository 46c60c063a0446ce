/** The gate's share of the swarm: worlds that seeds draw, one after the other, for as long as the budget goes. */
import { availableParallelism } from 'node:os';
import { swarm } from '../../../tools/sim/swarm.js';
import { linesOf } from '../../../tools/sim/swarmLines.js';
import { worldProcess } from '../../../tools/sim/worldProcess.js';
import { budgets } from '../../budgets.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';

/** The first seed of the gate; a person tries others with `npm run swarm -- --seed`. */
const SEED = 1;
/** A world that has begun comes to its end, however slow the machine is. */
const LAST_MINUTES_MAX = 20;

testWithChain('every rule holds in the worlds of a swarm, whatever mix of faults its seeds draw', async t => {
  const { minutes: kept, variable } = budgets.swarm;
  const minutes = Number(process.env[variable] ?? kept);
  t.timeout((minutes + LAST_MINUTES_MAX) * 60_000);
  const [over, stopped] = [new AbortController(), new AbortController()];
  t.teardown(() => stopped.abort());
  const timer = setTimeout(() => over.abort(), minutes * 60_000);
  const result = await swarm({
    ...{ seed: SEED, workers: availableParallelism(), over: over.signal, onRun: () => {} },
    run: (seed, size) => worldProcess(seed, size, stopped.signal),
  });
  clearTimeout(timer);
  for (const line of linesOf(result)) t.log(line);
  t.deepEqual(result.failures, []);
  t.true(result.seeds.length > 0 && result.links > 0);
});
