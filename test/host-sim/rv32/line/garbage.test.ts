/**
 * Garbage on the serial line at every state of a board: while it boots, waits to be provisioned, is provisioned,
 * connects, operates, updates and restarts. It goes on, and does what it would have done.
 */

import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { toHex } from '../../../../firmware/bytes/hex.js';
import { encodeConfiguration } from '../../../../firmware/trust/configuration.js';
import { startBroker } from '../../../../host-sim/broker/broker.js';
import { patient } from '../../../../host-sim/node/patience.js';
import type { Board } from '../../../../host-sim/process/board.js';
import { firstImage } from '../../../../tools/demo/images.js';
import { CutWorld } from '../cuts/world.js';
import { boardWith, flashDirectory, testOnRv32 } from '../withBoard.js';
import { garbage, writeOn } from './noise.js';

const seed = Number(process.env.HOLDFAST_SEED ?? randomInt(2 ** 31));

/** Every kind of it once; tells what it was when the line is gone. */
async function soil(t: ExecutionContext, directory: string): Promise<void> {
  for (const [name, bytes] of garbage(seed)) {
    t.true(await writeOn(directory, bytes), `${name}, seed ${seed}`);
  }
}

/** Whatever of it the line takes, again and again, until `done`; how often. */
async function soilUntil(directory: string, done: Promise<unknown>): Promise<number> {
  let over = false;
  let times = 0;
  void done.finally(() => {
    over = true;
  });
  for (let i = seed; !over; i++) {
    for (const [, bytes] of garbage(i)) {
      if (over) break;
      if (await writeOn(directory, bytes)) times++;
      else await sleep(1);
    }
  }
  return times;
}

/** The ends of a board's runs; a board that goes on has ended none. */
function endsOf(board: Board): string[] {
  const ends: string[] = [];
  board.on('ended', ({ detail, why }) => void ends.push(`${why}: ${detail}`));
  return ends;
}

/** In front of a broker: connections are taken at once, and get through once it is opened. */
async function gate(t: ExecutionContext, url: string) {
  const { hostname, port } = new URL(url);
  const waiting: Socket[] = [];
  let opened = false;
  const through = (socket: Socket) => {
    const other = connect(Number(port), hostname);
    for (const each of [socket, other]) each.on('error', () => {});
    socket.pipe(other).pipe(socket);
  };
  const server = createServer(socket => {
    socket.on('error', () => {});
    if (opened) through(socket);
    else waiting.push(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return {
    url: `mqtt://127.0.0.1:${(server.address() as { port: number }).port}`,
    open() {
      opened = true;
      for (const socket of waiting) through(socket);
    },
  };
}

testOnRv32('garbage on the line while it boots, is provisioned and connects stops nothing', async t => {
  const broker = await startBroker();
  t.teardown(() => broker.close());
  const way = await gate(t, broker.url);
  const directory = flashDirectory(t);
  const image = await firstImage('rv32');
  const starting = boardWith(t, image.bytes, { directory });
  const whileBooting = await soilUntil(directory, starting);
  const board = await starting;
  t.log(`seed ${seed}: ${whileBooting} pieces of garbage while it booted`);
  const ends = endsOf(board);
  const ask = (method: string, parameters: unknown) =>
    board.request(method, parameters, { timeout: patient(60_000) });

  await soil(t, directory);
  const who = (await ask('identify', null)) as { key: string };
  t.regex(who.key, /^0x[0-9a-f]{40}$/);
  const policy = { level: 1 as const, maximumAge: 3600 };
  const trust = encodeConfiguration({
    ...{ profile: 'development', chainId: 31337, quorum: 1, endpoints: ['http://127.0.0.1:9'] },
    policies: { command: policy, firmware: policy, lifecycle: policy },
  });
  const connected = board.waitForLog(/connected to the broker/);
  const given = { trust: toHex(trust), broker: way.url, images: ['http://127.0.0.1:9'] };
  const configuring = ask('configure', given);
  await soil(t, directory);
  t.truthy(await configuring);
  t.like(await ask('identify', null), { key: who.key });
  await soil(t, directory);
  way.open();
  await soil(t, directory);
  await connected;
  t.like(await ask('identify', null), { key: who.key });
  t.deepEqual(ends, [], `seed ${seed}`);
});

testOnRv32('garbage on the line while it operates, updates and restarts stops nothing', async t => {
  const world = await CutWorld.open('pty');
  t.teardown(() => world.close());
  const { directory } = world;
  const ends = endsOf(world.board);

  await soil(t, directory);
  for (let i = 0; i < 2; i++) {
    const order = await world.order();
    const settled = world.settle(order);
    await soil(t, directory);
    await settled;
    t.deepEqual(world.outcomes(order.hash).slice(0, 1), ['done'], `seed ${seed}`);
    t.is(world.effects.get(order.n), 1);
  }
  t.deepEqual(ends, [], `seed ${seed}`);

  const release = await world.release(2);
  const receipt = world.receiptOf(release.hash, 200_000);
  const downloading = world.board.waitForLog(/downloaded 262144/);
  await world.offer(release);
  await downloading;
  const written = world.board.waitForLog(/update 0x\w+…: accepted/, { timeout: patient(200_000) });
  await soil(t, directory);
  await written;
  const restarted = world.board.waitForRestart();
  const times = await soilUntil(directory, restarted);
  t.true(times > 0);
  t.is(await receipt, 'done', `seed ${seed}`);
  t.is((await restarted).version, 2);
  t.deepEqual(world.strangers, []);
  t.deepEqual(ends, ['restart: update'], `seed ${seed}`);
  const order = await world.connectedOrder();
  await world.settle(order);
  t.is(world.effects.get(order.n), 1, 'the twin on a quiet line');
});
