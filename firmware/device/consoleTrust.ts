/** The console method `trust`, from its parameters to words for the person there. */

import { fromHex, toHex } from '../bytes/hex.js';
import { KEYS_MAX } from '../contract/layout.generated.js';
import type { ConsoleTrust, ConsoleVerdict } from '../handover/atConsole.js';
import { isKeySet, type KeySet, SIGNATURES_BYTES_MAX } from '../trust/checkpointKeys.js';
import { CONFIGURATION_BYTES_MAX } from '../trust/configuration.js';
import { refuse } from './consoleRefusal.js';

/**
 * Reads `configuration` (hexadecimal of the encoded trust configuration), `signatures` (65 bytes each, hexadecimal) and,
 * where checkpoint keys signed, their `threshold` and `keys` (addresses, ascending). Throws a `ConsoleRefusal`.
 */
export function parseConsoleTrust(parameters: unknown): ConsoleTrust {
  const { configuration, keys, signatures, threshold } = (parameters ?? {}) as Record<string, unknown>;
  const bytes = fromHex(configuration) ?? refuse('configuration is not hexadecimal');
  const signed = fromHex(signatures) ?? refuse('signatures are not hexadecimal');
  if (bytes.length > CONFIGURATION_BYTES_MAX) {
    refuse(`configuration is longer than ${CONFIGURATION_BYTES_MAX} bytes`);
  }
  if (signed.length === 0 || signed.length % 65 !== 0 || signed.length > SIGNATURES_BYTES_MAX) {
    refuse(`signatures are 65 bytes each, ${KEYS_MAX} at most`);
  }
  const consent = { configuration: bytes, signatures: signed };
  return keys === undefined ? consent : { ...consent, keySet: readKeySet(threshold, keys) };
}

function readKeySet(threshold: unknown, keys: unknown): KeySet {
  const addresses = Array.isArray(keys) ? keys.slice(0, KEYS_MAX + 1).map(key => fromHex(key, 20)) : [];
  const set = { threshold: threshold as number, keys: addresses as Uint8Array[] };
  return typeof threshold === 'number' && !addresses.includes(undefined) && isKeySet(set)
    ? set
    : refuse(`keys are 1 to ${KEYS_MAX} addresses, ascending, with a threshold among them`);
}

/** The answer to the person: the receipt's counter, or a `ConsoleRefusal` that says what to do. */
export function answerConsoleTrust(verdict: ConsoleVerdict, configurationHash: Uint8Array): unknown {
  if (verdict.verdict === 'rejected') return refuse(`${verdict.code}: ${verdict.evidence}`);
  if (verdict.verdict === 'undetermined') return refuse(`${verdict.cause}: ${verdict.evidence}; ask again`);
  const receipts = verdict.value.map(({ receipt }) => receipt.counter);
  return { trustConfiguration: toHex(configurationHash), receipts };
}
