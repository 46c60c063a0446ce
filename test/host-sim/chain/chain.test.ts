import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { startChain } from '../../../host-sim/chain/anvil.js';
import { anvilBinary } from '../../../host-sim/chain/binary.js';
import { call, RpcError } from '../../../host-sim/node/chain/call.js';
import { increaseTime, mine, mineUntilFinal, reorganise } from '../../../host-sim/node/chain/time.js';
import { testWithChain } from './withChain.js';

type Block = { number: string; hash: string; timestamp: string };
const block = (url: string, tag: string) => call(url, 'eth_getBlockByNumber', [tag, false]) as Promise<Block>;

/** True when a process with this id is there; one that waits to be reaped counts as gone. */
async function gone(pid: number): Promise<boolean> {
  for (let waited = 0; waited < 100; waited++) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  return false;
}

testWithChain('a chain answers on a free port with the id it was given and ten funded accounts', async t => {
  const chain = await startChain({ chainId: 4711 });
  t.teardown(chain.close);
  t.is(Number(await call(chain.url, 'eth_chainId')), 4711);
  const known = (await call(chain.url, 'eth_accounts')) as string[];
  t.deepEqual(
    chain.accounts.map(account => account.address.toLowerCase()),
    known.map(address => address.toLowerCase()),
  );
  t.true(chain.accounts.every(account => /^0x[0-9a-f]{64}$/.test(account.privateKey)));
  t.not(Number(new URL(chain.url).port), 0);
});

testWithChain(
  'blocks become final by the endpoint’s own word, at the default depth and at another',
  async t => {
    for (const [flags, depth] of [
      [[], 64],
      [['--slots-in-an-epoch', '1'], 2],
    ] as [string[], number][]) {
      const chain = await startChain({ flags });
      t.teardown(chain.close);
      for (const number of [1, 7, 64, 65, 200]) {
        t.true((await mineUntilFinal(chain.url, number)) >= number);
        const finalized = Number((await block(chain.url, 'finalized')).number);
        const latest = Number((await block(chain.url, 'latest')).number);
        t.is(latest - finalized, depth);
      }
    }
  },
);

testWithChain('a reorganisation gives the same numbers other hashes, and leaves what lies below', async t => {
  const chain = await startChain();
  t.teardown(chain.close);
  await mine(chain.url, 10);
  const [kept, replaced] = [await block(chain.url, '0x7'), await block(chain.url, '0xa')];
  await reorganise(chain.url, 3);
  t.is((await block(chain.url, '0x7')).hash, kept.hash);
  t.not((await block(chain.url, '0xa')).hash, replaced.hash);
});

testWithChain('time moves ahead by what was asked', async t => {
  const chain = await startChain();
  t.teardown(chain.close);
  const before = Number((await block(chain.url, 'latest')).timestamp);
  await increaseTime(chain.url, 3600);
  t.true(Number((await block(chain.url, 'latest')).timestamp) >= before + 3600);
});

testWithChain('an error of the endpoint keeps its code', async t => {
  const chain = await startChain();
  t.teardown(chain.close);
  const error = await t.throwsAsync(call(chain.url, 'no_such_method'), { instanceOf: RpcError });
  t.is(error.code, -32601);
});

testWithChain('closing ends the process and frees the port; closing again is fine', async t => {
  const chain = await startChain();
  await chain.close();
  await chain.close();
  t.true(await gone(chain.pid));
  const refused = await new Promise<boolean>(resolve => {
    const socket = connect(Number(new URL(chain.url).port), '127.0.0.1', () => resolve(false));
    socket.on('error', () => resolve(true)).on('connect', () => socket.destroy());
  });
  t.true(refused);
});

testWithChain('an aborted signal closes the chain', async t => {
  const abort = new AbortController();
  const chain = await startChain({ signal: abort.signal });
  abort.abort();
  t.true(await gone(chain.pid));
  await t.throwsAsync(startChain({ signal: abort.signal }), { any: true });
});

testWithChain('no chain is left when its parent is killed', async t => {
  const module = new URL('../../../host-sim/chain/anvil.ts', import.meta.url).href;
  const source = `const { startChain } = await import('${module}');
    console.log((await startChain()).pid); setInterval(() => {}, 1000);`;
  const parent = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', source],
    { cwd: fileURLToPath(new URL('../../..', import.meta.url)), stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const pid = await new Promise<number>(resolve => parent.stdout.once('data', data => resolve(Number(data))));
  t.notThrows(() => process.kill(pid, 0));
  parent.kill('SIGKILL');
  t.true(await gone(pid));
});

testWithChain('what prevents a start is one line that names the remedy', async t => {
  const chain = await startChain();
  t.teardown(chain.close);
  const failing = async (options: Parameters<typeof startChain>[0]) => {
    const { message } = await t.throwsAsync(startChain(options));
    t.notRegex(message, /\n/);
    return message;
  };
  t.regex(await failing({ port: Number(new URL(chain.url).port) }), /taken .*--rpc URL/);
  t.regex(await failing({ flags: ['--no-such-flag'] }), /no-such-flag.*--rpc URL/);
  t.regex(await failing({ binary: '/nowhere/anvil' }), /ENOENT.*--rpc URL/);
});

test('a platform without a package is named, with what to do instead', t => {
  const { message } = t.throws(() => anvilBinary('plan9', 'x64'));
  t.regex(message, /@foundry-rs\/anvil-plan9-amd64 is not installed .*--rpc URL/);
});
