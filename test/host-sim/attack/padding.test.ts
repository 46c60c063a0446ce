import { changeBlockHash } from '../../../host-sim/attack/rpc/header.js';
import { padBlocks } from '../../../host-sim/attack/rpc/padding.js';
import { rpcProxy } from '../../../host-sim/attack/rpc/proxy.js';
import { call } from '../../../host-sim/node/chain/call.js';
import { testWithChain } from '../chain/withChain.js';
import { stage } from './stage.js';

interface Block {
  hash: string;
  transactions: string[];
  withdrawals: object[];
}

testWithChain(
  'a padded block is as large as on mainnet, its header is the chain’s, and boards read it',
  async t => {
    const { blockHash, number, proxy, read, url } = await stage(t);
    const at = `0x${number.toString(16)}`;
    const {
      transactions: _,
      withdrawals: __,
      ...own
    } = (await call(url, 'eth_getBlockByNumber', [at, false])) as Block;
    t.is(await read(padBlocks()), 'accepted');
    proxy.setMutation(padBlocks());
    for (const [method, of] of [
      ['eth_getBlockByNumber', at],
      ['eth_getBlockByHash', blockHash],
    ]) {
      const padded = (await call(proxy.url, method, [of, false])) as Block;
      const { transactions, withdrawals, ...header } = padded;
      t.deepEqual(header, own);
      t.is(new Set(transactions).size, 2000);
      t.true(transactions.every(hash => /^0x[0-9a-f]{64}$/.test(hash)));
      t.is(withdrawals.length, 16);
      t.true(JSON.stringify(padded).length > 130_000);
    }
  },
);

testWithChain(
  'what is no list of hashes passes as it is, and a liar before the padding lies as ever',
  async t => {
    const { blockHash, number, proxy, url } = await stage(t);
    proxy.setMutation(padBlocks({ transactions: 3, withdrawals: 1 }));
    const at = `0x${number.toString(16)}`;
    for (const [method, params] of [
      ['eth_getBlockByNumber', [at, true]],
      ['eth_getBlockByNumber', ['0xffffff', false]],
      ['eth_chainId', []],
    ] as const) {
      t.deepEqual(await call(proxy.url, method, [...params]), await call(url, method, [...params]), method);
    }
    const liar = await rpcProxy({ upstream: proxy.url, mutation: changeBlockHash() });
    t.teardown(liar.close);
    const told = (await call(liar.url, 'eth_getBlockByNumber', [at, false])) as Block;
    t.not(told.hash, blockHash);
    t.is(told.transactions.length, 3);
  },
);
