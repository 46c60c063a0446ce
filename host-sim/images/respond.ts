/** One file as an HTTP answer (RFC 9110): whole or one range of it, with or without its body. */
import type { ServerResponse } from 'node:http';
import { type ByteRange, parseRange } from './range.js';

/**
 * @param request its method (GET or HEAD) and its Range header
 * @param onSent told what was sent, when the last byte has left
 */
export function sendFile(
  file: Uint8Array,
  request: { method: string; range?: string },
  response: ServerResponse,
  onSent?: (sent: ByteRange) => void,
): void {
  const range = parseRange(request.range, file.length);
  const common = { 'accept-ranges': 'bytes', 'content-type': 'application/octet-stream' };
  if (range === 'unsatisfiable') {
    response.writeHead(416, { ...common, 'content-range': `bytes */${file.length}` }).end();
    return;
  }
  const { from, to } = range ?? { from: 0, to: file.length };
  response.writeHead(range ? 206 : 200, {
    ...common,
    'content-length': to - from,
    ...(range && { 'content-range': `bytes ${from}-${to - 1}/${file.length}` }),
  });
  if (request.method === 'HEAD') response.end();
  else response.end(file.subarray(from, to), () => onSent?.({ from, to }));
}
