/** The beacon chain and the provers of a seeded world, judged by the code of boards. */
import { advance } from '../../../firmware/beacon/advance.js';
import { parseBootstrap, verifyBootstrap } from '../../../firmware/beacon/bootstrap.js';
import { parseUpdate } from '../../../firmware/beacon/update.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { loadBls } from '../../../host-sim/node/bls/load.js';
import { VirtualBeacon } from '../../../host-sim/world/beacon.js';
import { VirtualChain } from '../../../host-sim/world/chain.js';
import { VirtualTime } from '../../../host-sim/world/time.js';
import { openProver } from '../../../tools/sim/provers.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';

const MINUTE_MS = 60_000;

testWithChain(
  'a board goes by what is final, in a stall by nothing newer, and by no premature word',
  async t => {
    const time = new VirtualTime();
    const chain = await VirtualChain.start(time, new AbortController().signal);
    t.teardown(() => chain.close());
    await chain.begin();
    const beacon = await VirtualBeacon.start(chain, 1);
    const bls = await loadBls();
    const prover = await openProver({ time, chain, beacon, bls, tell: () => {} });
    await time.run(4 * MINUTE_MS);
    const context = { chain: beacon.chain, crypto: portableCrypto(), bls };
    const root = beacon.checkpointRoot!;
    const bootstrap = parseBootstrap((await time.hold(prover.bootstrap(root)))!);
    if (bootstrap.verdict !== 'accepted') return t.fail(bootstrap.evidence);
    const state = verifyBootstrap(context, root, bootstrap.value);
    if (state.verdict !== 'accepted') return t.fail(state.evidence);
    const verdictOn = (bytes: Uint8Array) => {
      const update = parseUpdate(bytes, beacon.chain.committeeSize);
      return update.verdict === 'accepted' ? advance(context, state.value, update.value) : update;
    };
    const newest = async () => verdictOn((await time.hold(prover.finality()))!);

    beacon.stall(true);
    const stalledAt = beacon.finalNumber;
    await time.run(8 * MINUTE_MS);
    t.is(beacon.finalNumber, stalledAt);
    t.true(chain.finalNumber > stalledAt);
    beacon.stall(false);
    await time.run(9 * MINUTE_MS);
    t.true(beacon.finalNumber > stalledAt);
    t.is((await newest()).verdict, 'accepted');

    t.like(verdictOn(beacon.premature(false)), { verdict: 'rejected', code: 'proof_invalid' });
    t.like(verdictOn(beacon.premature(true)), { verdict: 'undetermined', cause: 'no_quorum' });
    beacon.participate(1);
    t.is((await newest()).verdict, 'accepted');
  },
);
