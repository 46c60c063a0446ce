/** A board that takes app images: the app alone is updated, goes back, rots and ends with its approval; the image stays. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeParams } from '../../../firmware/app/params.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { readSlots } from '../../../firmware/device/slots.js';
import { appInterface } from '../../../firmware/update/appSlots.js';
import { encodeOffer } from '../../../firmware/update/offer.js';
import { XsMissing } from '../../../host-sim/engine/sources.js';
import { type BuiltImage, buildImage } from '../../../host-sim/image/build.js';
import { repositoryRoot } from '../../../host-sim/node/repository.js';
import { hardwareId } from '../../../tools/demo/images.js';
import { deliver, placeOrder } from '../../../tools/demo/orders.js';
import { offerTo, proveNow, publish, type Release, releaseOf } from '../../../tools/demo/releases.js';
import { createSetting, type Setting } from '../../../tools/demo/setting.js';
import type { SeenReceipt } from '../../../tools/operator/boardChannel.js';
import { playOnNode } from '../../../tools/recording/play.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { built } from '../../host-sim/engine/withXs.js';

type Hex = `0x${string}`;

const relay = join(repositoryRoot, 'tools/package/templates/relay/app.ts');
const NOT_WRITABLE = /set every: not writable/;
/** Their words for a write to what is frozen. */
const ENGINES = {
  node: /Cannot assign to read only property 'every'/,
  xs: NOT_WRITABLE,
  ...(process.env.HOLDFAST_APP_ENGINES && { rv32: NOT_WRITABLE }),
};
type EngineName = 'node' | 'xs' | 'rv32';

const about = { name: 'relay', hardware: hardwareId };

type Where = { folder: string; target: 'script' | 'rv32' };

/** The relay with another text in the place of one of its own, as the app image of that version. */
async function appImage({ folder, target }: Where, version: number, from = '', by = ''): Promise<BuiltImage> {
  const file = join(folder, `app${version}.ts`);
  writeFileSync(file, readFileSync(relay, 'utf8').replace(from, by));
  return buildImage({ ...about, version, app: file, kind: 'app', target });
}

async function approveApp(setting: Setting, { image, offer }: Release): Promise<void> {
  const { device } = await setting.as('owner');
  const release = { version: offer.version, imageSha256: toHex(image.sha256) as Hex };
  await setting.finalize(Number((await device.approveApp(setting.device, release)).blockNumber));
}

/** The next receipt about it. */
const receiptOf = (setting: Setting, subject: Uint8Array) =>
  new Promise<SeenReceipt>(resolve => {
    const take = (receipt: SeenReceipt) => {
      if (toHex(receipt.receipt.envelopeHash) !== toHex(subject)) return;
      setting.boardChannel.off('receipt', take);
      resolve(receipt);
    };
    setting.boardChannel.on('receipt', take);
  });

/** Publishes and approves the release, and waits for the receipt that its offer leads to. */
async function install(setting: Setting, release: Release): Promise<SeenReceipt> {
  await publish(setting, release);
  await approveApp(setting, release);
  await proveNow(setting);
  const seen = receiptOf(setting, release.hash);
  await setting.boardChannel.send('offer', encodeOffer(release.offer));
  return seen;
}

/**
 * The result of an order, by the board's receipt. An order that carries the challenge of the start before, because that
 * of the new one was not heard yet, is not executed: another is placed.
 */
async function resultOf(setting: Setting): Promise<unknown> {
  for (;;) {
    const order = await placeOrder(setting, 'relay.set', { on: false });
    const seen = receiptOf(setting, order.hash);
    const { verdict, evidence } = await deliver(setting, order);
    if (verdict === 'undetermined') continue;
    if (verdict === 'rejected') throw new Error(evidence);
    return decodeParams((await seen).result);
  }
}

/** The status after the newest start, which proves by its challenge that it is of that. */
async function statusAfter(setting: Setting, restart: () => Promise<unknown>) {
  const { challenge } = await setting.boardChannel.status();
  await restart();
  const isNew = (status: { challenge: Uint8Array }) => toHex(status.challenge) !== toHex(challenge);
  return setting.boardChannel.statusWhere(isNew, setting.patience);
}

/** Shows the board now again after each of its restarts until that has ended: a trial is one, and there may be two. */
async function provenAtEachStart<T>(setting: Setting, act: () => Promise<T>): Promise<T> {
  let { challenge } = await setting.boardChannel.status();
  let isOver = false;
  const acting = act().finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await new Promise(resolve => setTimeout(resolve, 100));
    const now = await setting.boardChannel.status();
    if (toHex(now.challenge) === toHex(challenge)) continue;
    challenge = now.challenge;
    // A start that ends meanwhile is followed by another.
    await proveNow(setting).catch(() => {});
  }
  return acting;
}

const restarted = (setting: Setting, whileOff = () => {}) =>
  statusAfter(setting, async () => {
    await setting.board.powerCut();
    whileOff();
    await setting.board.powerOn();
  });

