/** A release of one image that names a delta from another, as a server has it, and its way into a slot on any engine. */
import { toHex } from '../../../firmware/bytes/hex.js';
import type { Clock } from '../../../firmware/port/clock.js';
import type { Crypto } from '../../../firmware/port/crypto.js';
import type { Partition } from '../../../firmware/port/flash.js';
import type { Network } from '../../../firmware/port/socket.js';
import { deltasField } from '../../../firmware/update/deltaList.js';
import { Download } from '../../../firmware/update/download.js';
import { encodeManifest, manifestHash } from '../../../firmware/update/manifest.js';
import { hashOfFlash } from '../../../firmware/update/slotWriter.js';
import { Sources } from '../../../firmware/update/sources.js';
import type { Sectors } from '../../../host-sim/node/sectors.js';

/** The images, the delta between them, and the ports of the engine that installs. */
export interface ReleaseOptions {
  base: Uint8Array;
  next: Uint8Array;
  delta: Uint8Array;
  /** Those of `next`. */
  sectors: Sectors;
  clock: Clock;
  crypto: Crypto;
  /** A network on which each host serves these files, by their paths. */
  networkOf(files: ReadonlyMap<string, Uint8Array>): Network;
}

/** Downloads the release into a slot and hashes what lies there. @throws Error when it is not the image */
export type Install = (slot: Partition, withDelta: boolean) => Promise<void>;

/** The way of `next` into a slot, whole and by delta. */
export function releaseBetween(options: ReleaseOptions): Install {
  const { base, clock, crypto, delta, networkOf, next } = options;
  const { list, root } = options.sectors;
  const hardware = new Uint8Array(32);
  const hashOf = (bytes: Uint8Array) => manifestHash(crypto, bytes);
  const nameOf = (hash: Uint8Array) => toHex(hash).slice(2);
  const [baseSha256, imageSha256] = [hashOf(base), hashOf(next)];
  const named = { baseSha256, sha256: hashOf(delta), length: delta.length };
  const head = encodeManifest({
    ...{ version: 2, size: next.length, imageSha256, sectorRoot: root, hardware },
    ...{ documentSha256: new Uint8Array(32), fields: [deltasField([named])] },
  });
  const offer = {
    ...{ channel: new Uint8Array(20), version: 2, imageSha256, size: next.length },
    manifestHash: hashOf(head),
  };
  const network = networkOf(
    new Map([
      [`/images/${nameOf(imageSha256)}`, next],
      [`/manifests/${nameOf(offer.manifestHash)}`, head],
      [`/sectors/${nameOf(root)}`, list],
      [`/deltas/${nameOf(named.sha256)}`, delta],
    ]),
  );
  return async (slot, withDelta) => {
    const verdict = await new Download({
      ...{ clock, crypto, network, offer, hardware, slot, offset: 0 },
      sources: new Sources(['http://images']),
      base: { length: base.length, read: (at, length) => base.slice(at, at + length) },
      ...(withDelta && { baseSha256 }),
      onProgress() {},
    }).run();
    if (verdict.verdict !== 'accepted') throw new Error(`the download ends as ${verdict.evidence}`);
    if (nameOf(hashOfFlash(crypto, slot, next.length)) !== nameOf(imageSha256))
      throw new Error('another image');
  };
}
