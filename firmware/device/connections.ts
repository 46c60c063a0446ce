/** The places that messages and images come from, as a board keeps them. */

import { encodeRecord, RecordReader } from '../bytes/record.js';

/** The places that messages and images come from. Any will do, because each can only delay. */
export interface Connections {
  /** `mqtt://host:port` or `mqtts://…`, `URL_BYTES_MAX` at most. */
  broker: string;
  /** Base URLs of image servers, `IMAGE_SERVERS_MAX` at most, each `URL_BYTES_MAX` at most. */
  images: readonly string[];
  /** Public key (33 bytes) of the prover at the broker; without one nothing is asked there. */
  proverKey?: Uint8Array;
}

/** The greatest length of a URL that a board is given, in bytes of UTF-8. */
export const URL_BYTES_MAX = 200;
/** The greatest number of image servers that a board is given. */
export const IMAGE_SERVERS_MAX = 4;

const CONNECTIONS_BYTES_MAX = 1024;

/** The record of broker and image servers; the prover's key has a record of its own. */
export const encodeConnections = ({ broker, images }: Connections): Uint8Array =>
  encodeRecord([broker, images]);

/** Reads what `encodeConnections` gave; undefined for no bytes and for any others. */
export function parseConnections(bytes: Uint8Array | undefined): Connections | undefined {
  if (!bytes) return undefined;
  const reader = new RecordReader(bytes, CONNECTIONS_BYTES_MAX);
  const broker = reader.text(URL_BYTES_MAX);
  const images: string[] = [];
  for (const list = reader.list(); list.more; ) images.push(list.text(URL_BYTES_MAX));
  return reader.end() ? { broker, images } : undefined;
}
