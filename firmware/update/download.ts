/**
 * Download: from any of several servers into the idle slot, resumed where it stopped, never more bytes than the
 * proven size. The servers are not believed; the hash at the end decides.
 */

import { equal } from '../bytes/equal.js';
import { toHex } from '../bytes/hex.js';
import type { Clock } from '../port/clock.js';
import type { Crypto } from '../port/crypto.js';
import type { Partition } from '../port/flash.js';
import type { Network } from '../port/socket.js';
import {
  accepted,
  type Rejected,
  rejected,
  type Undetermined,
  undetermined,
  type Verdict,
} from '../proof/verdict.js';
import { HttpClient } from '../rpc/http.js';
import { parseUrl } from '../rpc/url.js';
import type { Offer } from './offer.js';
import { hashOfFlash, SlotWriter } from './slotWriter.js';

export type DownloadVerdict = Verdict<undefined, 'image_hash' | 'image_size', 'incomplete'>;

export interface DownloadOptions {
  clock: Clock;
  crypto: Crypto;
  network: Network;
  /** Base URLs of image servers, in the order in which they are asked. */
  servers: readonly string[];
  offer: Offer;
  /** The idle slot. */
  slot: Partition;
  /** Bytes that the slot holds already. */
  offset: number;
  /** Called after every piece that is safe in flash. */
  onProgress(offset: number): void;
}

/** A server must bring this much in this time, or the next one is asked. */
const FLOOR = { bytes: 1024, milliseconds: 10_000 };

export async function download(options: DownloadOptions): Promise<DownloadVerdict> {
  const { crypto, offer, slot } = options;
  if (offer.size > slot.size)
    return rejected('image_size', `${offer.size} bytes do not fit into a slot of ${slot.size}`);
  let offset = Math.min(options.offset, offer.size);
  let worst: Rejected<'image_hash' | 'image_size'> | Undetermined<'incomplete'> = undetermined(
    'incomplete',
    'no image server is configured',
  );
  for (const server of options.servers) {
    const fetched = await fetchFrom(server, offset, options);
    if (fetched.failure) {
      // What a liar sent is worth nothing; what an honest but slow server sent is kept for the next.
      if (fetched.failure.verdict === 'rejected') worst = fetched.failure;
      else if (worst.verdict === 'undetermined') worst = fetched.failure;
      offset = fetched.failure.verdict === 'rejected' ? 0 : fetched.offset;
      continue;
    }
    // Read back: what counts is what the flash holds.
    const hash = hashOfFlash(crypto, slot, offer.size);
    if (equal(hash, offer.imageSha256)) return accepted(undefined);
    worst = rejected(
      'image_hash',
      `the image hashes to ${toHex(hash)}, proven is ${toHex(offer.imageSha256)}`,
    );
    offset = 0;
    options.onProgress(0);
  }
  return worst;
}

async function fetchFrom(
  server: string,
  from: number,
  { clock, network, offer, onProgress, slot }: DownloadOptions,
): Promise<{ offset: number; failure?: Rejected<'image_size'> | Undetermined<'incomplete'> }> {
  if (from === offer.size) return { offset: from };
  const url = parseUrl(server);
  if (!url) return { offset: from, failure: undetermined('incomplete', `${server} is no URL`) };
  const client = new HttpClient({ network, clock, url });
  const writer = new SlotWriter(slot, from, onProgress);
  let total: number | undefined;
  const path = `${url.path.replace(/\/$/, '')}/images/${toHex(offer.imageSha256).slice(2)}`;
  const outcome = await client.request({
    method: 'GET',
    path,
    range: { first: writer.offset },
    mostBytes: offer.size - writer.offset,
    floor: FLOOR,
    onHead: head => {
      total = head.contentRange?.length;
    },
    onBody: piece => {
      writer.write(piece);
    },
  }).outcome;
  client.close();
  const oversized = outcome.verdict === 'rejected' && outcome.code === 'oversized';
  if (oversized || (total !== undefined && total !== offer.size)) {
    const found = total === undefined ? 'more' : `${total} bytes`;
    return { offset: 0, failure: rejected('image_size', `${server} has ${found}, proven are ${offer.size}`) };
  }
  if (outcome.verdict !== 'accepted') {
    return { offset: writer.offset, failure: undetermined('incomplete', `${server}: ${outcome.evidence}`) };
  }
  const { status } = outcome.value;
  if (status !== 200 && status !== 206) {
    return { offset: from, failure: undetermined('incomplete', `${server} answers ${status}`) };
  }
  writer.flush();
  if (writer.offset === offer.size) return { offset: offer.size };
  return {
    offset: 0,
    failure: rejected('image_size', `${server} has ${writer.offset} bytes, proven are ${offer.size}`),
  };
}
