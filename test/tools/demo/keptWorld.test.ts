/** A world that is kept: nothing of somebody's own is taken for one, and none is opened twice. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { startChain } from '../../../host-sim/chain/anvil.js';
import { startImageServer } from '../../../host-sim/images/server.js';
import { call } from '../../../host-sim/node/chain/call.js';
import { mine } from '../../../host-sim/node/chain/time.js';
import { keepChain, wakeChain } from '../../../tools/demo/keptChain.js';
import { KeptWorld, type WorldFacts } from '../../../tools/demo/keptWorld.js';
import { ofWorld } from '../../../tools/demo/start.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { temporaryDirectory } from '../support.js';

const facts: WorldFacts = {
  engine: 'node',
  level: 4,
  oneSocket: false,
  ports: { broker: 1, endpoints: [2, 3], images: 4, prover: 5 },
  fleet: `0x${'11'.repeat(20)}`,
  channel: `0x${'22'.repeat(20)}`,
  device: `0x${'33'.repeat(20)}`,
  access: { user: 'b-1', password: 'p', topicSecret: new Uint8Array(32).fill(7) },
  proverKey: new Uint8Array(32).fill(9),
};

test('what is kept is found again, by this user alone', t => {
  const directory = join(temporaryDirectory(t), 'world');
  const first = new KeptWorld(directory);
  t.is(first.known, undefined);
  first.keep(facts);
  first.close();
  t.is(statSync(join(directory, 'world.json')).mode & 0o777, 0o600);
  const second = new KeptWorld(directory);
  t.deepEqual(second.known, facts);
  second.close();
  t.false(existsSync(join(directory, 'running')));
});

test('a world that runs is refused; the mark of a process that is gone is not in the way', t => {
  const directory = temporaryDirectory(t);
  writeFileSync(join(directory, 'running'), `${process.ppid}\n`);
  t.throws(() => new KeptWorld(directory), { message: /runs already, in process/ });
  const gone = spawnSync(process.execPath, ['--version']).pid;
  writeFileSync(join(directory, 'running'), `${gone}\n`);
  t.notThrows(() => new KeptWorld(directory).close());
});

test('what was set up half is begun anew; what is no world is left as it is', t => {
  const half = temporaryDirectory(t);
  mkdirSync(join(half, 'flash'));
  new KeptWorld(half).close();
  t.false(existsSync(join(half, 'flash')));

  const foreign = temporaryDirectory(t);
  writeFileSync(join(foreign, 'thesis.txt'), 'mine');
  t.throws(() => new KeptWorld(foreign), { message: /holds thesis\.txt and no world/ });
  t.is(readFileSync(join(foreign, 'thesis.txt'), 'utf8'), 'mine');

  const other = temporaryDirectory(t);
  writeFileSync(join(other, 'world.json'), JSON.stringify({ format: 2 }));
  mkdirSync(join(other, 'flash'));
  t.throws(() => new KeptWorld(other), { message: /world\.json holds no world that these tools know/ });
  t.true(existsSync(join(other, 'flash')) && !existsSync(join(other, 'running')));
});

test('the lines of what to type name the world that they are for', t => {
  const hint = `npx holdfast command lock.open '{"text":"# 1"}'   # an order`;
  t.is(ofWorld(hint, undefined), hint);
  t.is(ofWorld(hint, 'b'), `npx holdfast command lock.open '{"text":"# 1"}' --world b  # an order`);
  t.is(ofWorld('npx holdfast status', 'b'), 'npx holdfast status --world b');
});

test('an image server that keeps its files has them again, and one in memory has none', async t => {
  const directory = temporaryDirectory(t);
  const image = new Uint8Array(5000).fill(3);
  const first = await startImageServer({ directory });
  const sha256 = first.put(image, new Uint8Array([1]));
  await first.close();
  const statusAt = async (place?: string) => {
    const server = await startImageServer({ directory: place });
    const { status } = await fetch(`${server.url}/images/${sha256}`);
    await server.close();
    return status;
  };
  t.is(await statusAt(directory), 200);
  t.is(await statusAt(), 404);
});

type Block = { hash: string; number: string; timestamp: string };
const newest = (rpc: string) => call(rpc, 'eth_getBlockByNumber', ['latest', false]) as Promise<Block>;

testWithChain('a chain goes on from its last block, at a day that its board can still follow', async t => {
  const file = join(temporaryDirectory(t), 'chain.json');
  const before = await startChain();
  t.teardown(before.close);
  // The clock of the hand: nothing is written but at the end.
  const keeping = keepChain(before.url, file, { after: () => () => {} });
  await mine(before.url, 5);
  await keeping.close();
  const last = await newest(before.url);
  const resumed = async () => {
    const chain = await startChain({ flags: ['--load-state', file] });
    t.teardown(chain.close);
    t.is((await newest(chain.url)).hash, last.hash);
    return chain.url;
  };
  const day = 86_400;
  for (const [slept, lag] of [
    [day, 0],
    [10 * day, 4 * day],
  ]) {
    const rpc = await resumed();
    t.is(await wakeChain(rpc, Number(last.timestamp) + slept), lag);
    await call(rpc, 'evm_mine', []);
    const off = Number((await newest(rpc)).timestamp) - (Number(last.timestamp) + slept - lag);
    t.true(off >= 0 && off < 3600, `${off}`);
  }
});
