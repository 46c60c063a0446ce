/** Hand-over with the real contracts: sold, accepted, and trust tried over real sockets against a real chain. */
import type { Hex } from '../../../contracts/client/index.js';
import { encodeParams } from '../../../firmware/app/params.js';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { TRUST_ACTION } from '../../../firmware/command/trustOrder.js';
import { encodeConfiguration, type TrustConfiguration } from '../../../firmware/trust/configuration.js';
import { Organisation } from '../../fakes/organisation.js';
import { TRUST } from '../../fakes/trustKeeper.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { ChainBoard } from '../command/chainBoard.js';

testWithChain(
  'sold and accepted on chain, a board trusts what its new fleet names, once it has proven itself by it',
  async t => {
    const organisation = await Organisation.found();
    try {
      const board = new ChainBoard(organisation);
      await board.proveNow();
      const { channel, crypto, device, fleet } = organisation;
      const buyer = await organisation.as('signerA');
      await (await organisation.as('owner')).device.transfer(device, organisation.address('signerA'));
      await buyer.device.accept(device, fleet, channel);
      const before = await board.link('once', { challenge: board.challenge });
      await organisation.finalise();
      t.is(await board.deliver(before), 'undetermined handover');

      const named = (url: string): TrustConfiguration => ({
        ...TRUST,
        chainId: organisation.chain.chainId,
        endpoints: [url],
      });
      const order = async (configuration: TrustConfiguration) => {
        const prepared = await board.envelope('once', {
          action: TRUST_ACTION,
          params: encodeParams({ configuration: crypto.keccak256(encodeConfiguration(configuration)) }),
          class: 1,
          operator: fromHex(fleet, 20)!,
        });
        const { notAfter, sequence } = prepared.envelope;
        const request = { fleet, device, sequence, notAfter, commandHash: toHex(prepared.hash) as Hex };
        await buyer.fleet.appendIrreversible(request, {
          signers: await organisation.signers('signerA', 'signerB'),
        });
        await organisation.finalise();
        return prepared;
      };

      const nobody = await order(named('http://127.0.0.1:7'));
      t.is(await board.deliver(nobody), 'undetermined incomplete');
      board.handOver.take(encodeConfiguration(named('http://127.0.0.1:7')));
      await board.commands.retry();
      t.is(board.about(nobody).split(', ').pop(), 'undetermined unreachable', 'nothing is proven by it');
      t.false(board.handOver.adopted);
      t.deepEqual(board.keeper.ownership.owner, organisation.ownerBytes);
      board.clock.advance(1_800_000);
      await board.commands.retry();
      t.is(board.about(nobody).split(', ').pop(), 'failed trial');

      const twin = await order(named(organisation.chain.url));
      t.is(await board.deliver(twin), 'undetermined incomplete');
      board.handOver.take(encodeConfiguration(named(organisation.chain.url)));
      await board.commands.retry();
      t.is(board.about(twin).split(', ').pop(), 'done', board.lines.join());
      t.deepEqual(toHex(board.keeper.ownership.owner), organisation.address('signerA').toLowerCase());
      t.is(board.keeper.ownership.epoch, 1);
      t.deepEqual(board.effects, []);
    } finally {
      await organisation.close();
    }
  },
);
