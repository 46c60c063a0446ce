/** A board's console and a real chain: the proof that it signs registers it, and only its own contract counts. */
import type { Hex } from '../../../contracts/client/index.js';
import { relay } from '../../../firmware/apps/relay/relay.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import { run } from '../../../firmware/device/device.js';
import { encodeConfiguration } from '../../../firmware/trust/configuration.js';
import { nodeNetwork } from '../../../host-sim/node/network/socket.js';
import { FakeBoard } from '../../fakes/board.js';
import { Organisation } from '../../fakes/organisation.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { image } from '../update/release.js';
import { DEVELOPMENT } from './trust.js';

testWithChain('ether at the Device’s address stops nobody; registered, it signs no second proof', async t => {
  const org = await Organisation.found();
  try {
    const board = new FakeBoard(image(1), { network: nodeNetwork() });
    run(board.ports, relay(board.ports.pins));
    const { url } = org.chain;
    const trust = toHex(encodeConfiguration({ ...DEVELOPMENT, endpoints: [url] }));
    const { device, key } = (await board.ask('identify')) as { device: Hex; key: Hex };
    const { trustConfiguration } = (await board.ask('configure', {
      trust,
      broker: 'mqtt://127.0.0.1:9',
    })) as {
      trustConfiguration: Hex;
    };
    const owner = await org.as('owner');
    await owner.chain.sendValue(device, 1n);
    await org.finalise();

    const deadline = (await owner.chain.now()) + 1800;
    const asked = { owner: org.address('owner'), fleet: org.fleet, channel: org.channel, deadline };
    const proof = (await board.ask('possess', asked)) as { signature: Hex };
    if (!proof.signature) return t.fail(String(proof));
    t.deepEqual(await board.ask('possess', asked), proof);
    const possession = { ...asked, board: key, trustConfiguration };
    t.is((await owner.factory.register(possession, proof.signature)).device, device);
    t.is((await owner.device.read(device)).key, key);

    const another = { ...asked, deadline: deadline + 60 };
    t.regex(String(await board.ask('possess', another)), /earlier proof is open/);
    await org.finalise();
    t.regex(String(await board.ask('possess', another)), /registered already/);
    board.clock.advance(60_000);
  } finally {
    await org.close();
  }
});
