/** A flood of junk of every kind on a board in XS with a chip's memory, and a genuine order among it. */
import { on } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { STORED_RECEIPTS_MAX } from '../../../firmware/ledger/keys.js';
import { drawJunk, type Junk, junkKinds } from '../../../host-sim/attack/broker/junk.js';
import { connectBroker } from '../../../host-sim/node/brokerClient.js';
import { Chance } from '../../../host-sim/node/chance.js';
import { type BoardMemory, boardMemory } from '../../../host-sim/process/memory.js';
import { junkTarget, junkTopic } from '../../../tools/demo/junk.js';
import { deliver, type Order, placeOrder } from '../../../tools/demo/orders.js';
import { createSetting, type Setting } from '../../../tools/demo/setting.js';

export interface FloodFigures {
  restarts: number;
  /** 1 when the board lost the proof of now. */
  lostNow: number;
  /** Bytes that live after the flood and did not before it; undefined where a restart left nothing to compare. */
  growth: number | undefined;
  /** Bytes that live while a board is connected and idle, a slot having the size of a chip's. */
  liveOnChip: number;
  /** Bytes of heap that were claimed at any time; undefined after a restart. */
  claimed: number | undefined;
  /** From the delivery of a genuine order among the junk until it was receipted; its sender sends it every second. */
  orderSeconds: number;
  messages: number;
}

export interface FloodOptions {
  /** Bytes of the board's heap; a chip's if left out. */
  heap?: number;
  messages?: number;
  seed?: number;
  tell?(line: string): void;
}

/** The memory of a chip, as it is counted in XS on a desk. */
export const CHIP_HEAP_BYTES = 320 * 1024;
/** The sequences that junk names, from the board's own on: attack/broker/junk.ts. */
const SEQUENCES_OF_JUNK = 4;
/** Messages of each kind before the live memory is looked at. */
const WARM_UP_ROUNDS = 50;
/** Looks at the memory of a quiet board, and milliseconds between two. */
const LOOKS = 4;
const LOOKS_MAX = 20;
const LOOK_EVERY_MS = 1500;
/** Messages under way at once, of each of two senders. */
const UNDER_WAY = 8;
/** Milliseconds in which a board is done with what waits for its share of a proof. */
const QUIET_MS = 12_000;
/** Milliseconds that an order may take among junk before the figure is given up. */
const ORDER_MS_MAX = 60_000;

