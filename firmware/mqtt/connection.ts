/** One connection of a client to its server, from the first byte to the last. */
import type { KeepAlive } from './keepAlive.js';
import type { ConnAck } from './packet.js';
import type { PacketConnection } from './packetConnection.js';

export interface Connection {
  packets: PacketConnection;
  /** Once CONNACK has come; `since` in milliseconds of the monotonic clock. */
  ready?: { server: ConnAck; since: number; keepAlive: KeepAlive };
  stopTimer?: () => void;
}
