/** The places that messages and images come from, as a board keeps them. */

import { numberToBytes, readNumber } from '../bytes/bigEndian.js';
import { encodeRecord, RecordReader } from '../bytes/record.js';
import type { Journal } from '../store/journal.js';
import { type BrokerAccess, encodeAccess, openAccess, parseAccess } from './brokerAccess.js';
import { IdentityKey } from './identityKeys.js';

/** The places that messages and images come from. Any will do, because each can only delay. */
export interface Connections {
  /** `mqtt://host:port` or `mqtts://…`, `URL_BYTES_MAX` at most. */
  broker: string;
  /** Base URLs of image servers, `IMAGE_SERVERS_MAX` at most, each `URL_BYTES_MAX` at most. */
  images: readonly string[];
  /** Public key (33 bytes) of the prover at the broker; without one nothing is asked there. */
  proverKey?: Uint8Array;
  /** Bytes a second below which an image server is left, `IMAGE_FLOOR_MIN` to `IMAGE_FLOOR_MAX`; 2,048 if left out. */
  imageFloor?: number;
  /** Hours for which an app may put a release off, at most `POSTPONE_HOURS_MAX`; 168 if left out. */
  postponeHours?: number;
  /** The revision of the board's hardware, as a person at the console reads it; the one told before if left out. */
  revision?: number;
}

/** The greatest length of a URL that a board is given, in bytes of UTF-8. */
export const URL_BYTES_MAX = 200;
/** The greatest number of image servers that a board is given. */
export const IMAGE_SERVERS_MAX = 4;
/** The bounds of an image server's least rate, in bytes a second: the least takes nine hours for 2 MB. */
export const IMAGE_FLOOR_MIN = 64;
export const IMAGE_FLOOR_MAX = 1_048_576;
/** The most hours for which an owner lets an app put a release off: a year. */
export const POSTPONE_HOURS_MAX = 8784;

const CONNECTIONS_BYTES_MAX = 1024;

/** The connections that a record holds; undefined before there are any. */
export function readConnections(record: Journal): Connections | undefined {
  const bytes = record.get(IdentityKey.connections);
  if (!bytes) return undefined;
  const reader = new RecordReader(bytes, CONNECTIONS_BYTES_MAX);
  const broker = reader.text(URL_BYTES_MAX);
  const images: string[] = [];
  for (const list = reader.list(); list.more; ) images.push(list.text(URL_BYTES_MAX));
  const imageFloor = reader.more ? reader.number(IMAGE_FLOOR_MAX) : 0;
  const postponeHours = reader.more ? reader.number(POSTPONE_HOURS_MAX) : undefined;
  const proverKey = record.get(IdentityKey.proverKey);
  const revision = record.get(IdentityKey.revision);
  if (!reader.end()) return undefined;
  return {
    ...{ broker, images, ...(proverKey && { proverKey }), ...(imageFloor > 0 && { imageFloor }) },
    ...(postponeHours !== undefined && { postponeHours }),
    ...(revision && { revision: readNumber(revision) }),
  };
}

/** The access that a record holds; open to all who know the Device where it holds none. */
export function readAccess(record: Journal): BrokerAccess {
  const bytes = record.get(IdentityKey.access);
  return (bytes && parseAccess(bytes)) ?? openAccess();
}

/** Stores connections, and access if given, in one write, durable on return. */
export function writeConnections(
  record: Journal,
  { broker, imageFloor = 0, images, postponeHours, proverKey, revision }: Connections,
  access: BrokerAccess | undefined,
): void {
  // Older firmware reads neither, or the first alone.
  const rates =
    postponeHours !== undefined ? [imageFloor, postponeHours] : imageFloor > 0 ? [imageFloor] : [];
  record.put([
    [IdentityKey.connections, encodeRecord([broker, images, ...rates])],
    [IdentityKey.proverKey, proverKey],
    ...(revision === undefined ? [] : ([[IdentityKey.revision, numberToBytes(revision, 2)]] as const)),
    ...(access ? ([[IdentityKey.access, encodeAccess(access)]] as const) : []),
  ]);
}
