/** The result of an action, as its receipt carries it. */
import { decodeParams } from '../../../firmware/app/params.js';
import type { Response } from '../../operator/order.js';

/** The value, or undefined where the board sent none that can be read. */
export function resultOf({ receipt }: Response): unknown {
  if (!receipt || receipt.result.length === 0) return undefined;
  return decodeParams(receipt.result);
}