for (const [engine, shadowed] of Object.entries(ENGINES) as [EngineName, RegExp][])
  testWithChain(
    `the app of a board (${engine}) is updated apart from its image, and what fails or rots goes back`,
    async t => {
      t.timeout(300_000);
      const xs = engine === 'node' ? undefined : await built('release');
      if (xs instanceof XsMissing) {
        t.log(`NOT RUN: ${xs.message}`);
        return void (process.env.HOLDFAST_REQUIRE_TOOLS ? t.fail(xs.message) : t.pass());
      }
      const folder = mkdtempSync(join(tmpdir(), 'holdfast-apps-'));
      t.teardown(() => rmSync(folder, { recursive: true, force: true }));
      const where = { folder, target: engine === 'rv32' ? 'rv32' : 'script' } as const;
      const image = await buildImage({
        ...about,
        version: 1,
        app: relay,
        kind: 'host',
        target: where.target,
      });
      const lines: string[] = [];
      const file = join(folder, 'recording');
      const setting = await createSetting({
        ...(engine === 'node' && { record: file }),
        ...{ image, engine, level: 1, ports: { chain: 0, broker: 0, images: 0 } },
        signal: new AbortController().signal,
        onBoardLine: line => void lines.push(line),
        onEvent() {},
      });
      t.teardown(() => setting.close());
      const owner = await setting.as('owner');
      const releaseKeys = await setting.signers('releaseKeyA', 'releaseKeyC');
      const { channel } = await owner.factory.createChannel({
        hardware: toHex(appInterface(portableCrypto(), hardwareId)) as Hex,
        releaseKeys: releaseKeys.map(({ address }) => address),
        threshold: 2,
      });
      const apps = { ...setting, channel };
      const release = (version: number, built: BuiltImage): Release => {
        setting.images.put(built.bytes, built.manifest.head);
        return releaseOf(apps, version, built);
      };
      const first = release(1, await appImage(where, 1, 'return { on };', 'return { on, app: 1 };'));
      t.true(first.image.size * 50 < image.size, `${first.image.size} bytes in the place of ${image.size}`);
      t.is(
        (await setting.boardChannel.status()).app,
        undefined,
        'a board without an app image says what it ever said',
      );

      // Refused, each beside what is missing: a line, both sides of it.
      await proveNow(setting);
      t.is((await offerTo(setting, first)).answer.code, 'not_approved', 'slot 6 is zero');
      await setting.finalize(Number((await owner.device.setAppChannel(setting.device, channel)).blockNumber));
      t.is((await offerTo(setting, first)).answer.code, 'not_published');
      const whole = release(7, await buildImage({ ...about, version: 7, app: relay, kind: 'host' }));
      await publish(apps, whole);
      await approveApp(apps, whole);
      t.is((await offerTo(setting, whole)).answer.code, 'image_size', 'a whole image is no app');
      const foreign = {
        ...about,
        version: 8,
        app: relay,
        kind: 'app',
        hardware: new Uint8Array(32),
      } as const;
      const others = release(8, await buildImage(foreign));
      await publish(apps, others);
      await approveApp(apps, others);
      t.is((await offerTo(setting, others)).answer.code, 'hardware', 'nor is an app for other hardware');
      const mislabelled = release(
        9,
        await buildImage({
          ...about,
          version: 9,
          hardware: appInterface(portableCrypto(), hardwareId),
          source: 'export const start = () => {};',
        }),
      );
      await publish(apps, mislabelled);
      await approveApp(apps, mislabelled);
      t.is(
        (await offerTo(setting, mislabelled)).answer.code,
        'malformed',
        'nor is a script that would take its place',
      );

      // Both sides want it: the app alone is another.
      const second = release(12, await appImage(where, 12, 'return { on };', 'return { on, app: 12 };'));
      const installed = await install(apps, second);
      t.is(installed.receipt.outcome, 'done');
      t.is(toHex(installed.receipt.imageHash), toHex(image.sha256), 'the image that verified it runs on');
      t.deepEqual(decodeParams(installed.result), { version: 12, image: second.image.sha256 });
      const { app, imageHash, version } = await setting.boardChannel.statusWhere(
        status => status.app?.version === 12,
      );
      t.deepEqual([toHex(imageHash), version], [toHex(image.sha256), 1]);
      t.is(toHex(app!.sha256), toHex(second.image.sha256));
      t.deepEqual(readSlots(app!.slots), { running: 'confirmed', idle: 'none', version: 0 });
      const order = () => resultOf(setting);
      t.deepEqual(await order(), { on: false, app: 12 });
      t.is((await restarted(setting)).app?.version, 12);

      // An app that would shadow the verifier throws on its trial, twice, and is given up.
      const shadow = 'Uint8Array.prototype.every = () => true;\nconst PIN = 4;';
      const third = release(13, await appImage(where, 13, 'const PIN = 4;', shadow));
      const given = await provenAtEachStart(setting, () => install(apps, third));
      t.is(given.receipt.outcome, 'failed');
      t.is(given.receipt.code, 'rolled_back');
      t.true(lines.some(line => shadowed.test(line)));
      t.like((await setting.boardChannel.statusWhere(status => status.app?.version === 12)).app, {
        version: 12,
      });
      t.deepEqual(await order(), { on: false, app: 12 }, 'the app before runs');

      // A rotted slot starts the app of the image, and the next release is installed over it.
      const rot = () => {
        const slot = join(setting.directory, 'appA.flash');
        const bytes = readFileSync(slot);
        bytes[500] ^= 1;
        writeFileSync(slot, bytes);
      };
      const { app: none, version: same } = await restarted(setting, rot);
      t.deepEqual([none!.version, toHex(none!.sha256), same], [0, `0x${'00'.repeat(32)}`, 1]);
      t.deepEqual(await order(), { on: false }, 'the built-in app');
      const fourth = release(14, await appImage(where, 14, 'return { on };', 'return { on, app: 14 };'));
      t.is((await install(apps, fourth)).receipt.outcome, 'done');
      t.deepEqual(await order(), { on: false, app: 14 });

      if (engine !== 'node') return;
      // All of it was recorded: the apps that came, the one that threw, the slot that rotted.
      await setting.board.powerCut();
      const { signal } = new AbortController();
      const played = await playOnNode({ file, signal, tell() {} });
      t.is(played.verdict, 'same', JSON.stringify(played));
      t.true(played.starts >= 6, `${played.starts} starts`);
    },
  );
