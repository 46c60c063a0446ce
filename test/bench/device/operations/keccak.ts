import { toHex } from '../../../../firmware/bytes/hex.js';
import type { Operation } from './operation.js';

/** Of a full branch node. */
export const keccak: Operation = (crypto, input) => toHex(crypto.keccak256(input('node')));
