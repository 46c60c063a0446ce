/** A crash receipt as it came from the broker, with whoever signed it. */
import { toHex } from '../../firmware/bytes/hex.js';
import type { Domain } from '../../firmware/contract/typedData.js';
import { type Crash, crashHash, parseCrash } from '../../firmware/device/crashReceipt.js';
import { CRASH_REASONS } from '../../firmware/port/crash.js';
import type { Crypto } from '../../firmware/port/crypto.js';

/** A crash with the address that signed it (0x…, lower case), undefined when the signature is none. */
export interface SeenCrash extends Crash {
  signer: string | undefined;
  /** The receipt as the board signed it. */
  bytes: Uint8Array;
}

/** Reads untrusted bytes; undefined for what is no crash receipt. */
export function seenCrash(crypto: Crypto, domain: Domain, bytes: Uint8Array): SeenCrash | undefined {
  const parsed = parseCrash(bytes);
  if (parsed.verdict !== 'accepted') return undefined;
  const { crash, signature } = parsed.value;
  const signer = crypto.recoverAddress(crashHash(crypto, domain, crash), signature);
  return { ...crash, bytes, signer: signer && toHex(signer) };
}

/** The reason by name, the message, and the frames of the stack, the innermost first. */
export function crashWords({ reason, text }: Pick<Crash, 'reason' | 'text'>): {
  reason: string;
  message: string;
  lines: string[];
} {
  const [message, ...lines] = Buffer.from(text).toString('latin1').split('\n');
  return { reason: CRASH_REASONS[reason] ?? `reason ${reason}`, message, lines };
}

/** Of the receipts of one crash that which counts most. A board that lost its records counts from 1 again. */
export function newestReceipts<Known extends Crash & { device: string }>(crashes: readonly Known[]): Known[] {
  const newest = new Map<string, Known>();
  for (const crash of crashes) {
    const { count, device, imageHash, number, reason, text, uptime } = crash;
    const key = JSON.stringify([device, number, reason, uptime, toHex(imageHash), toHex(text)]);
    const known = newest.get(key);
    if (!known || known.count < count) newest.set(key, crash);
  }
  return [...newest.values()];
}
