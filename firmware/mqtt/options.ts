/** The options of an MQTT client, and their defaults. */

import type { Clock } from '../port/clock.js';
import type { Entropy } from '../port/entropy.js';
import type { Network } from '../port/socket.js';
import type { ProtocolVersion, QoS, Will } from './packet.js';
import type { Loss } from './packetConnection.js';

/** The default of each option that may be left out stands beside it. */
export interface MqttClientOptions {
  network: Network;
  clock: Clock;
  entropy: Entropy;
  host: string;
  port: number;
  secure?: boolean;
  /** 4 is MQTT 3.1.1; 5. */
  protocolVersion?: ProtocolVersion;
  /** Not empty: a session belongs to it. */
  clientId: string;
  username?: string;
  /** Needs a user name. */
  password?: string;
  will?: Will;
  /** Gives up the session at every connection; false. */
  cleanStart?: boolean;
  /** The time for which a 5.0 broker keeps the session of an absent client; a day. */
  sessionExpirySeconds?: number;
  /** 1 to 65535; 30. A 5.0 broker may ask for fewer. */
  keepAliveSeconds?: number;
  /** The time for the answer to a ping; half the keep-alive. */
  pingTimeoutMilliseconds?: number;
  /** The time from the attempt to CONNACK; 15 s. */
  connectTimeoutMilliseconds?: number;
  /** The time for PUBACK and SUBACK, after which the connection counts as dead; 20 s. */
  acknowledgeTimeoutMilliseconds?: number;
  /** Bytes of an incoming packet, header included; 16 KiB. A larger message is passed over. */
  packetBytesMax?: number;
  /**
   * Bytes of payload that a message under that topic may have, asked before it is gathered; what is longer, and with 0
   * everything, is passed over. As many as fit into a packet if left out.
   */
  payloadBytesMax?(topic: string): number;
  /** Unacknowledged messages each way; 8. */
  inFlightMax?: number;
  /** Messages that wait or are unacknowledged; 32. */
  queuedMessagesMax?: number;
  /** Bytes of the topics and payloads of those messages; 64 KiB. */
  queuedBytesMax?: number;
  /** The wait before the first new attempt, doubled each time; 500 ms. */
  firstRetryMilliseconds?: number;
  /** The longest wait before an attempt; 60 s. */
  retryMillisecondsMax?: number;
  /** The time connected after which the waits start over; 10 s. */
  stableMilliseconds?: number;
  /** Bytes that are taken from the socket at once; 2048. */
  readBytes?: number;
  /**
   * A message came. The payload may be kept. With QoS 1 it is acknowledged on return, and may come more than once.
   * `isKept` where the broker had it before the subscription.
   */
  onMessage(topic: string, payload: Uint8Array, isKept: boolean): void;
  /** A message of `length` bytes, more than was allowed and up to 4 MiB, was passed over and acknowledged. */
  onTooLarge?(length: number, topic: string | undefined): void;
  onConnected?(connection: { sessionPresent: boolean }): void;
  /** A connection or an attempt failed; the next one comes after that wait. */
  onDisconnected?(loss: Loss, retryMilliseconds: number): void;
}

export interface PublishOptions {
  /** 1. */
  qos?: QoS;
  retain?: boolean;
  /** The message is dropped where more bytes would wait with it; as many as the client's if left out. */
  queuedBytesMax?: number;
}

/** Options that have no default. */
type Optional =
  | 'username'
  | 'password'
  | 'will'
  | 'payloadBytesMax'
  | 'onTooLarge'
  | 'onConnected'
  | 'onDisconnected';
/** The options with every default filled in. */
export type Settled = Required<Omit<MqttClientOptions, Optional>> & Pick<MqttClientOptions, Optional>;

/** Fills in the defaults. Throws a RangeError on an empty client id or a keep-alive out of range. */
export function settleOptions(options: MqttClientOptions): Settled {
  const keepAliveSeconds = options.keepAliveSeconds ?? 30;
  if (options.clientId === '' || !(keepAliveSeconds >= 1 && keepAliveSeconds <= 65535)) {
    throw new RangeError('an MQTT client needs a client id and a keep-alive of 1 to 65535 seconds');
  }
  return {
    ...options,
    secure: options.secure ?? false,
    protocolVersion: options.protocolVersion ?? 5,
    cleanStart: options.cleanStart ?? false,
    sessionExpirySeconds: options.sessionExpirySeconds ?? 86_400,
    keepAliveSeconds,
    pingTimeoutMilliseconds: options.pingTimeoutMilliseconds ?? keepAliveSeconds * 500,
    connectTimeoutMilliseconds: options.connectTimeoutMilliseconds ?? 15_000,
    acknowledgeTimeoutMilliseconds: options.acknowledgeTimeoutMilliseconds ?? 20_000,
    packetBytesMax: options.packetBytesMax ?? 16_384,
    inFlightMax: options.inFlightMax ?? 8,
    queuedMessagesMax: options.queuedMessagesMax ?? 32,
    queuedBytesMax: options.queuedBytesMax ?? 65_536,
    firstRetryMilliseconds: options.firstRetryMilliseconds ?? 500,
    retryMillisecondsMax: options.retryMillisecondsMax ?? 60_000,
    stableMilliseconds: options.stableMilliseconds ?? 10_000,
    readBytes: options.readBytes ?? 2048,
  };
}
