/** Releases in the demonstration: built, published by the vendor, approved by the owner, offered to the board. */
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { approvalHash, encodeOffer, type Offer } from '../../firmware/update/offer.js';
import type { BuiltImage } from '../../host-sim/image/build.js';
import { crypto } from '../operator/boardChannel.js';
import { ask, type Response } from '../operator/order.js';
import { laterImage } from './images.js';
import { deliver, placeOrder } from './orders.js';
import type { Setting } from './setting.js';
import type { Observed } from './steps.js';

export interface Release {
  image: BuiltImage;
  offer: Offer;
  /** Approval hash: what answers and receipts of the update name. */
  hash: Uint8Array;
}

/** A release of an image that is built, in the setting's channel. */
export function releaseOf(setting: Setting, version: number, image: BuiltImage): Release {
  const offer = {
    channel: fromHex(setting.channel, 20)!,
    version,
    imageSha256: image.sha256,
    size: image.size,
    manifestHash: image.manifest.hash,
  };
  return { image, offer, hash: approvalHash(crypto, offer) };
}

/** The number of the next release: greater than any that was published, or that the board runs. */
export async function nextVersion({ as, boardChannel, channel }: Setting): Promise<number> {
  const { newest } = await (await as('vendor')).channel.read(channel);
  return Math.max(newest, (await boardChannel.status()).version) + 1;
}

/** Builds a later version from its own source and puts it on the image server. */
export async function buildRelease(setting: Setting, version: number): Promise<Release> {
  const image = await laterImage(version, setting.engine);
  setting.images.put(image.bytes, image.manifest.head);
  return releaseOf(setting, version, image);
}

/** Two of the vendor's three release keys sign. */
export async function publish(setting: Setting, { image, offer }: Release): Promise<void> {
  const vendor = await setting.as('vendor');
  const authority = { signers: await setting.signers('releaseKeyA', 'releaseKeyC') };
  const release = {
    version: offer.version,
    imageSha256: toHex(image.sha256) as `0x${string}`,
    size: image.size,
    manifestHash: toHex(image.manifest.hash) as `0x${string}`,
  };
  const { blockNumber } = await vendor.channel.publish(setting.channel, release, authority);
  await setting.finalize(Number(blockNumber));
}

/** The owner approves the release for the setting's board; final before it resolves. */
export async function approve(setting: Setting, { image, offer }: Release): Promise<void> {
  const owner = await setting.as('owner');
  const imageSha256 = toHex(image.sha256) as `0x${string}`;
  const { blockNumber } = await owner.device.approve(setting.device, { version: offer.version, imageSha256 });
  await setting.finalize(Number(blockNumber));
}

/** A direct command with the board's challenge: after it, the board knows what time it is. */
export async function proveNow(setting: Setting): Promise<void> {
  const observed = await deliver(setting, await placeOrder(setting, 'relay.set', { on: false }));
  if (observed.verdict !== 'accepted')
    throw new Error(`the board did not take the challenge: ${observed.evidence}`);
}

/** Offers the release as an operator does, and gives the answer of the board. */
export const offerTo = (setting: Setting, release: Release): Promise<Response> =>
  ask(setting.boardChannel, 'offer', encodeOffer(release.offer), {
    subject: release.hash,
    milliseconds: setting.patience,
  });

/** Offers the release; when it is accepted, waits for the restart into it and for the receipt that confirms it. */
export async function install(setting: Setting, release: Release): Promise<Observed> {
  const restarts = setting.board.restarts;
  const receipt = nextReceipt(setting, release.hash);
  const { answer } = await offerTo(setting, release);
  const { code = '', evidence, trail, verdict } = answer;
  if (verdict !== 'accepted') {
    receipt.cancel();
    return { verdict, code, evidence, trail };
  }
  await setting.board.waitForRestart(restarts + 1, { timeout: 2 * setting.patience });
  const { hash, outcome, signer } = await receipt.seen;
  const { key } = await (await setting.as('owner')).device.read(setting.device);
  const confirmed = outcome === 'done' && signer === key && hash === toHex(release.image.sha256);
  if (!confirmed)
    return { verdict: 'failed', code: '', evidence: `receipt ${outcome} of image ${hash} by ${signer}` };
  await setting.boardChannel.statusWhere(
    status => status.version === release.offer.version,
    setting.patience,
  );
  return {
    verdict,
    code,
    trail,
    evidence: `restarted; the bytes that run hash to ${hash}, says the signed receipt`,
  };
}

function nextReceipt(setting: Setting, subject: Uint8Array) {
  let cancel = () => {};
  const seen = new Promise<{ hash: string; outcome: string; signer: string | undefined }>(
    (resolve, reject) => {
      const stop = setting.boardChannel.ports.clock.after(setting.patience, () =>
        reject(new Error(`no receipt of the update within ${setting.patience / 1000} s`)),
      );
      const onReceipt = ({
        receipt,
        signer,
      }: Parameters<Parameters<typeof setting.boardChannel.on<'receipt'>>[1]>[0]) => {
        if (toHex(receipt.envelopeHash) !== toHex(subject)) return;
        cancel();
        resolve({ hash: toHex(receipt.imageHash), outcome: receipt.outcome, signer });
      };
      cancel = () => {
        stop();
        setting.boardChannel.off('receipt', onReceipt);
      };
      setting.boardChannel.on('receipt', onReceipt);
    },
  );
  seen.catch(() => {});
  return { seen, cancel: () => cancel() };
}
