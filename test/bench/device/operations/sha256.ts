import { toHex } from '../../../../firmware/bytes/hex.js';
import type { Operation } from './operation.js';

/** Streamed, as an image is hashed. */
export const sha256: Operation = (crypto, input, { pieces }: { pieces: number }) => {
  const piece = input('piece');
  const hash = crypto.sha256();
  for (let i = 0; i < pieces; i++) hash.update(piece);
  return toHex(hash.digest());
};
