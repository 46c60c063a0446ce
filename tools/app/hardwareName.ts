/**
 * The name of a kind of hardware. The chain holds the id alone, which is the SHA-256 of the name; the documents of images
 * for it say the name. Whoever says it, it is the right one when its hash is the id.
 */

import { HARDWARE_NAME_CHARACTERS_MAX, hardwareId } from '../cli/kinds.js';
import { keptDocuments } from './imageFiles.js';
import { publishedDocument, type Recorded } from './publishedDocument.js';

/** Releases that are asked about, the newest first: all of a channel are for one hardware. */
const RELEASES_MAX = 3;

export interface NameSource {
  /** 0x and 64 hex digits, lower case. */
  hardware: string;
  /** The project's `.holdfast`. */
  home: string;
  /** An image server, if one is known. */
  images: string | undefined;
  /** The channel's, in the order in which they were published; asked for where nothing here tells the name. */
  releases(): Promise<readonly Recorded[]>;
}

/** The name, by the images that were built here or were published; undefined where no document tells it. Never throws. */
export async function knownHardwareName(source: NameSource): Promise<string | undefined> {
  const { hardware, home, images } = source;
  const nameIn = (document: { hardwareName?: unknown } | undefined): string | undefined => {
    const name = document?.hardwareName;
    const fits = typeof name === 'string' && name.length <= HARDWARE_NAME_CHARACTERS_MAX;
    return fits && hardwareId(name) === hardware ? name : undefined;
  };
  for (const document of keptDocuments(home)) {
    const name = nameIn(document);
    if (name !== undefined) return name;
  }
  if (images === undefined) return undefined;
  try {
    for (const release of (await source.releases()).slice(-RELEASES_MAX).reverse()) {
      const name = nameIn(await publishedDocument(images, release));
      if (name !== undefined) return name;
    }
  } catch {
    // A name is a convenience: without the server the id is shown.
  }
  return undefined;
}

/** For a line that people read: the id, and the name where it is known. */
export const hardwareLine = (id: string, name: string | undefined): string =>
  name === undefined ? id : `${id}, "${name}"`;
