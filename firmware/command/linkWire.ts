/** The question for links and its answer as bytes, so that a prover can be asked over any path. */

import { encodeRecord, RecordReader } from '../bytes/record.js';
import { accepted, rejected, type Verdict } from '../bytes/verdict.js';
import type { ClaimedLink } from './walk.js';

/** A question for links, newest first. */
export interface LinkRequest {
  /** 20 bytes. */
  device: Uint8Array;
  /** Blocks that the links lie in, inclusive. */
  from: number;
  to: number;
  /** The newest sequence that is asked for, and the count from there down, 1 to `LINKS_ASKED_MAX`. */
  sequence: number;
  count: number;
}

/** The greatest count that one question may ask for. */
export const LINKS_ASKED_MAX = 16;
/** Bytes of a link in an answer, with the heads of its lists. */
const LINK_BYTES_MAX = 160;
/** Bytes of a question. */
export const LINK_REQUEST_BYTES_MAX = 64;

/** Bytes of an answer of so many links. */
export const linksBytesMax = (count: number): number => 8 + count * LINK_BYTES_MAX;

/** The record of a question. */
export const encodeLinkRequest = ({ count, device, from, sequence, to }: LinkRequest): Uint8Array =>
  encodeRecord([device, from, to, sequence, count]);

/** Reads what `encodeLinkRequest` gave. Untrusted bytes of any length. */
export function parseLinkRequest(bytes: Uint8Array): Verdict<LinkRequest, 'malformed', never> {
  const reader = new RecordReader(bytes, LINK_REQUEST_BYTES_MAX);
  const request = {
    device: reader.fixed(20),
    from: reader.number(),
    to: reader.number(),
    sequence: reader.number(),
    count: reader.number(LINKS_ASKED_MAX),
  };
  return reader.end() && request.count > 0 ? accepted(request) : rejected('malformed', 'not a link request');
}

/** The record of an answer. */
export const encodeLinks = (links: readonly ClaimedLink[]): Uint8Array =>
  encodeRecord(
    links.map(link => [
      link.sequence,
      link.commandHash,
      link.previousHead ?? new Uint8Array(0),
      link.notAfter,
      link.epoch,
      link.fleetEpoch,
      link.operator,
      link.class,
    ]),
  );

/** Reads what `encodeLinks` gave, `count` links at most. Untrusted bytes of any length. */
export function parseLinks(bytes: Uint8Array, count: number): Verdict<ClaimedLink[], 'malformed', never> {
  const reader = new RecordReader(bytes, linksBytesMax(count));
  const links: ClaimedLink[] = [];
  while (reader.more && links.length <= count) {
    const list = reader.list();
    const sequence = list.number();
    const commandHash = list.fixed(32);
    const previousHead = list.bytes(32);
    const link = {
      sequence,
      commandHash,
      notAfter: list.number(),
      epoch: list.number(),
      fleetEpoch: list.number(),
      operator: list.fixed(20),
      class: list.number(),
    };
    if (!list.end()) return rejected('malformed', 'not a link');
    links.push(previousHead.length === 32 ? { ...link, previousHead } : link);
  }
  return reader.end() && links.length <= count ? accepted(links) : rejected('malformed', 'not links');
}
