/** The manifest of a release, against the offer and the board: whatever does not fit here no server can mend. */

import { equal } from '../bytes/equal.js';
import { toHex } from '../bytes/hex.js';
import { type Accepted, type Rejected, rejected } from '../bytes/verdict.js';
import { type Manifest, parseManifest } from './manifest.js';
import { requiredVersion, revisionFault } from './manifestFields.js';
import type { Offer } from './offer.js';

/** The vendor's own manifest does not fit. */
export type BadManifest = Rejected<'hardware' | 'malformed' | 'not_yet'>;

/** The offered image, and the board that it is for. */
export interface ManifestWanted {
  offer: Offer;
  /** 32 bytes: the board's hardware id. */
  hardware: Uint8Array;
  /** The revision of that hardware; a release for certain ones is refused if left out. */
  revision?: number;
  /** The version that runs; a release may want a newer one to run before it. Any will do if left out. */
  version?: number;
}

/** @param bytes the head of the manifest, which hashes to the proven hash */
export function fittingManifest(
  bytes: Uint8Array,
  { hardware, offer, revision, version: running = Infinity }: ManifestWanted,
): Accepted<Manifest> | BadManifest {
  const parsed = parseManifest(bytes);
  if (parsed.verdict === 'rejected') return parsed;
  const { fields, hardware: wanted, imageSha256, size, version } = parsed.value;
  if (version !== offer.version || size !== offer.size || !equal(imageSha256, offer.imageSha256))
    return rejected('malformed', 'the manifest is the one of another image');
  if (!equal(wanted, hardware)) return rejected('hardware', `the release is for hardware ${toHex(wanted)}`);
  const fault = revisionFault(fields, revision);
  if (fault !== undefined) return rejected('hardware', fault);
  const required = requiredVersion(fields);
  if (required > running)
    return rejected('not_yet', `the release wants version ${required} before it, ${running} runs`);
  return parsed;
}
