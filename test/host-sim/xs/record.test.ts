/** A whole board in XS is recorded; its recording is played in XS and on Node, and no secret is in it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import { encodeText } from '../../../firmware/bytes/text.js';
import { IdentityKey } from '../../../firmware/device/identityKeys.js';
import { openJournal } from '../../../firmware/store/journal.js';
import { encodeOffer } from '../../../firmware/update/offer.js';
import { flashBoard } from '../../../host-sim/board/flashing.js';
import { buildImage } from '../../../host-sim/image/build.js';
import { openFileFlash } from '../../../host-sim/node/flash/fileFlash.js';
import { isFault, startBoard } from '../../../host-sim/process/board.js';
import { deliver, placeOrder } from '../../../tools/demo/orders.js';
import { approve, buildRelease, proveNow, publish } from '../../../tools/demo/releases.js';
import { createSetting } from '../../../tools/demo/setting.js';
import { playOnNode, playOnXs } from '../../../tools/recording/play.js';
import { xsTest } from '../engine/withXs.js';

async function scratch(t: ExecutionContext): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'holdfast-record-'));
  t.teardown(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

xsTest('what a board in XS was told and did is replayed to the same outputs in XS and on Node', async t => {
  t.timeout(480_000);
  const file = join(await scratch(t), 'recording');
  const { signal } = new AbortController();
  const lines: string[] = [];
  const setting = await createSetting({
    ...{ engine: 'xs', level: 4, ports: { chain: 0, broker: 0, images: 0 }, record: file, signal },
    onBoardLine: line => void lines.push(line),
    onEvent() {},
  });
  t.teardown(() => setting.close());
  const order = await placeOrder(setting, 'relay.set', { on: true });
  const obeyed = await deliver(setting, order);
  t.is(obeyed.verdict, 'accepted', `${obeyed.code} ${obeyed.evidence}`);
  const envelope = { ...order.envelope, sequence: order.envelope.sequence + 1 };
  t.is((await deliver(setting, { ...order, envelope })).verdict, 'rejected', 'a forged order');

  const second = await buildRelease(setting, 2);
  await publish(setting, second);
  await approve(setting, second);
  await proveNow(setting);
  const restarts = setting.board.restarts;
  await setting.boardChannel.send('offer', encodeOffer(second.offer));
  await setting.board.waitForRestart(restarts + 1, { timeout: 240_000 });
  while ((await setting.boardChannel.status()).version !== 2) {
    if (lines.some(line => isFault(line))) return t.fail(lines.slice(-3).join('\n'));
    await setTimeout(50);
  }
  const again = await placeOrder(setting, 'relay.set', { on: false });
  t.is((await deliver(setting, again)).verdict, 'accepted', 'the second image obeys');
  await setting.board.powerCut();
  t.deepEqual(
    lines.filter(line => isFault(line) || /recording stops/.test(line)),
    [],
  );

  const recording = readFileSync(file);
  const flash = openFileFlash(setting.directory);
  const stored = openJournal(flash.open('identity')).get(IdentityKey.identity)!;
  const at = stored.indexOf(0xa0) + 1;
  t.true(at > 0 && stored.length >= at + 32, 'a key of 32 bytes is there');
  t.is(Buffer.from(recording).indexOf(stored.subarray(at, at + 32)), -1, 'the key is in the recording');
  flash.close();
  const { password, topicSecret } = setting.access;
  for (const [name, secret] of Object.entries({ topicSecret, password: encodeText(password) }))
    t.is(Buffer.from(recording).indexOf(secret), -1, `${name} is in the recording`);

  for (const play of [playOnXs, playOnNode]) {
    const said: string[] = [];
    const played = await play({ file, signal, tell: line => void ('said' in line && said.push(line.said)) });
    t.is(played.verdict, 'same', `${play.name}: ${JSON.stringify(played)}`);
    t.like(played, { starts: 2, bytes: recording.length });
    t.true(said.some(line => line.includes('decision: accepted')));
    t.log(`${play.name}: ${played.entries} entries of ${recording.length} bytes`);
  }
});

/** Of an image that asks for something, and fails at once on its second start. */
const FAILING = `
import type { Ports } from './firmware/port/ports.js';
export function start({ clock, console, entropy, flash }: Ports): void {
  entropy.fill(new Uint8Array(8));
  const app = flash.open('app');
  if (app.read(0, 1)[0] === 0xff) app.write(0, Uint8Array.of(1));
  else clock.after(10, () => { throw new Error('broken on purpose'); });
  // Last: the test cuts the power at this line.
  console.log('it is ' + (clock.monotonic() >= 0));
}`;

xsTest(
  'starts are appended; a torn end is cut off, a damaged file is refused and left; a fault is the end',
  async t => {
    t.timeout(120_000);
    const directory = await scratch(t);
    const file = join(directory, 'recording');
    const flashed = join(directory, 'flash');
    mkdirSync(flashed);
    const image = await buildImage({ name: 'f', version: 3, hardware: new Uint8Array(32), source: FAILING });
    flashBoard(flashed, image.bytes);
    const said: string[] = [];
    const board = await startBoard({
      ...{ directory: flashed, engine: { name: 'xs' }, record: file, faultLimit: 1 },
      onLog: line => void said.push(line),
    });
    t.teardown(() => board.close());
    while (said.length < 1) await setTimeout(10);
    await board.powerCut();
    const whole = readFileSync(file);
    // A crash in the midst of a frame.
    writeFileSync(file, Buffer.concat([whole, Uint8Array.of(0, 0, 0, 9, 1)]));
    await board.powerOn();
    while (!said.some(isFault)) await setTimeout(10);
    await board.close();
    const both = readFileSync(file);
    t.deepEqual(both.subarray(0, whole.length), whole);

    const { signal } = new AbortController();
    for (const play of [playOnXs, playOnNode]) {
      const played = await play({ file, signal, tell() {} });
      t.like(played, { verdict: 'same', starts: 2 }, JSON.stringify(played));
      t.regex(`${'ended' in played && played.ended}`, /^fault: .*broken on purpose/);
    }

    const damaged = Buffer.from(both);
    damaged[damaged.length - 1] ^= 1;
    for (const [name, bytes] of Object.entries({
      damaged,
      other: Buffer.from('a letter to somebody, with no frames'),
    })) {
      writeFileSync(file, bytes);
      const refused = startBoard({ directory: flashed, engine: { name: 'xs' }, record: file });
      await t.throwsAsync(refused, { message: /checksum|not a recording/ }, name);
      t.deepEqual(readFileSync(file), bytes, 'it is as it was');
    }
  },
);
