/**
 * The page's door: this machine alone, by a token that stands in the page's address, and for nobody whom another page
 * sends. A name that was made to mean 127.0.0.1 (DNS rebinding) is not our address.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

/** A fresh token, hexadecimal. */
export const newToken = (): string => randomBytes(16).toString('hex');

/** The HTTP status with which a request is refused; undefined for one that may pass. */
export function refusal(
  { authorization, host, origin }: IncomingHttpHeaders,
  { token, url }: { token: string; url: string },
  needsToken: boolean,
): 401 | 403 | undefined {
  if (host !== new URL(url).host) return 403;
  if (origin !== undefined && origin !== url) return 403;
  if (!needsToken) return undefined;
  return same(authorization ?? '', `Bearer ${token}`) ? undefined : 401;
}

function same(given: string, wanted: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/**
 * Headers of a recording in a page of its own, whose own policy names its two scripts by hash and lets nothing be loaded:
 * it has no origin, and so nothing of ours is in its reach.
 */
export const recordingHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': "sandbox allow-scripts; frame-ancestors 'none'",
  'content-type': 'text/html; charset=utf-8',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

/** Headers of everything else that is served: nothing from outside, no script in the page's text, in nobody's frame. */
export const safeHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};
