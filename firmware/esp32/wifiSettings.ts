/** The networks of a board, as they lie in the chip's key-value store (NVS), where flash encryption reaches them. */
import { concat } from '../bytes/concat.js';
import { decodeText, encodeText } from '../bytes/text.js';
import type { WifiNetwork } from '../port/wireless.js';
import type { KeyValues } from './keyValuePartition.js';

/** `network` is the board's own, `trial` one that is tried. */
export type NetworkKey = 'network' | 'trial';

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

/** A network under one key of the store, so that name and password never belong to different networks. */
export class StoredNetwork {
  readonly #store: KeyValues;
  readonly #key: NetworkKey;

  constructor(store: KeyValues, key: NetworkKey) {
    this.#store = store;
    this.#key = key;
  }

  /** Durable on return, whole or not at all. */
  write({ password, ssid }: WifiNetwork): void {
    this.#store.write(this.#key, concat(encodeText(ssid), new Uint8Array(1), encodeText(password)));
  }

  /** Erases the network, if there is one. */
  forget(): void {
    if (this.#store.read(this.#key)) this.#store.delete(this.#key);
  }

  /** The network; undefined when there is none, or what lies there is none. */
  read(): WifiNetwork | undefined {
    const stored = this.#store.read(this.#key);
    if (!stored) return undefined;
    const bytes = new Uint8Array(stored);
    const end = bytes.indexOf(0);
    const network = parseNetwork({
      ssid: decodeText(bytes.subarray(0, Math.max(0, end))),
      password: decodeText(bytes.subarray(end + 1)),
    });
    return typeof network === 'string' ? undefined : network;
  }
}

/** Erases every network that a board was told. */
export function forgetNetworks(store: KeyValues): void {
  for (const key of ['trial', 'network'] as const) new StoredNetwork(store, key).forget();
}
