/** Requests at the console to the platform itself: to join a Wi-Fi network, and to tell its state. */
import type { KeyValues } from './keyValuePartition.js';
import type { Wifi } from './wifi.js';
import { parseNetwork, storeNetwork } from './wifiSettings.js';

/**
 * Answers `wifi`: with `{ssid, password}` the board joins that network from now on; without, it tells its state. The
 * password never comes back. Undefined for every other method; throws an Error in words on parameters that are wrong.
 */
export function platformRequests(wifi: Wifi, store: KeyValues) {
  return (method: string, parameters: unknown): unknown => {
    if (method !== 'wifi') return undefined;
    if (parameters !== null && parameters !== undefined) {
      const network = parseNetwork(parameters);
      if (typeof network === 'string') throw new Error(network);
      storeNetwork(store, network);
      wifi.join(network);
    }
    return { state: wifi.state, ssid: wifi.ssid ?? null, address: wifi.address ?? null };
  };
}
