/** A Wi-Fi network as it is joined. */
export interface WifiNetwork {
  /** 1 to 32 bytes of UTF-8. */
  ssid: string;
  /** Empty for an open network, else 8 to 63 bytes of UTF-8. */
  password: string;
}

/** `kept`: the new network led to the broker. `back`: it did not, and the board is on the old one again. */
export type WifiChange = 'kept' | 'back';

/** The Wi-Fi of a platform that has one, as far as the portable firmware changes it. */
export interface Wireless {
  /**
   * Puts another network on trial, durable on return: it is joined some seconds later, so that a receipt goes out
   * before. It is kept once the board reaches its broker by it; after minutes, or a restart, the old one is back. The
   * reason in words when there can be no trial now.
   */
  change(network: WifiNetwork): string | undefined;
  /** True while a network is on trial: a restart would end it. */
  readonly isTrying: boolean;
  /** Told whenever the broker has accepted the board; gives the outcome of a change that was not given yet. */
  reached(): WifiChange | undefined;
}
