/**
 * Keeps watch over the cable. The chip's driver and lwIP's DHCP client do all else by themselves, for as long as the
 * board runs; what they came to is asked for, so that no call from another task enters the engine.
 */
import { decodeText } from '../../bytes/text.js';

/** The functions of ethernet.c, as the manifest of this room hands them over. */
export interface EthernetFunctions {
  /** Starts driver and DHCP. 0 or an esp_err_t. Called once. */
  ethernetStart(): number;
  /** 0: no cable, 1: a cable and no address yet, 2: an address. */
  ethernetState(): number;
  /** The address in dotted decimals; the count of bytes, 0 when there is none. */
  ethernetAddress(target: ArrayBuffer, most: number): number;
}

export interface EthernetOptions {
  chip: EthernetFunctions;
  /** Calls a function again and again, every so many milliseconds. */
  every(milliseconds: number, callback: () => void): void;
  log(line: string): void;
}

export type EthernetState = 'failed' | 'no cable' | 'waiting' | 'online';

const ASK_EVERY_MILLISECONDS = 500;
const states: readonly EthernetState[] = ['no cable', 'waiting', 'online'];
/** Of `255.255.255.255`. */
const ADDRESS_BYTES_MAX = 15;

/** The board's Ethernet, from its constructor on. */
export class Ethernet {
  readonly #options: EthernetOptions;
  #state: EthernetState = 'no cable';

  constructor(options: EthernetOptions) {
    this.#options = options;
    const error = options.chip.ethernetStart();
    if (error === 0) options.every(ASK_EVERY_MILLISECONDS, () => this.#ask());
    else {
      this.#state = 'failed';
      options.log(`Ethernet does not start: error 0x${error.toString(16)} of the chip`);
    }
  }

  get state(): EthernetState {
    return this.#state;
  }

  get address(): string | undefined {
    if (this.#state !== 'online') return undefined;
    const text = new Uint8Array(ADDRESS_BYTES_MAX);
    const length = this.#options.chip.ethernetAddress(text.buffer, text.length);
    return length > 0 ? decodeText(text.subarray(0, length)) : undefined;
  }

  #ask(): void {
    const { chip, log } = this.#options;
    const state = states[chip.ethernetState()];
    if (state === undefined || state === this.#state) return;
    this.#state = state;
    log(`Ethernet: ${state === 'waiting' ? 'waits for an address' : (this.address ?? state)}`);
  }
}
