/** The list of an image's sectors, as an image server has it beside the image, and the root that it leads to. */
import { createHash } from 'node:crypto';
import { leafHash, SECTOR_BYTES, SectorTree, type TreeCrypto } from '../../firmware/update/sectorTree.js';

/** SHA-256 of Node, since that of the portable crypto takes seconds for a large image. */
const crypto: TreeCrypto = {
  sha256() {
    const hash = createHash('sha256');
    return {
      update: bytes => void hash.update(bytes),
      digest: () => new Uint8Array(hash.digest()),
    };
  },
};

export interface Sectors {
  /** The leaves of the Merkle tree over the image's sectors, 32 bytes each. */
  list: Uint8Array;
  /** 32 bytes. */
  root: Uint8Array;
}

/** @throws RangeError for an image of no bytes */
export function sectorsOf(image: Uint8Array): Sectors {
  if (image.length === 0) throw new RangeError('an image has bytes');
  const tree = new SectorTree(crypto);
  const leaves: Uint8Array[] = [];
  for (let at = 0; at < image.length; at += SECTOR_BYTES) {
    const leaf = leafHash(crypto, [image.subarray(at, at + SECTOR_BYTES)]);
    leaves.push(leaf);
    tree.add(leaf);
  }
  return { list: new Uint8Array(Buffer.concat(leaves)), root: tree.root()! };
}
