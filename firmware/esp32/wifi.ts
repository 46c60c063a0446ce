/**
 * Keeps the board on its Wi-Fi: joins, waits for an address, and begins anew after a failure, each time a little later.
 * The driver's states are 200 (apart), 300 (joining), 400 (joined) and 500 (with an address).
 */
import { BackOff } from '../mqtt/backOff.js';
import type { Clock } from '../port/clock.js';
import type { Entropy } from '../port/entropy.js';
import type { WifiNetwork } from '../port/wireless.js';

/** `embedded:network/interface/wifi`. */
export interface WifiDriver {
  connect(options: { SSID: string; password?: string }): void;
  disconnect(): void;
  readonly connection: number;
  readonly address: string | undefined;
}

export interface WifiOptions {
  /** Makes the driver, which starts the radio. */
  open(onChanged: () => void): WifiDriver;
  clock: Clock;
  entropy: Entropy;
  /** Told that the board has an address. */
  onOnline?(): void;
  log(line: string): void;
}

/** The time to join and to get an address. */
const JOIN_MILLISECONDS_MAX = 30_000;
const FIRST_WAIT_MILLISECONDS = 1000;
const WAIT_MILLISECONDS_MAX = 60_000;

export type WifiState = 'no network' | 'waiting' | 'joining' | 'online';

/** The board's Wi-Fi. Without a network it does nothing. */
export class Wifi {
  readonly #options: WifiOptions;
  readonly #driver: WifiDriver;
  readonly #backOff: BackOff;
  #network: WifiNetwork | undefined = undefined;
  #state: WifiState = 'no network';
  #cancel: (() => void) | undefined = undefined;

  constructor(options: WifiOptions) {
    this.#options = options;
    const { entropy } = options;
    this.#backOff = new BackOff({
      entropy,
      firstWaitMilliseconds: FIRST_WAIT_MILLISECONDS,
      waitMillisecondsMax: WAIT_MILLISECONDS_MAX,
    });
    this.#driver = options.open(() => this.#changed());
  }

  get state(): WifiState {
    return this.#state;
  }

  get ssid(): string | undefined {
    return this.#network?.ssid;
  }

  get address(): string | undefined {
    return this.#state === 'online' ? this.#driver.address : undefined;
  }

  /** Joins this network from now on, and no other. */
  join(network: WifiNetwork): void {
    this.#network = network;
    this.#backOff.reset();
    if (this.#state === 'joining' || this.#state === 'online') this.#driver.disconnect();
    this.#attempt();
  }

  #attempt(): void {
    const { ssid, password } = this.#network!;
    this.#enter('joining', JOIN_MILLISECONDS_MAX, () => this.#failed('no answer in half a minute'));
    try {
      this.#driver.connect(password === '' ? { SSID: ssid } : { SSID: ssid, password });
    } catch (error) {
      this.#failed(error instanceof Error ? error.message : `${error}`);
    }
  }

  #changed(): void {
    const { connection } = this.#driver;
    if (this.#state === 'joining' && connection >= 500) {
      this.#backOff.reset();
      this.#enter('online');
      this.#options.log(`Wi-Fi ${this.#network!.ssid}: ${this.#driver.address ?? 'joined'}`);
      this.#options.onOnline?.();
    } else if (this.#state === 'joining' && connection <= 200) {
      this.#failed('refused: a wrong password, or out of reach');
    } else if (this.#state === 'online' && connection < 500) {
      this.#failed('lost');
    }
  }

  /** Parts first: the driver refuses to join while it is joining. It does not report that it has parted. */
  #failed(why: string): void {
    try {
      this.#driver.disconnect();
    } catch {
      // It is apart already.
    }
    const wait = this.#backOff.next();
    this.#options.log(`Wi-Fi ${this.#network!.ssid}: ${why}; again in ${Math.ceil(wait / 1000)} s`);
    this.#enter('waiting', wait, () => this.#attempt());
  }

  #enter(state: WifiState, milliseconds?: number, then?: () => void): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#state = state;
    if (milliseconds !== undefined && then) this.#cancel = this.#options.clock.after(milliseconds, then);
  }
}
