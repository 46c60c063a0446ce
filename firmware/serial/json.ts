/**
 * A console's line as JSON (RFC 8259), whole, out of untrusted bytes. Size, depth and number of values are bounded before JSON.parse
 * sees anything: XS parses recursively on a small stack, and `[[],[],…` costs many times its own size in heap.
 */
import { decodeText } from '../bytes/text.js';
import { accepted, rejected, type Verdict } from '../bytes/verdict.js';

export interface JsonLimits {
  bytes: number;
  /** Arrays and objects within each other. */
  depth: number;
  /** Values altogether, counted by their separators. */
  values: number;
}

/** The value of a line, or malformed: beyond the limits, not UTF-8, or not JSON. */
export function parseJson(bytes: Uint8Array, limits: JsonLimits): Verdict<unknown, 'malformed', never> {
  if (bytes.length > limits.bytes) {
    return rejected('malformed', `${bytes.length} bytes of JSON, ${limits.bytes} allowed`);
  }
  const wrong = measure(bytes, limits);
  if (wrong !== undefined) return rejected('malformed', wrong);
  const text = decodeLongText(bytes);
  if (text === undefined) return rejected('malformed', 'JSON that is not UTF-8');
  try {
    return accepted(JSON.parse(text));
  } catch {
    return rejected('malformed', 'not JSON');
  }
}

/** The limit of depth or count that is exceeded, or undefined. Bytes that are no JSON are left to the parser. */
function measure(bytes: Uint8Array, limits: JsonLimits): string | undefined {
  let depth = 0;
  let values = 1;
  let quoted = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (quoted) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) quoted = false;
    } else if (byte === 0x22) {
      quoted = true;
    } else if (byte === 0x2c) {
      values++;
    } else if (byte === 0x5b || byte === 0x7b) {
      values++;
      if (++depth > limits.depth) return `JSON nested deeper than ${limits.depth}`;
    } else if (byte === 0x5d || byte === 0x7d) {
      depth--;
    }
    if (values > limits.values) return `more than ${limits.values} values in JSON`;
  }
  return undefined;
}

/** In blocks, because a string that grows by one character at a time is copied each time. */
const blockBytes = 512;

function decodeLongText(bytes: Uint8Array): string | undefined {
  const blocks: string[] = [];
  for (let from = 0; from < bytes.length; ) {
    let to = Math.min(from + blockBytes, bytes.length);
    // A character does not end before a continuation byte; it has at most three.
    for (let i = 0; i < 3 && to < bytes.length && (bytes[to] & 0xc0) === 0x80; i++) to--;
    const block = decodeText(bytes.subarray(from, to));
    if (block === undefined) return undefined;
    blocks.push(block);
    from = to;
  }
  return blocks.join('');
}
