/**
 * The head of an HTTP/1.1 response (RFC 9112, RFC 9110), line by line, into the few typed facts a board uses.
 * Strict where leniency would let one answer be read in two ways.
 */

export interface ContentRange {
  /** Undefined together with `last` in the answer to a range that cannot be had (`bytes *\/length`). */
  first?: number;
  /** Inclusive. */
  last?: number;
  /** Of the whole representation; undefined if the server does not know it. */
  length?: number;
}

export interface ResponseHead {
  status: number;
  /** Bytes of body as announced; undefined for a chunked body or one that ends with the connection. */
  contentLength?: number;
  contentRange?: ContentRange;
  chunked: boolean;
  /** The server may take another request on this connection. */
  keepAlive: boolean;
}

/** Made anew for each use: the Moddable SDK's engine (8.2.3) corrupts its heap on a RegExp that was preloaded. */
const token = () => /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

/** Takes the lines of one head without their line ends. Every method returns what is wrong, or nothing. */
export class HeadReader {
  readonly head: ResponseHead = { status: 0, chunked: false, keepAlive: true };
  readonly #mostFields: number;
  #fields = 0;
  #firstVersion = true;

  constructor(mostFields: number) {
    this.#mostFields = mostFields;
  }

  statusLine(line: string): string | undefined {
    const match = /^HTTP\/1\.([01]) ([1-5][0-9]{2})(?: .*)?$/.exec(line);
    if (match === null) return 'no HTTP/1 status line';
    this.#firstVersion = match[1] === '0';
    this.head.status = Number(match[2]);
    this.head.keepAlive = !this.#firstVersion;
    return undefined;
  }

  field(line: string): string | undefined {
    if (++this.#fields > this.#mostFields) return `more than ${this.#mostFields} header fields`;
    const colon = line.indexOf(':');
    const name = line.slice(0, Math.max(colon, 0));
    if (!token().test(name)) return 'no header field name';
    const value = line.slice(colon + 1).trim();
    for (let i = 0; i < value.length; i++) {
      const code = value.charCodeAt(i);
      if ((code < 32 && code !== 9) || code === 127) return 'a control character in a header field';
    }
    return this.#known(name.toLowerCase(), value);
  }

  /** To be called after the last field. */
  end(): string | undefined {
    const { head } = this;
    if (head.chunked && head.contentLength !== undefined) return 'both chunked and Content-Length';
    if (head.chunked && this.#firstVersion) return 'chunked in HTTP/1.0';
    if (head.status !== 206) return undefined;
    const range = head.contentRange;
    if (range?.first === undefined || range.last === undefined) return 'status 206 without a Content-Range';
    const count = range.last - range.first + 1;
    if (head.contentLength !== undefined && head.contentLength !== count) {
      return 'Content-Range and Content-Length differ';
    }
    return undefined;
  }

  #known(name: string, value: string): string | undefined {
    const { head } = this;
    if (name === 'content-length') {
      const length = readDecimal(value);
      if (length === undefined) return 'Content-Length is no number';
      if (head.contentLength !== undefined) return 'more than one Content-Length';
      head.contentLength = length;
    } else if (name === 'transfer-encoding') {
      if (value.toLowerCase() !== 'chunked' || head.chunked) return 'a Transfer-Encoding other than chunked';
      head.chunked = true;
    } else if (name === 'content-encoding') {
      if (value.toLowerCase() !== 'identity') return 'a Content-Encoding that was not asked for';
    } else if (name === 'content-range') {
      const range = readContentRange(value);
      if (range === undefined || head.contentRange !== undefined) return 'Content-Range is malformed';
      head.contentRange = range;
    } else if (name === 'connection') {
      const options = value.toLowerCase();
      if (options.includes('close')) head.keepAlive = false;
      else if (options.includes('keep-alive')) head.keepAlive = true;
    }
    return undefined;
  }
}

/** `bytes 0-499/1234`, `bytes 0-499/*`, `bytes *\/1234` (RFC 9110, 14.4). */
export function readContentRange(value: string): ContentRange | undefined {
  const match = /^bytes (?:\*|([0-9]{1,15})-([0-9]{1,15}))\/(?:\*|([0-9]{1,15}))$/.exec(value);
  if (match === null) return undefined;
  const length = match[3] === undefined ? undefined : Number(match[3]);
  if (match[1] === undefined) return length === undefined ? undefined : { length };
  const first = Number(match[1]);
  const last = Number(match[2]);
  if (first > last || (length !== undefined && last >= length)) return undefined;
  return { first, last, length };
}

function readDecimal(text: string): number | undefined {
  return /^[0-9]{1,15}$/.test(text) ? Number(text) : undefined;
}
