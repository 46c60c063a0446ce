/** The price of a deployment is said before it is spent, and a wrong network or an empty purse spends nothing. */
import { connect } from '../../contracts/client/index.js';
import { deploymentCost } from '../../contracts/deploy/cost.js';
import { deploy } from '../../contracts/deploy/deploy.js';
import { DEV_KEYS, startAnvil } from '../contracts/anvil.js';
import { testWithChain } from '../host-sim/chain/withChain.js';
import { inProcess } from './support.js';

testWithChain('the cost is an upper bound of what is spent, and nothing once all is there', async t => {
  for (const [missing, ...given] of [[4], [5, '--disable-default-create2-deployer']] as const) {
    const anvil = await startAnvil(...given);
    t.teardown(anvil.close);
    const { chain } = await connect({ rpc: anvil.rpc, privateKey: DEV_KEYS[0], pollingInterval: 20 });
    const cost = await deploymentCost(chain);
    t.is(cost.missing.length, missing);
    await deploy(chain);
    const spent = cost.balance - (await chain.purse()).balance;
    t.log(`${spent} wei spent of ${cost.wei} at most`);
    t.true(spent > 0n && spent <= cost.wei);
    const second = await deploymentCost(chain);
    t.deepEqual([second.missing, second.gas, second.wei], [[], 0n, 0n]);
  }
});

testWithChain(
  'another network than the named one, and a purse too small, send nothing; the right ones deploy',
  async t => {
    const anvil = await startAnvil('--chain-id', '11155111');
    t.teardown(anvil.close);
    const run = async (...more: string[]) => {
      const given = ['deploy', '--rpc', anvil.rpc, '--json', ...more];
      const { status, stdout } = await inProcess(given, { HOLDFAST_KEY: DEV_KEYS[0] });
      return { status, ...JSON.parse(stdout) };
    };
    t.is((await run('--network', 'hoodi')).error.code, 'wrong_chain');
    t.like(await run('--network', 'sepolia', '--dry-run'), { ok: true, changed: false });
    const address = '0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266';
    await anvil.request('anvil_setBalance', address, '0x2386f26fc10000');
    const poor = await run('--network', 'sepolia');
    t.is(poor.error.code, 'NoFunds');
    t.regex(poor.error.message, /Nothing was sent/);
    t.is(await anvil.request('eth_blockNumber'), '0x0');
    await anvil.request('anvil_setBalance', address, '0x56bc75e2d63100000');
    const done = await run('--network', 'sepolia');
    t.like(done, { ok: true, changed: true, chainId: 11_155_111 });
    t.true(Number(done.cost.etherMax) > 0.01);
  },
);
