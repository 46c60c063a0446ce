/** The network to join, as it lies in the chip's key-value store (NVS), where flash encryption reaches it. */
import { concat } from '../bytes/concat.js';
import { decodeText, encodeText } from '../bytes/text.js';
import type { KeyValues } from './keyValuePartition.js';
import type { WifiNetwork } from './wifi.js';

const key = 'network';

/** A network as a person gives it, or the reason why it is none, in words (IEEE 802.11: 1 to 32, 8 to 63 bytes). */
export function parseNetwork(value: unknown): WifiNetwork | string {
  const { password = '', ssid } = (value ?? {}) as { ssid?: unknown; password?: unknown };
  if (typeof ssid !== 'string' || typeof password !== 'string') return 'ssid and password are texts';
  const name = encodeText(ssid);
  if (name.length < 1 || name.length > 32) return 'an ssid has 1 to 32 bytes';
  const secret = encodeText(password);
  if (secret.length !== 0 && (secret.length < 8 || secret.length > 63)) return 'a password has 8 to 63 bytes';
  if (name.includes(0) || secret.includes(0)) return 'no zero bytes';
  return { ssid, password };
}

/** Keeps a network under one key, so that name and password never belong to different networks. */
export function storeNetwork(store: KeyValues, { password, ssid }: WifiNetwork): void {
  store.write(key, concat(encodeText(ssid), new Uint8Array(1), encodeText(password)));
}

/** Erases the network that was kept, if there is one. */
export function forgetNetwork(store: KeyValues): void {
  if (store.read(key)) store.delete(key);
}

/** The network that was kept; undefined when there is none. */
export function storedNetwork(store: KeyValues): WifiNetwork | undefined {
  const stored = store.read(key);
  if (!stored) return undefined;
  const bytes = new Uint8Array(stored);
  const end = bytes.indexOf(0);
  const network = parseNetwork({
    ssid: decodeText(bytes.subarray(0, Math.max(0, end))),
    password: decodeText(bytes.subarray(end + 1)),
  });
  return typeof network === 'string' ? undefined : network;
}
