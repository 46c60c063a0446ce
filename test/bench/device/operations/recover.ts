import { toHex } from '../../../../firmware/bytes/hex.js';
import type { Operation } from './operation.js';

export const recover: Operation = (crypto, input) => {
  const address = crypto.recoverAddress(input('digest'), input('signature'));
  return address ? toHex(address) : 'nobody';
};
