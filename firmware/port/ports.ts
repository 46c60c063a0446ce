import type { AppPlatform } from './apps.js';
import type { Bls } from './bls.js';
import type { Boot, Console } from './board.js';
import type { Buses } from './buses.js';
import type { Clock } from './clock.js';
import type { Crypto } from './crypto.js';
import type { Entropy } from './entropy.js';
import type { Flash } from './flash.js';
import type { Json } from './json.js';
import type { Pins } from './pins.js';
import type { Network } from './socket.js';
import type { Wireless } from './wireless.js';

/** All that the portable firmware runs on. A platform is one value of this type. */
export interface Ports {
  clock: Clock;
  entropy: Entropy;
  crypto?: Crypto;
  /** Native BLS; what a platform lacks is portable TypeScript, loaded once a board needs it. */
  bls?: Bls;
  json?: Json;
  network: Network;
  flash: Flash;
  /** Missing where the platform runs no app that lies apart from the image. */
  apps?: AppPlatform;
  boot: Boot;
  console: Console;
  pins: Pins;
  /** PWM, I²C, SPI and serial lines; missing where the platform has none. */
  buses?: Buses;
  /**
   * Ends this run in a deep sleep: the board starts anew after so many milliseconds, as after any restart, and of memory
   * nothing is kept. Missing where the platform has none.
   */
  deepSleep?(milliseconds: number): void;
  /** Missing where the platform joins no Wi-Fi. */
  wireless?: Wireless;
  /**
   * Erases, durable on return, what the platform keeps for itself of its owner's network (name and password of a Wi-Fi);
   * called when a retired board is wiped. A platform that keeps nothing has none.
   */
  forgetNetwork?(): void;
}
