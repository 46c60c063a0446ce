/** A board's own question, over a broker, to a prover that it cannot reach otherwise: both ends as they are. */

import { toHex } from '../../../firmware/bytes/hex.js';
import { encodeText } from '../../../firmware/bytes/text.js';
import { undetermined } from '../../../firmware/bytes/verdict.js';
import { BrokerProver } from '../../../firmware/device/brokerProver.js';
import { SyncCommitteeTrust } from '../../../firmware/trust/syncCommittee.js';
import { startBroker } from '../../../host-sim/broker/broker.js';
import { connectBroker } from '../../../host-sim/node/brokerClient.js';
import { mine } from '../../../host-sim/node/chain/time.js';
import { nodeClock } from '../../../host-sim/node/clock.js';
import { startProver } from '../../../tools/prover/start.js';
import { contextOf } from '../../host-sim/beacon/walk.js';
import { withBeacon } from '../../host-sim/beacon/withBeacon.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';

testWithChain('a board that reaches only the broker follows finality through a prover behind it', async t => {
  await withBeacon({}, async ({ beacon, chain }) => {
    const broker = await startBroker();
    const prover = await startProver({
      beacons: [beacon.url],
      rpcs: [chain.url],
      broker: broker.url,
      freshnessMs: 0,
      intervalMs: 50,
    });
    const line = await connectBroker({ url: broker.url });
    const device = `holdfast/31337/0x${'cd'.repeat(20)}`;
    const complaints: string[] = [];
    const asked: string[] = [];
    try {
      const { root } = await beacon.checkpoint();
      const question = new BrokerProver({
        clock: nodeClock,
        publish: path => {
          asked.push(Buffer.from(path).toString());
          void line.publish(`${device}/ask`, path);
        },
      });
      await line.subscribe(`${device}/proof`, ({ payload }) => question.receive(payload));
      let record: Uint8Array | undefined;
      const trust = new SyncCommitteeTrust({
        context: contextOf(beacon.chain),
        configuration: { chain: beacon.chain, checkpointRoot: root, maximumSleep: 86_400 },
        provers: [question],
        clock: nodeClock,
        confirmation: {
          checkpoint: async () => undetermined('level', 'none is configured'),
          onOneChain: async () => undetermined('level', 'none is configured'),
        },
        load: () => record,
        save: bytes => {
          record = bytes;
        },
        onBadAnswer: (name, code, evidence) => complaints.push(`${name}: ${code} ${evidence}`),
      });
      const first = await trust.head();
      t.is(first.verdict, 'accepted', first.verdict === 'accepted' ? '' : first.evidence);
      await mine(chain.url, 8);
      const second = await trust.head();
      if (first.verdict !== 'accepted' || second.verdict !== 'accepted') return t.fail('no head');
      t.true(second.value.number > first.value.number);
      t.deepEqual(asked.slice(0, 2), [`/light/v1/bootstrap/${toHex(root)}`, '/light/v1/finality']);
      t.deepEqual(complaints, []);

      // What somebody else publishes in the prover's place is an answer like any other: judged, named, not believed.
      const answers = line.next(`${device}/ask`);
      await line.subscribe(`${device}/ask`, () => question.receive(encodeText('not from the prover')));
      await mine(chain.url, 8);
      const third = await trust.head();
      await answers;
      t.is(third.verdict, 'undetermined');
      t.regex(complaints.join('\n'), /^broker: malformed/);
    } finally {
      await line.close();
      await prover.close();
      await broker.close();
    }
  });
});
