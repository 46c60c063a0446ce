/** The shared part of the local console's methods: reading their parameters, and refusing with words for a person. */

import { fromHex } from '../bytes/hex.js';
import type { Registration } from './registration.js';

/** The refusal of a console method, in words for the person at the console. */
export class ConsoleRefusal extends Error {}

/** Throws a `ConsoleRefusal`. */
export const refuse = (reason: string): never => {
  throw new ConsoleRefusal(reason);
};

/** The 20 bytes of an address in hexadecimal. Throws a `ConsoleRefusal` on anything else. */
export const addressIn = (name: string, value: unknown): Uint8Array =>
  fromHex(value, 20) ?? refuse(`${name} must be an address of 20 bytes in hexadecimal`);

/** A whole number from 0 to `max`. Throws a `ConsoleRefusal` on anything else. */
export const wholeNumber = (name: string, value: unknown, max: number): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= max
    ? value
    : refuse(`${name} must be a whole number up to ${max}`);

/** The registration that was read. Throws a `ConsoleRefusal` where the chain did not tell it, and so not the time. */
export const toldByChain = (found: Registration | string): Registration =>
  typeof found === 'string'
    ? refuse(`the chain did not tell what time it is, so nothing is signed: ${found}`)
    : found;

/** Throws a `ConsoleRefusal` on a deadline (unix seconds) that is past, or more than `secondsMax` from the chain's now. */
export function judgeDeadline(deadline: number, { now }: Registration, secondsMax: number): void {
  if (deadline <= now) refuse('deadline has passed already');
  if (deadline > now + secondsMax) refuse('deadline may be an hour from now at most');
}
