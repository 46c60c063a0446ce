/**
 * The download of an image from any of several servers into the idle slot, resumed where it stopped, never beyond the
 * proven size. The servers are not believed; the hash at the end decides.
 */

import { equal } from '../bytes/equal.js';
import { toHex } from '../bytes/hex.js';
import {
  accepted,
  type Rejected,
  rejected,
  type Undetermined,
  undetermined,
  type Verdict,
} from '../bytes/verdict.js';
import type { Clock } from '../port/clock.js';
import type { Crypto } from '../port/crypto.js';
import type { Partition } from '../port/flash.js';
import type { Network } from '../port/socket.js';
import type { HttpExchange } from '../rpc/exchange.js';
import { HttpClient } from '../rpc/http.js';
import { parseUrl } from '../rpc/url.js';
import type { Offer } from './offer.js';
import { hashOfFlash, SlotWriter } from './slotWriter.js';

/** The verdict on a download. */
export type DownloadVerdict = Verdict<undefined, 'image_hash' | 'image_size', 'incomplete'>;

/** The servers, the offered image and the slot that it goes into. */
export interface DownloadOptions {
  clock: Clock;
  crypto: Crypto;
  network: Network;
  /** Base URLs of image servers, in the order in which they are asked. */
  servers: readonly string[];
  offer: Offer;
  /** The idle slot. */
  slot: Partition;
  /** Bytes of the image that the slot holds already. */
  offset: number;
  /** Told of every piece that is safe in flash, in bytes from the image's beginning. */
  onProgress(offset: number): void;
  /** Told of every request. To cancel it leaves the download incomplete. */
  onRequest?(exchange: HttpExchange): void;
}

/** The least rate of a server; below it the next one is asked. */
const LEAST_RATE = { bytes: 1024, milliseconds: 10_000 };

/** The greatest answer that is read although it is not an image, such as a page that says why there is none. */
const OTHER_ANSWER_BYTES_MAX = 65_536;

/**
 * Downloads the offered image. When no server gives it: `image_hash` or `image_size` if at least one gave wrong bytes,
 * else `incomplete`.
 */
export async function download(options: DownloadOptions): Promise<DownloadVerdict> {
  const { offer, slot } = options;
  if (offer.size > slot.size)
    return rejected('image_size', `the image has ${offer.size} bytes, the slot has room for ${slot.size}`);
  const resumed = Math.min(options.offset, offer.size);
  const loaded = await fromAny(resumed, options);
  // The bytes of an earlier attempt may be the wrong ones, so it is tried once more from the beginning.
  return loaded.verdict === 'rejected' && resumed > 0 ? fromAny(0, options) : loaded;
}

async function fromAny(from: number, options: DownloadOptions): Promise<DownloadVerdict> {
  if (from === options.offer.size) return readBack(options);
  let offset = from;
  let worst: Exclude<DownloadVerdict, { verdict: 'accepted' }> = undetermined(
    'incomplete',
    'no image server is configured',
  );
  for (const server of options.servers) {
    const fetched = await fetchFrom(server, offset, options);
    const result = fetched.failure ?? readBack(options);
    if (result.verdict === 'accepted') return result;
    // What a liar sent is worth nothing; what an honest but slow server sent is kept for the next.
    if (result.verdict === 'rejected' || worst.verdict === 'undetermined') worst = result;
    offset = result.verdict === 'rejected' ? 0 : fetched.offset;
    if (result.verdict === 'rejected') options.onProgress(0);
  }
  return worst;
}

/** The verdict on the bytes that the flash holds. */
function readBack({ crypto, offer, slot }: DownloadOptions): Verdict<undefined, 'image_hash', never> {
  const hash = hashOfFlash(crypto, slot, offer.size);
  if (equal(hash, offer.imageSha256)) return accepted(undefined);
  return rejected(
    'image_hash',
    `the downloaded image hashes to ${toHex(hash)}, the proven one to ${toHex(offer.imageSha256)}`,
  );
}

/** Asks one server. Gives the bytes that the slot then holds, and the failure when the image is not complete. */
async function fetchFrom(
  server: string,
  from: number,
  { clock, network, offer, onProgress, onRequest, slot }: DownloadOptions,
): Promise<{ offset: number; failure?: Rejected<'image_size'> | Undetermined<'incomplete'> }> {
  const url = parseUrl(server);
  if (!url)
    return { offset: from, failure: undetermined('incomplete', `the image server ${server} is not a URL`) };
  const client = new HttpClient({ network, clock, url });
  let writer = new SlotWriter(slot, from, onProgress);
  let left = offer.size - writer.offset;
  let status = 0;
  /** The size of the whole image as the server says it. */
  let size: number | undefined;
  const exchange = client.request({
    method: 'GET',
    path: `${url.path.replace(/\/$/, '')}/images/${toHex(offer.imageSha256).slice(2)}`,
    range: { first: writer.offset },
    mostBytes: Math.max(offer.size, OTHER_ANSWER_BYTES_MAX),
    floor: LEAST_RATE,
    onHead: head => {
      status = head.status;
      size = status === 200 ? head.contentLength : head.contentRange?.length;
      // A server that does not know ranges sends the whole image.
      if (status !== 200 || writer.offset === 0) return;
      writer = new SlotWriter(slot, 0, onProgress);
      left = offer.size;
    },
    onBody: piece => {
      if (status !== 200 && status !== 206) return;
      left -= piece.length;
      if (left >= 0) writer.write(piece);
    },
  });
  onRequest?.(exchange);
  const outcome = await exchange.outcome;
  client.close();
  const whole = status === 200 || status === 206;
  // 416: the server has a file of that name, and it ends before the byte that was asked for.
  if (status !== 0 && !whole && !(status === 416 && size !== undefined && size !== offer.size)) {
    return { offset: from, failure: undetermined('incomplete', `${server} answers ${status}`) };
  }
  const oversized = left < 0 || (outcome.verdict === 'rejected' && outcome.code === 'oversized');
  if (oversized || (size !== undefined && size !== offer.size)) {
    const found = size === undefined || size === offer.size ? 'more' : `${size} bytes`;
    return { offset: 0, failure: rejected('image_size', `${server} has ${found}, proven are ${offer.size}`) };
  }
  if (outcome.verdict !== 'accepted') {
    return { offset: writer.offset, failure: undetermined('incomplete', `${server}: ${outcome.evidence}`) };
  }
  writer.flush();
  if (left === 0) return { offset: offer.size };
  const found = offer.size - left;
  return {
    offset: 0,
    failure: rejected('image_size', `${server} has ${found} bytes, proven are ${offer.size}`),
  };
}
