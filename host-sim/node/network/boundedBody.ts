/** The body of a request, whoever sends it. */
import type { IncomingMessage } from 'node:http';

/** The whole body; undefined when it is longer than `bytesMax`, of which no more is read than may be. @throws what the connection throws */
export async function boundedBody(request: IncomingMessage, bytesMax: number): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > bytesMax) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
