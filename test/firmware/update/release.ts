/** A release, a board that it is for, and what both sides of the chain say when they want it. */
import { sha256 } from '@noble/hashes/sha2.js';
import { concat } from '../../../firmware/bytes/concat.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import type { ChannelFacts } from '../../../firmware/contract/facts.js';
import { encodeImage } from '../../../firmware/store/imageHeader.js';
import type { Installed } from '../../../firmware/update/decide.js';
import { deltasField } from '../../../firmware/update/deltaList.js';
import type { UpdateFacts } from '../../../firmware/update/facts.js';
import { encodeManifest, type Manifest, manifestHash } from '../../../firmware/update/manifest.js';
import { approvalHash, type Offer, releaseRecord } from '../../../firmware/update/offer.js';
import { leafHash, SECTOR_BYTES, SectorTree } from '../../../firmware/update/sectorTree.js';
import { encodeDelta } from '../../../tools/delta/encode.js';
import { address, word } from '../../fakes/bytes.js';
import { rememberingCrypto } from '../../fakes/rememberingCrypto.js';
import { OWNER } from '../../fakes/trustKeeper.js';

export const crypto = rememberingCrypto();
export const CHANNEL = address(0xcc);
export const DEVICE = address(0xde);
export const FLEET = address(0xf1);
export const HARDWARE = word(0x33);
export const PRIVATE_KEY = word(7);
export const KEY = crypto.addressOf(PRIVATE_KEY)!;

/** An image whose body tells its version and fills so many bytes. */
export function image(version: number, length = 10_000, hardware = HARDWARE): Uint8Array {
  const body = new Uint8Array(length);
  for (let i = 0; i < length; i++) body[i] = (i * 31 + version * 7 + (i >> 8)) & 0xff;
  return encodeImage(version, hardware, body);
}

/** Leaves of the image's Merkle tree, 32 bytes each. */
function leavesOf(bytes: Uint8Array): Uint8Array[] {
  const leaves: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += SECTOR_BYTES)
    leaves.push(leafHash(crypto, [bytes.subarray(at, at + SECTOR_BYTES)]));
  return leaves;
}

/** The list of an image's sectors, as servers have it. */
export const sectorsOf = (bytes: Uint8Array): Uint8Array => concat(...leavesOf(bytes));

/** The head of the manifest of an image, as `image build` makes it. */
export function manifestOf(bytes: Uint8Array, version: number, fields: Partial<Manifest> = {}): Uint8Array {
  const tree = new SectorTree(crypto);
  for (const leaf of leavesOf(bytes)) tree.add(leaf);
  const sectorRoot = tree.root() ?? new Uint8Array(32);
  const [imageSha256, hardware, documentSha256] = [sha256(bytes), HARDWARE, word(0xd0)];
  return encodeManifest({
    ...{ version, size: bytes.length, imageSha256, sectorRoot, hardware, documentSha256, fields: [] },
    ...fields,
  });
}

/** The files of all releases that were offered, but the images, by the path at which every server has them. */
const files = new Map<string, Uint8Array>();

const nameOf = (hash: Uint8Array): string => toHex(hash).slice(2);

/** The manifest or list of sectors at that path; undefined where no offered release has one. */
export const fileAt = (path: string): Uint8Array | undefined => files.get(path);

/** An offer of an image; the manifest, if it is not the usual one, is published with it. */
export function offerOf(
  bytes: Uint8Array,
  version: number,
  fields: Partial<Offer> = {},
  manifest = manifestOf(bytes, version),
): Offer {
  const hash = manifestHash(crypto, manifest);
  files.set(`/manifests/${nameOf(hash)}`, manifest);
  files.set(`/sectors/${nameOf(manifest.slice(48, 80))}`, sectorsOf(bytes));
  return {
    channel: CHANNEL,
    version,
    imageSha256: sha256(bytes),
    size: bytes.length,
    manifestHash: hash,
    ...fields,
  };
}

/** An offer of an image whose manifest names a delta from another one; servers have it. */
export function offerWithDelta(
  base: Uint8Array,
  bytes: Uint8Array,
  version: number,
  delta = encodeDelta(base, bytes),
): Offer {
  const named = { baseSha256: sha256(base), sha256: sha256(delta), length: delta.length };
  files.set(`/deltas/${nameOf(named.sha256)}`, delta);
  return offerOf(bytes, version, {}, manifestOf(bytes, version, { fields: [deltasField([named])] }));
}

/** Both sides want this offer, and nothing holds it back. */
export function wanting(
  offer: Offer,
  change: {
    device?: Partial<UpdateFacts['device']>;
    fleet?: Partial<UpdateFacts['fleet']>;
    channel?: Partial<ChannelFacts>;
  } = {},
): UpdateFacts {
  return {
    device: {
      key: KEY,
      owner: OWNER,
      status: 2,
      fleet: FLEET,
      channel: offer.channel,
      approval: approvalHash(crypto, offer),
      ...change.device,
    },
    fleet: { address: FLEET, paused: false, epoch: 0, ...change.fleet },
    channel: {
      newest: offer.version,
      floor: 0,
      rollout: 1000,
      flags: 0,
      hardware: HARDWARE,
      record: releaseRecord(crypto, offer),
      ...change.channel,
    },
  };
}

export const installed = (fields: Partial<Installed> = {}): Installed => ({
  version: 1,
  hardware: HARDWARE,
  channel: CHANNEL,
  floor: 0,
  device: DEVICE,
  key: KEY,
  owner: OWNER,
  ...fields,
});
