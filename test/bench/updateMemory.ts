/**
 * Memory that an update adds to what lives on an idle board: the whole firmware on the emulated board, in a world with
 * chain, broker and image server, beside what an order adds.
 */
import { setTimeout } from 'node:timers/promises';
import { fromHex } from '../../firmware/bytes/hex.js';
import { type BuiltImage, buildImage } from '../../host-sim/image/build.js';
import { patient } from '../../host-sim/node/patience.js';
import { sha256Of } from '../../tools/app/imageFiles.js';
import { hardwareId } from '../../tools/demo/images.js';
import { deliver, placeOrder } from '../../tools/demo/orders.js';
import { approve, install, publish, releaseOf } from '../../tools/demo/releases.js';
import { createSetting, type Setting } from '../../tools/demo/setting.js';
import { withDeltas } from '../../tools/release/deltas.js';
import type { BenchResult } from './result.js';
import { change } from './updateBytes.js';

/** Bytes above idle that an update may add. */
const GOAL_BYTES = 16 * 1024;
/** Looks at the memory of a quiet board: it follows its chain by itself now and then. */
const LOOKS = 4;
const LOOK_EVERY_MS = 2500;
/** The line of liveGuest.ts before it restarts, behind the board's own mark. */
const LINE = /(?:^| )live (\{.*\})$/;

/** The most bytes that lived, by the kind of work (liveGuest.ts). */
type Most = Readonly<Record<string, number>>;

const greatest = (most: Most): number => Math.max(...Object.values(most));

const imageOf = (version: number, changes: readonly (typeof change)[] = []) =>
  buildImage({
    ...{ name: 'live', version, hardware: hardwareId, target: 'rv32', changes },
    entry: 'test/bench/device/liveGuest.ts',
    describedBy: 'firmware/apps/relay/app.ts',
  });

const live = async ({ board }: Setting, isOn: boolean) =>
  (await board.request('live', isOn, { timeout: patient(60_000) })) as { now: number; most: Most };

/** The least of some looks. */
async function idleBytes(setting: Setting): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < LOOKS; i++) {
    await setTimeout(LOOK_EVERY_MS);
    least = Math.min(least, (await live(setting, false)).now);
  }
  return least;
}

/** An order that brings proof of now. */
async function order(setting: Setting, on: boolean): Promise<void> {
  const { evidence, verdict } = await deliver(setting, await placeOrder(setting, 'relay.set', { on }));
  if (verdict !== 'accepted') throw new Error(`the order is ${verdict}: ${evidence}`);
}

/** Bytes above idle at most in an order. */
async function ofOrder(setting: Setting): Promise<number> {
  await order(setting, true);
  const idle = await idleBytes(setting);
  await live(setting, true);
  await order(setting, false);
  return greatest((await live(setting, false)).most) - idle;
}

/** Bytes above idle at most from the offer to the restart, by the kind of work. */
async function ofUpdate(
  setting: Setting,
  said: { last: Most },
  version: number,
  image: BuiltImage,
  bases: readonly BuiltImage[],
): Promise<Most> {
  const made = withDeltas(
    image.manifest.head,
    image.bytes,
    bases.map(each => each.bytes),
  );
  setting.images.put(image.bytes, made.head);
  for (const [path, bytes] of made.files)
    await fetch(`${setting.images.url}/${path}`, { method: 'PUT', body: Uint8Array.from(bytes) });
  const manifest = { ...image.manifest, head: made.head, hash: fromHex(sha256Of(made.head), 32)! };
  const release = releaseOf(setting, version, { ...image, manifest });
  await publish(setting, release);
  await approve(setting, release);
  await order(setting, true);
  const idle = await idleBytes(setting);
  await live(setting, true);
  const { evidence, verdict } = await install(setting, release);
  if (verdict !== 'accepted') throw new Error(`the update is ${verdict}: ${evidence}`);
  return Object.fromEntries(Object.entries(said.last).map(([work, bytes]) => [work, bytes - idle]));
}

/** Two updates of one board, a whole image and a delta; half a minute. @throws Rv32Missing without the tools */
export async function memoryOfUpdates(tell: (line: string) => void): Promise<BenchResult[]> {
  const images = [await imageOf(1), await imageOf(2), await imageOf(3, [change])];
  const stopping = new AbortController();
  const said: { last: Most } = { last: {} };
  const setting = await createSetting({
    ...{ engine: 'rv32', level: 4, image: images[0], uploads: true },
    ports: { chain: 0, broker: 0, images: 0 },
    // Looking takes stack, and memory that is no live memory of the board's.
    board: { measure: true, heap: 204_800, stack: 1024 },
    signal: stopping.signal,
    onEvent: () => {},
    onBoardLine: line => {
      const most = LINE.exec(line);
      if (most) said.last = JSON.parse(most[1]);
    },
  });
  try {
    const peerValue = await ofOrder(setting);
    const results: BenchResult[] = [];
    for (const [how, version, bases] of [
      ['whole', 2, []],
      ['delta', 3, [images[1]]],
    ] as const) {
      const most = await ofUpdate(setting, said, version, images[version - 1], bases);
      tell(`memory above idle, ${how}: ${JSON.stringify(most)}; an order: ${peerValue}`);
      const value = greatest(most);
      results.push({
        ...{ name: `memory.update.${how}`, value, unit: 'bytes', peer: 'an order', peerValue },
        ...{ ratio: peerValue / value, goal: GOAL_BYTES, met: value <= GOAL_BYTES },
      });
    }
    return results;
  } finally {
    stopping.abort();
    await setting.close();
  }
}