/** Runs it: a world, a warm-up with each kind, and the flood. Takes a minute or two. */
export async function floodFigures(options: FloodOptions = {}): Promise<FloodFigures> {
  const { heap = CHIP_HEAP_BYTES, messages = 10_000, seed = 1, tell = () => {} } = options;
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-flood-'));
  const report = join(directory, 'report.json');
  const stopping = new AbortController();
  const setting = await createSetting({
    ...{ engine: 'xs', level: 4, ports: { chain: 0, broker: 0, images: 0 } },
    board: { heap, report },
    signal: stopping.signal,
    onBoardLine: tell,
    onEvent: () => {},
  });
  try {
    const first = await placeOrder(setting, 'relay.set', { on: true });
    await deliver(setting, first);
    const senders = await Promise.all([0, 1].map(() => connectBroker({ url: setting.broker })));
    const flood = (junk: readonly Junk[]) => send(setting, senders, junk);
    // Places that are fixed in number are filled before anything is compared.
    await flood(await draw(setting, first, WARM_UP_ROUNDS * Object.keys(junkKinds).length, seed));
    await setTimeout(QUIET_MS);
    // The journal vouches for each stored receipt with 16 bytes more, until it holds as many as it ever will.
    await ranWithoutChallenge(setting, STORED_RECEIPTS_MAX);
    await setTimeout(QUIET_MS);
    const before = await quietMemory(setting, report);
    tell(`before the flood ${before.live} bytes live, ${before.claimed} were claimed`);
    const junk = await draw(setting, first, messages, seed + 1);
    const order = await placeOrder(setting, 'relay.set', { on: false });
    const half = messages >> 1;
    await flood(junk.slice(0, half));
    const rest = flood(junk.slice(half));
    const orderSeconds = await secondsOf(setting, order);
    await rest;
    await setTimeout(QUIET_MS);
    const isAlive = await ranWithoutChallenge(setting, SEQUENCES_OF_JUNK);
    await setTimeout(QUIET_MS);
    const { restarts } = setting.board;
    // A board that restarts for want of memory may be off just now, and has nothing to be compared.
    const after = restarts === 0 ? await quietMemory(setting, report, before.live) : undefined;
    for (const sender of senders) sender.close();
    return {
      restarts,
      lostNow: isAlive ? 0 : 1,
      growth: after && Math.max(0, after.live - before.live),
      liveOnChip: before.liveOnChip,
      claimed: after?.claimed,
      orderSeconds,
      messages,
    };
  } finally {
    stopping.abort();
    await setting.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

/**
 * The least of some looks: a board looks at its chain by itself now and then, and what that takes is no growth. Where more
 * lives than `before`, it looks on for a while: on a busy machine a look may last longer, but growth does not go away.
 */
async function quietMemory(setting: Setting, report: string, before = Infinity): Promise<BoardMemory> {
  const looks: BoardMemory[] = [];
  const least = () => looks.reduce((found, look) => (look.live < found.live ? look : found));
  while (looks.length < LOOKS || (looks.length < LOOKS_MAX && least().live > before)) {
    looks.push(await boardMemory(setting.board.pid, report));
    await setTimeout(LOOK_EVERY_MS);
  }
  return least();
}

/** So many messages, every kind in its turn. */
async function draw(setting: Setting, seen: Order, count: number, seed: number): Promise<Junk[]> {
  const target = await junkTarget(setting, [
    await setting.boardChannel.sealed('envelope', seen.bytes),
    seen.bytes,
  ]);
  const chance = new Chance(seed);
  const kinds = Object.keys(junkKinds);
  const all: Junk[] = [];
  for (let i = 0; i < count; i++) {
    all.push(drawJunk(kinds[i % kinds.length], target, chance));
    if (i % 50 === 0) await setTimeout(0);
  }
  return all;
}

async function send(
  setting: Setting,
  senders: readonly { publish(topic: string, payload: Uint8Array): Promise<void> }[],
  junk: readonly Junk[],
): Promise<void> {
  const target = await junkTarget(setting, []);
  let next = 0;
  const work = async (sender: (typeof senders)[number]) => {
    while (next < junk.length) {
      const each = junk[next++];
      await sender.publish(junkTopic(setting, target, each), each.bytes);
    }
  };
  await Promise.all(senders.flatMap(sender => Array.from({ length: UNDER_WAY }, () => work(sender))));
}

/** Seconds until an order has its receipt, its sender delivering it every second. */
async function secondsOf(setting: Setting, order: Order): Promise<number> {
  const from = performance.now();
  const heard = new AbortController();
  const ran = (async () => {
    for await (const [{ receipt }] of on(setting.boardChannel, 'receipt', heard)) {
      if (Buffer.compare(receipt.envelopeHash, order.hash) === 0) return;
    }
  })();
  const until = from + ORDER_MS_MAX;
  for (;;) {
    await setting.boardChannel.send('envelope', order.bytes);
    const isDone = await Promise.race([ran.then(() => true), setTimeout(1000, false)]);
    if (!isDone && performance.now() <= until) continue;
    ran.catch(() => {});
    heard.abort();
    return (performance.now() - from) / 1000;
  }
}

/**
 * True when orders that bring no proof of now run: the board has one. After as many as there are sequences that junk
 * names, none of it waits any more.
 */
async function ranWithoutChallenge(setting: Setting, orders: number): Promise<boolean> {
  for (let i = 0; i < orders; i++) {
    const order = await placeOrder(setting, 'relay.toggle', {}, { challenge: false });
    if ((await secondsOf(setting, order)) >= ORDER_MS_MAX / 1000) return false;
  }
  return true;
}
