/** Requests at the console to the platform itself: to join a Wi-Fi network, and to tell its state. */
import type { Wifi } from './wifi.js';
import { parseNetwork } from './wifiSettings.js';
import type { WifiTrial } from './wifiTrial.js';

/**
 * Answers `wifi`: with `{ssid, password}` the board joins that network from now on, on trial if it had another before;
 * without, it tells its state. The password never comes back. Undefined for every other method; throws an Error in
 * words on parameters that are wrong.
 */
export function platformRequests(wifi: Wifi, trial: Pick<WifiTrial, 'isTrying' | 'setAtConsole'>) {
  return (method: string, parameters: unknown): unknown => {
    if (method !== 'wifi') return undefined;
    if (parameters !== null && parameters !== undefined) {
      const network = parseNetwork(parameters);
      if (typeof network === 'string') throw new Error(network);
      trial.setAtConsole(network);
    }
    const { address, ssid, state } = wifi;
    return { state, ssid: ssid ?? null, address: address ?? null, ...(trial.isTrying && { trial: true }) };
  };
}
