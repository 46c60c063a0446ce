/** The few URLs a board is configured with, without the URL class that XS lacks (RFC 3986, a small part). */

export type Scheme = 'http' | 'https' | 'mqtt' | 'mqtts';

export interface Url {
  scheme: Scheme;
  /** TLS. */
  secure: boolean;
  /** A name, an IPv4 address, or an IPv6 address without its brackets. */
  host: string;
  port: number;
  /** Path and query, as sent in a request line; at least `/`. */
  path: string;
}

/** Characters. */
const longestUrl = 2048;

const defaultPorts: Record<Scheme, number> = { http: 80, https: 443, mqtt: 1883, mqtts: 8883 };

/**
 * Scheme, host (bracketed if IPv6), port, path and query. No user name: what needs one is refused.
 * Made anew for each use: the Moddable SDK's engine (8.2.3) corrupts its heap on a RegExp that was preloaded.
 */
const shape = () =>
  /^([a-z]+):\/\/(\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9_.-]{1,253})(?::([0-9]{1,5}))?([/?][!-~]*)?$/;

/** Undefined for anything that is not such a URL. A fragment is refused; it is never sent anyway. */
export function parseUrl(text: string): Url | undefined {
  if (text.length > longestUrl) return undefined;
  const match = shape().exec(text);
  if (match === null) return undefined;
  const [, scheme, authority, digits, rest = '/'] = match;
  if (!isScheme(scheme) || rest.includes('#')) return undefined;
  const port = digits === undefined ? defaultPorts[scheme] : Number(digits);
  if (port < 1 || port > 65535) return undefined;
  const host = authority.startsWith('[') ? authority.slice(1, -1) : authority;
  const path = rest.startsWith('?') ? `/${rest}` : rest;
  return { scheme, secure: scheme === 'https' || scheme === 'mqtts', host, port, path };
}

/** The value of a Host header (RFC 9110, 7.2). */
export function hostHeader(url: Url): string {
  const host = url.host.includes(':') ? `[${url.host}]` : url.host;
  return url.port === defaultPorts[url.scheme] ? host : `${host}:${url.port}`;
}

function isScheme(text: string): text is Scheme {
  return text === 'http' || text === 'https' || text === 'mqtt' || text === 'mqtts';
}
