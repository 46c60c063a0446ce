/**
 * The way of a board to its network. Which one an image has is decided when it is built: of two files that export
 * `openUplink`, here Wi-Fi and in ethernet/uplink.ts a cable, one is in the image.
 */
import type { Clock } from '../port/clock.js';
import type { Entropy } from '../port/entropy.js';
import type { Ports } from '../port/ports.js';
import type { ChipFunctions } from './chip.js';
import type { KeyValues } from './keyValuePartition.js';
import { platformRequests } from './platformRequests.js';
import { Wifi, type WifiDriver } from './wifi.js';
import { forgetNetworks } from './wifiSettings.js';
import { WifiTrial } from './wifiTrial.js';

export interface UplinkOptions {
  chip: ChipFunctions;
  clock: Clock;
  entropy: Entropy;
  /** The chip's store, in which the networks of a Wi-Fi lie. */
  store: KeyValues;
  /** Calls a function again and again, every so many milliseconds, until the board restarts. */
  every(milliseconds: number, callback: () => void): void;
  log(line: string): void;
  /** Makes the SDK's driver of Wi-Fi, which starts the radio. */
  open(onChanged: () => void): WifiDriver;
}

export interface Uplink {
  /** Goes to the network, as soon as all else is made. */
  start(): void;
  /** Answers requests at the console to the platform itself; undefined for a method that is none of them. */
  requests(method: string, parameters: unknown): unknown;
  ports: Pick<Ports, 'wireless' | 'forgetNetwork'>;
}

/** Wi-Fi, with the networks that the console or the owner sets. */
export function openUplink(options: UplinkOptions): Uplink {
  const wifi = new Wifi({ ...options, onOnline: () => trial.online() });
  const trial: WifiTrial = new WifiTrial({ ...options, wifi });
  return {
    start: () => trial.start(),
    requests: platformRequests(wifi, trial),
    ports: { wireless: trial, forgetNetwork: () => forgetNetworks(options.store) },
  };
}
