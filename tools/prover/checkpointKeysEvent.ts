/** The event by which a fleet names its checkpoint keys. */
import { readNumber } from '../../firmware/bytes/bigEndian.js';
import { toHex } from '../../firmware/bytes/hex.js';
import { KEYS_MAX } from '../../firmware/contract/layout.generated.js';
import { typeHash } from '../../firmware/contract/typedData.js';

/** The first topic of each. */
export const checkpointKeysTopic = toHex(typeHash('CheckpointKeysSet(uint16,address[],bytes)'));

export interface CheckpointKeysEvent {
  threshold: number;
  keys: Uint8Array[];
  /** Signatures of the outgoing keys, as they were given to the fleet. */
  handover: Uint8Array;
  /** Block, and place within it. */
  number: number;
  place: number;
}

/** The event's data: (uint16, address[], bytes) as the ABI lays them out. Undefined when they are not so. */
export function readCheckpointKeys(
  data: Uint8Array | undefined,
): Pick<CheckpointKeysEvent, 'threshold' | 'keys' | 'handover'> | undefined {
  if (!data) return undefined;
  const number = (at: number) => readNumber(data, at, 32) ?? Number.NaN;
  const threshold = number(0);
  const keysAt = number(32);
  const handoverAt = number(64);
  const count = number(keysAt);
  const length = number(handoverAt);
  const whole = keysAt + 32 + 32 * count <= data.length && handoverAt + 32 + length <= data.length;
  if (!whole || count > KEYS_MAX || !(threshold <= count)) return undefined;
  const keys = Array.from({ length: count }, (_, i) =>
    data.slice(keysAt + 44 + 32 * i, keysAt + 64 + 32 * i),
  );
  return { threshold, keys, handover: data.slice(handoverAt + 32, handoverAt + 32 + length) };
}
