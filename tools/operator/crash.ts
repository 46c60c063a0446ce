/** A crash receipt as it came from the broker, with whoever signed it. */
import { toHex } from '../../firmware/bytes/hex.js';
import type { Domain } from '../../firmware/contract/typedData.js';
import { type Crash, crashHash, parseCrash } from '../../firmware/device/crashReceipt.js';
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
