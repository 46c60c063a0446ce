import test from 'ava';
import {
  cloneCode,
  cloneCodeHash,
  create2Address,
  DETERMINISTIC_DEPLOYER,
  type Hex,
} from '../../contracts/addresses.js';
import { connect, deviceAddress, signerFromKey } from '../../contracts/client/index.js';
import { deploy } from '../../contracts/deploy/deploy.js';
import { addresses } from '../../firmware/contract/addresses.generated.js';
import { patient } from '../../host-sim/node/patience.js';
import { testWithChain } from '../host-sim/chain/withChain.js';
import { DEV_KEYS, startAnvil } from './anvil.js';

test('CREATE2 gives the addresses of EIP-1014', t => {
  const zero: Hex = `0x${'00'.repeat(32)}`;
  t.is(create2Address(`0x${'00'.repeat(20)}`, zero, '0x00'), '0x4d1a2e2bb4f88f0250f26ffff098b0b30b26bf38');
  t.is(
    create2Address(
      '0x00000000000000000000000000000000deadbeef',
      `0x${'00'.repeat(28)}cafebabe`,
      '0xdeadbeef',
    ),
    '0x60f3f640a8508fc6a86d45df051962668e1e8ac7',
  );
});

testWithChain(
  'two chains get the same addresses and clone code, and a second run changes nothing',
  async t => {
    const seen: unknown[] = [];
    for (const chainId of [31337, 8453]) {
      const anvil = await startAnvil('--chain-id', String(chainId));
      t.teardown(anvil.close);
      const { chain, factory } = await connect({
        rpc: anvil.rpc,
        privateKey: DEV_KEYS[0],
        pollingInterval: 20,
        timeout: patient(10_000),
      });
      t.is(chain.chainId, chainId);
      const first = await deploy(chain);
      t.true(first.changed);
      const block = await chain.client.getBlockNumber();
      const second = await deploy(chain);
      t.false(second.changed);
      t.is(await chain.client.getBlockNumber(), block, 'not one transaction');
      t.is(first.contracts.find(({ name }) => name === 'Factory')!.address, addresses.factory);

      const signers = await Promise.all(DEV_KEYS.slice(1, 4).map(signerFromKey));
      const keys = signers.map(({ address }) => address);
      const { fleet } = await factory.createFleet({ signers: keys, threshold: 2, grants: [] });
      const { channel } = await factory.createChannel({
        hardware: `0x${'11'.repeat(32)}`,
        releaseKeys: keys,
        threshold: 2,
      });
      const board = signers[0]!;
      const deadline = (await chain.now()) + 1800;
      const possession = {
        board: board.address,
        owner: keys[1]!,
        fleet,
        channel,
        trustConfiguration: `0x${'22'.repeat(32)}` as const,
        deadline,
      };
      const { device } = await factory.register(
        possession,
        await board.signTypedData(factory.possessionData(possession)),
      );
      t.is(device, deviceAddress(board.address, addresses), 'computed without a chain');
      t.is(await chain.codeAt(device), cloneCode(addresses.deviceImplementation));
      const hashes = [];
      for (const address of [device, fleet, channel]) {
        const proof = (await anvil.request('eth_getProof', address, [], 'latest')) as { codeHash: Hex };
        hashes.push(proof.codeHash);
      }
      t.deepEqual(hashes, [addresses.deviceCodeHash, addresses.fleetCodeHash, addresses.channelCodeHash]);
      t.is(hashes[0], cloneCodeHash(addresses.deviceImplementation));
      seen.push([first.contracts.map(({ address }) => address), fleet, channel, device, hashes]);
    }
    t.deepEqual(seen[0], seen[1]);
  },
);

testWithChain(
  'where the deterministic deployer is missing it is deployed first, by its own transaction',
  async t => {
    const anvil = await startAnvil('--disable-default-create2-deployer');
    t.teardown(anvil.close);
    const { chain } = await connect({
      rpc: anvil.rpc,
      privateKey: DEV_KEYS[0],
      pollingInterval: 20,
      timeout: patient(10_000),
    });
    t.is(await chain.codeAt(DETERMINISTIC_DEPLOYER), '0x');
    const { contracts } = await deploy(chain);
    t.true(contracts.every(({ deployed }) => deployed));
    t.is(contracts[0]!.name, 'DeterministicDeployer');
    t.false((await deploy(chain)).changed);
  },
);

testWithChain('something else at the deployer’s place is named, and nothing is deployed', async t => {
  const anvil = await startAnvil();
  t.teardown(anvil.close);
  await anvil.request('anvil_setCode', DETERMINISTIC_DEPLOYER, '0x00');
  const { chain } = await connect({
    rpc: anvil.rpc,
    privateKey: DEV_KEYS[0],
    pollingInterval: 20,
    timeout: patient(10_000),
  });
  await t.throwsAsync(deploy(chain), { message: /Something else lies at 0x4e59/ });
  t.is(await chain.codeAt(addresses.factory), '0x');
});
