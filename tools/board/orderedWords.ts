/** An order in words, where its envelope is kept here: on chain it is a hash, and what travels is sealed. */
import { decodeParams } from '../../firmware/app/params.js';
import { toHex } from '../../firmware/bytes/hex.js';
import { type CommandTarget, hashOf } from '../operator/order.js';
import { keptEnvelope } from './envelopeFile.js';

/** `relay.set {"on":true}`; undefined without an envelope below `home` that has this hash (0x…). */
export function orderedWords(home: string, target: CommandTarget, hash: string): string | undefined {
  try {
    const envelope = keptEnvelope(home, hash)?.delivery.envelope;
    if (!envelope || toHex(hashOf(target, envelope)) !== hash.toLowerCase()) return undefined;
    const params = JSON.stringify(decodeParams(envelope.params), (_, value) =>
      value instanceof Uint8Array ? toHex(value) : value,
    );
    return params === undefined || params === '{}' ? envelope.action : `${envelope.action} ${params}`;
  } catch {
    // A file that holds no envelope says nothing about the order.
    return undefined;
  }
}
