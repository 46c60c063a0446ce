/**
 * The MQTT control packets that a board sends and takes, as plain values, for 3.1.1 (level 4) and 5.0. Names are those
 * of the standard.
 */

export type ProtocolVersion = 4 | 5;
export type QoS = 0 | 1;

export interface Will {
  topic: string;
  payload: Uint8Array;
  qos: QoS;
  retain: boolean;
}

export interface Connect {
  type: 'connect';
  clientId: string;
  username?: string;
  password?: string;
  cleanStart: boolean;
  keepAliveSeconds: number;
  /** This and what follows, apart from the will, exist in 5.0 only. */
  sessionExpirySeconds: number;
  receiveMaximum: number;
  maximumPacketSize: number;
  will?: Will;
}

export interface Publish {
  type: 'publish';
  topic: string;
  payload: Uint8Array;
  qos: QoS;
  retain: boolean;
  dup: boolean;
  /** 1 to 65535 with QoS 1, 0 without. */
  id: number;
}

export interface Subscribe {
  type: 'subscribe';
  id: number;
  subscriptions: ReadonlyArray<{ filter: string; qos: QoS }>;
}

export type Outgoing =
  | Connect
  | Publish
  | Subscribe
  | { type: 'puback'; id: number }
  | { type: 'pingreq' }
  | { type: 'disconnect'; code: number };

export interface ConnAck {
  type: 'connack';
  sessionPresent: boolean;
  /** 0 is success, in both versions. */
  code: number;
  /** The limits that the server sets, this and what follows; in 3.1.1, which cannot say so, the greatest there are. */
  receiveMaximum: number;
  maximumQoS: QoS;
  retainAvailable: boolean;
  maximumPacketSize: number;
  keepAliveSeconds?: number;
}

export type Incoming =
  | ConnAck
  | Publish
  /** A message that was passed over because of its size, in bytes; its identifier is 0 with QoS 0. */
  | { type: 'tooLarge'; id: number; length: number; topic?: string }
  /** Codes from 0x80 on are refusals; 3.1.1 cannot refuse. */
  | { type: 'puback'; id: number; code: number }
  /** One code for each subscription; codes from 0x80 on are refusals. */
  | { type: 'suback'; id: number; codes: number[] }
  | { type: 'pingresp' }
  | { type: 'disconnect'; code: number };
