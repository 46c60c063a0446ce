/** `npm run bench:fleet`: commands that many boards in XS verify and run, in a second of two cores. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nativeCrypto } from '../../firmware/crypto/native/native.js';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import { startChain } from '../../host-sim/chain/anvil.js';
import { nodeCrypto } from '../../host-sim/engine/nodeCrypto.js';
import { SLOTS_PER_EPOCH } from '../../tools/demo/services.js';
import { useCrypto } from '../../tools/operator/boardMail.js';
import { runWorld, type ShownWorld } from '../../tools/world/up.js';
import { flagsOf } from './flags.js';
import { FleetBoard } from './fleet/board.js';
import {
  listDelegate,
  type Orders,
  orderByBatch,
  orderByDelegate,
  orderDirectly,
  type Round,
} from './fleet/orders.js';
import { type Spent, share, spentBy, spentSince } from './fleet/processor.js';

const help = `Usage: npm run bench:fleet -- [--boards N] [--rounds R] [--brokers B] [--json]

Starts boards in XS at level 4 (npm run build:xs before) and has each verify and run an order, in rounds: by one batch for
all, and by a delegate's signature each. Counts the processor time of the boards, of the chain, and of this process, in
which the brokers, the prover and the operator are. A figure is commands by seconds of the processor, times two cores;
"wall" is what the clock on the wall said, with all else that this machine does. Also tells how long orders took.

  --boards N   2 to 2000, default 50
  --rounds R   orders to each board by each way, 1 to 100, default 3
  --brokers B  1 to 16, default 1
  --json       {"results": [{"name", "value", "unit", "goal", "met", "commands", "wall", "processor", "ms"}]}
  --help       print this

The exit status is 0 when every goal is met, 1 when one is not, 2 on wrong use.
`;

const CORES = 2;
const GOAL = 80;

interface Result {
  name: string;
  value: number;
  unit: string;
  goal: number;
  met: boolean;
  commands: number;
  /** Commands a second by the clock on the wall, while they ran. */
  wall: number;
  processor: Spent;
  ms: Record<string, number>;
}

function resultOf(name: string, rounds: readonly Round[], processor: Spent): Result {
  const deliveries = rounds.flatMap(({ sinceDeliveryMs }) => sinceDeliveryMs);
  const transactions = rounds.flatMap(({ sinceTransactionMs }) => sinceTransactionMs);
  const commands = deliveries.length;
  const seconds = processor.boards + processor.chain + processor.rest;
  const value = Math.round((commands / seconds) * CORES * 10) / 10;
  const times = (word: string, ms: readonly number[]) =>
    ms.length === 0
      ? []
      : [50, 95, 99].map(percent => [`${word}.p${percent}`, Math.round(share(ms, percent))]);
  return {
    ...{ name, value, unit: 'commands/s on 2 cores', goal: GOAL, met: value >= GOAL, commands, processor },
    wall: (commands * 1000) / rounds.reduce((sum, { tookMs }) => sum + tookMs, 0),
    ms: Object.fromEntries([...times('transaction', transactions), ...times('delivery', deliveries)]),
  };
}

function lineOf({ commands, goal, met, ms, name, processor, unit, value, wall }: Result): string {
  const { boards, chain, rest } = processor;
  const spent = `boards ${boards.toFixed(1)} s, chain ${chain.toFixed(1)} s, brokers, prover and operator ${rest.toFixed(1)} s`;
  const times = Object.entries(ms).map(([word, each]) => `${word} ${each} ms`);
  return `${name}  ${value} ${unit}, goal ${goal}: ${met ? 'met' : 'MISSED'} (${commands} commands; ${spent}; wall ${wall.toFixed(1)}/s; ${times.join(', ')})\n`;
}

/** All rounds of all ways. */
async function measure(world: ShownWorld, rounds: number, chainPid: number): Promise<Result[]> {
  const { place } = world;
  const native = await nodeCrypto();
  const crypto = native ? nativeCrypto(native) : portableCrypto();
  useCrypto(crypto);
  const boards = world.boards.map(board => new FleetBoard(board, place));
  const pids = world.boards.map(({ member }) => member.board.pid);
  const counted = async (name: string, work: () => Promise<Round[]>) => {
    const before = spentBy(pids, chainPid);
    const done = await work();
    return resultOf(name, done, spentSince(before, spentBy(pids, chainPid)));
  };
  try {
    for (const { channel } of boards) await channel.ready();
    const orders: Orders = { boards, place, operator: await place.as('operator') };
    await orderDirectly(orders);
    const delegate = await listDelegate(orders, crypto, new Uint8Array(32).fill(7));
    await orderByDelegate(orders, crypto, delegate, 1);
    const byBatch = await counted('fleet.commands.batch', async () => {
      const done = [];
      for (let at = 0; at < rounds; at++) done.push(await orderByBatch(orders, at % 2 === 0));
      return done;
    });
    const byDelegate = await counted('fleet.commands.delegate', async () => [
      await orderByDelegate(orders, crypto, delegate, rounds),
    ]);
    return [byBatch, byDelegate];
  } finally {
    for (const { channel } of boards) channel.close();
  }
}

async function main(): Promise<number> {
  const values = flagsOf('bench:fleet', help, {
    boards: { type: 'string', default: '50' },
    rounds: { type: 'string', default: '3' },
    brokers: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  });
  if (typeof values === 'number') return values;
  const [boards, rounds, brokerCount] = [values.boards, values.rounds, values.brokers].map(Number);
  const isUsable =
    boards >= 2 && boards <= 2000 && rounds >= 1 && rounds <= 100 && brokerCount >= 1 && brokerCount <= 16;
  if (!isUsable) {
    process.stderr.write('bench:fleet: a number is out of its bounds. See npm run bench:fleet -- --help\n');
    return 2;
  }
  const over = new AbortController();
  process.once('SIGINT', () => over.abort());
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-fleet-'));
  const chain = await startChain({
    flags: ['--slots-in-an-epoch', `${SLOTS_PER_EPOCH}`],
    signal: over.signal,
  });
  let results: Result[] = [];
  let failure: unknown;
  try {
    await runWorld({
      ...{
        world: 'bench',
        directory,
        boards,
        groups: ['board'],
        engine: 'xs',
        rpc: [chain.url],
        brokers: [],
      },
      ...{ brokerCount, level: 4, signal: over.signal },
      onEvent: () => {},
      onEnded: (name, why) => process.stderr.write(`${name} ended: ${why}\n`),
      onProgress: done => done % 50 === 0 && process.stderr.write(`${done} of ${boards} boards are up\n`),
      onReady: () => over.abort(),
      beside: async world => {
        results = await measure(world, rounds, chain.pid).catch(error => {
          failure = error;
          return [];
        });
        return { url: '', close: () => {} };
      },
    });
  } finally {
    await chain.close();
    await rm(directory, { recursive: true, force: true });
  }
  if (failure) throw failure;
  process.stdout.write(values.json ? `${JSON.stringify({ results })}\n` : results.map(lineOf).join(''));
  return results.length > 0 && results.every(({ met }) => met) ? 0 : 1;
}

process.exitCode = await main();
