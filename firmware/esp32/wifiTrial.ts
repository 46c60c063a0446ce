/**
 * Another Wi-Fi on trial. What is tried lies beside the network that the board has, each under one key of the store, so
 * that a power cut at any write leaves a board with a network that it can join: a trial that a restart finds has
 * failed, and a network that led to the broker takes the old one's place in one write.
 */
import type { Clock } from '../port/clock.js';
import type { WifiChange, WifiNetwork, Wireless } from '../port/wireless.js';
import type { KeyValues } from './keyValuePartition.js';
import type { Wifi } from './wifi.js';
import { parseNetwork, StoredNetwork } from './wifiSettings.js';

/** The time in which a receipt goes out over the old network. */
const LEAVE_AFTER_MS = 5000;
/** The time in which another network must lead to the broker; then the old one is back. */
export const WIFI_TRIAL_MS = 300_000;

/** The Wi-Fi, the chip's store, and who is told. */
export interface WifiTrialOptions {
  wifi: Pick<Wifi, 'join' | 'ssid' | 'state'>;
  store: KeyValues;
  clock: Clock;
  log(line: string): void;
}

/** Joins the board's network, and tries another when it is told to. */
export class WifiTrial implements Wireless {
  readonly #options: WifiTrialOptions;
  readonly #kept: StoredNetwork;
  readonly #tried: StoredNetwork;
  /** The network on trial once the board has left the old one for it, and whether an address is enough to keep it. */
  #trying: { network: WifiNetwork; byAddress: boolean } | undefined = undefined;
  #outcome: WifiChange | undefined = undefined;
  #cancel = () => {};

  constructor(options: WifiTrialOptions) {
    this.#options = options;
    this.#kept = new StoredNetwork(options.store, 'network');
    this.#tried = new StoredNetwork(options.store, 'trial');
  }

  /** Joins the network that was kept; ends a trial that a restart cut. */
  start(): void {
    const { log, wifi } = this.#options;
    const kept = this.#kept.read();
    const tried = this.#tried.read();
    if (tried) {
      // The cut may lie between the two writes with which a trial ends well.
      this.#outcome = kept && isSame(kept, tried) ? 'kept' : 'back';
      if (this.#outcome === 'back') log(`the trial of the Wi-Fi ${tried.ssid} ended with a restart`);
    }
    this.#tried.forget();
    if (kept) wifi.join(kept);
    else log('no Wi-Fi network yet: tell the console with the method wifi {ssid, password}');
  }

  change(network: WifiNetwork): string | undefined {
    const parsed = parseNetwork(network);
    if (typeof parsed === 'string') return parsed;
    if (!this.#kept.read()) return 'the board has no network that it could go back to';
    if (this.#tried.read()) return 'another network is on trial';
    this.#tried.write(parsed);
    this.#outcome = undefined;
    this.#after(LEAVE_AFTER_MS, () => this.#try(parsed, false));
    return undefined;
  }

  /** Sets the network at the console: the first at once, another on trial, for which an address is enough. */
  setAtConsole(network: WifiNetwork): void {
    if (this.#kept.read()) {
      this.#tried.write(network);
      this.#try(network, true);
    } else {
      this.#kept.write(network);
      this.#options.wifi.join(network);
    }
  }

  /** Told that the board has an address. */
  online(): void {
    if (this.#trying?.byAddress) this.#keep(this.#trying.network);
  }

  get isTrying(): boolean {
    return this.#tried.read() !== undefined;
  }

  reached(): WifiChange | undefined {
    // The connection of a moment ago may still be one over the old network.
    if (this.#trying && this.#options.wifi.state === 'online') this.#keep(this.#trying.network);
    const outcome = this.#outcome;
    this.#outcome = undefined;
    return outcome;
  }

  #try(network: WifiNetwork, byAddress: boolean): void {
    const { log, wifi } = this.#options;
    this.#trying = { network, byAddress };
    log(`tries the Wi-Fi ${network.ssid} for ${WIFI_TRIAL_MS / 60_000} minutes`);
    this.#after(WIFI_TRIAL_MS, () => this.#goBack(network));
    wifi.join(network);
  }

  #keep(network: WifiNetwork): void {
    this.#cancel();
    this.#trying = undefined;
    this.#kept.write(network);
    this.#tried.forget();
    this.#outcome = 'kept';
    this.#options.log(`keeps the Wi-Fi ${network.ssid}`);
  }

  #goBack({ ssid }: WifiNetwork): void {
    const { log, wifi } = this.#options;
    this.#trying = undefined;
    this.#tried.forget();
    this.#outcome = 'back';
    const kept = this.#kept.read();
    log(`the Wi-Fi ${ssid} did not lead to the broker: back on ${kept?.ssid}`);
    if (kept) wifi.join(kept);
  }

  #after(milliseconds: number, then: () => void): void {
    this.#cancel();
    this.#cancel = this.#options.clock.after(milliseconds, then);
  }
}

const isSame = (a: WifiNetwork, b: WifiNetwork): boolean => a.ssid === b.ssid && a.password === b.password;
