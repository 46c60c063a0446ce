/** What a person at the console may ask of the platform itself: to join a Wi-Fi network, and how that goes. */
import type { KeyValues } from './keyValuePartition.js';
import type { Wifi } from './wifi.js';
import { parseNetwork, storeNetwork } from './wifiSettings.js';

/**
 * Answers `wifi`: with `{ssid, password}` the board joins that network from now on, with nothing it says where it
 * stands. The password never comes back. Undefined for every other method.
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
