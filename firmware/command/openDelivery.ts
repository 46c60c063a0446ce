/** A message that came, sealed or open, to the delivery in it and its envelope's hash. */

import { equal } from '../bytes/equal.js';
import { accepted, rejected, type Verdict } from '../bytes/verdict.js';
import type { Domain } from '../contract/typedData.js';
import type { Crypto } from '../port/crypto.js';
import { isSealed, type Opened } from '../seal/sealed.js';
import { envelopeHash } from './envelope.js';
import { parseDelivery, type Waiting } from './wire.js';

/** Opens a message that was sealed to the board's key of this epoch; undefined when it was not. */
export type Unseal = (message: Uint8Array) => Opened | undefined;

/** A delivery with its envelope's hash and its own bytes, which are part of the message or of what was sealed in it. */
export type OpenedDelivery = Waiting & { bytes: Uint8Array };

/**
 * Reads untrusted bytes, `DELIVERY_BYTES_MAX` at most. Never throws. A sealed message that does not open, or whose
 * envelope is another than the one it was bound to, is `malformed`.
 */
export function openDelivery(
  crypto: Crypto,
  domain: Domain,
  message: Uint8Array,
  unseal: Unseal | undefined,
): Verdict<OpenedDelivery, 'malformed', never> {
  const sealed = isSealed(message);
  const opened = sealed ? unseal?.(message) : undefined;
  if (sealed && !opened) {
    return rejected(
      'malformed',
      "the message is not sealed to the board's key of this epoch: read its status, seal the envelope again",
    );
  }
  const bytes = opened?.bytes ?? message;
  const parsed = parseDelivery(bytes);
  if (parsed.verdict === 'rejected') return parsed;
  const hash = envelopeHash(crypto, domain, parsed.value.envelope);
  if (opened && !equal(hash, opened.hash)) {
    return rejected('malformed', 'the sealed envelope is not the one that its seal is bound to');
  }
  return accepted({ hash, delivery: parsed.value, bytes });
}
