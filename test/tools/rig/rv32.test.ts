/** The acceptance scenarios of the project on the emulated board. */
import { buildRv32 } from '../../../host-sim/rv32/build.js';
import { testOnRv32 } from '../../host-sim/rv32/withBoard.js';
import { allPass } from './acceptance.js';

/** All but most of the updates, of which each takes the emulator half a minute. */
const quick = ['order', 'endpoints', 'prover', 'board', 'releases', 'vendor and owner want'];
const QUICK_MIN = 35;

testOnRv32('the scenarios of orders, lies and power pass on the emulated board, and an update', async t => {
  t.timeout(20 * 60_000);
  await buildRv32();
  const chosen = quick.flatMap(name => ['--only', name]);
  await allPass(t, 'rv32', chosen, { least: QUICK_MIN });
});
