/** A board's own question, over a broker, to a prover that it cannot reach otherwise: both ends as they are. */

import { fromHex } from '../../../firmware/bytes/hex.js';
import { encodeText } from '../../../firmware/bytes/text.js';
import { undetermined } from '../../../firmware/bytes/verdict.js';
import { BrokerProver } from '../../../firmware/device/brokerProver.js';
import { isSealed } from '../../../firmware/seal/sealed.js';
import { SyncCommitteeTrust } from '../../../firmware/trust/syncCommittee.js';
import { startBroker } from '../../../host-sim/broker/broker.js';
import { connectBroker } from '../../../host-sim/node/brokerClient.js';
import { mine } from '../../../host-sim/node/chain/time.js';
import { nodeClock } from '../../../host-sim/node/clock.js';
import { crypto, entropy } from '../../../tools/operator/boardMail.js';
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
    const board = `holdfast/b-${'cd'.repeat(10)}/${'ab'.repeat(16)}`;
    const complaints: string[] = [];
    const asked: Uint8Array[] = [];
    try {
      const { root } = await beacon.checkpoint();
      const question = new BrokerProver({
        clock: nodeClock,
        crypto,
        entropy,
        proverKey: fromHex(prover.key, 33),
        publish: async message => {
          asked.push(message);
          await line.publish(`${board}/ask`, message);
        },
      });
      await line.subscribe(`${board}/proof`, ({ payload }) => question.receive(payload));
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
      // Nobody at the broker reads what is asked, not even which of the questions it is.
      t.true(asked.length >= 2 && asked.every(message => isSealed(message) && message.length === 1024));
      t.deepEqual(complaints, []);

      // What somebody else publishes in the prover's place answers nothing and blames nobody: the prover's counts.
      await line.subscribe(`${board}/ask`, () => question.receive(encodeText('not from the prover')));
      await mine(chain.url, 8);
      const third = await trust.head();
      t.is(third.verdict, 'accepted', third.verdict === 'accepted' ? '' : third.evidence);
      t.deepEqual(complaints, []);
    } finally {
      await line.close();
      await prover.close();
      await broker.close();
    }
  });
});
