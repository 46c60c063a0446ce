/** Image servers of every character: with and without ranges, cutting, lying, absent. */
import type net from 'node:net';
import { onRequest, type RawServer, rawServer } from '../rpc/support.js';
import { fileAt } from './release.js';

export interface Character {
  /** Answers with the whole, whatever range is asked. */
  noRanges?: boolean;
  /** Cuts the connection after so many bytes of body, each time. */
  cutAfter?: number;
  /** Announces no length. */
  silent?: boolean;
  status?: number;
  /** Body of an answer that is no image. */
  page?: Uint8Array;
  /** Sends this much and then nothing, without closing. */
  stallAfter?: number;
  /** Something else than the manifest, or than the list of sectors. */
  manifest?: Uint8Array;
  sectors?: Uint8Array;
  /** Something else than the delta; null for none. */
  delta?: Uint8Array | null;
}

export interface ImageSource extends RawServer {
  /** First byte of each range that was asked. */
  asked: number[];
  /** Requests for a delta. */
  deltas: number;
  bytes: Uint8Array;
  character: Character;
}

export async function imageSource(bytes: Uint8Array, character: Character = {}): Promise<ImageSource> {
  const server = await rawServer(socket => {
    onRequest(socket, (_, head) => {
      const path = / (\S+) /.exec(head)![1];
      if (path.startsWith('/deltas/')) {
        self.deltas++;
        const { delta } = self.character;
        return answer(socket, delta ?? fileAt(path)!, 0, { status: delta === null ? 404 : undefined });
      }
      if (!path.startsWith('/images/')) return answerFile(socket, path, self.character);
      const first = Number(/range: bytes=(\d+)-/i.exec(head)?.[1] ?? 0);
      self.asked.push(first);
      answer(socket, self.bytes, first, self.character);
    });
  });
  const self: ImageSource = Object.assign(server, {
    ...{ asked: [] as number[], deltas: 0, bytes, character },
  });
  return self;
}

/** A manifest or a list of sectors, of an honest server's or as its character has it. */
function answerFile(socket: net.Socket, path: string, { manifest, page, sectors, status }: Character): void {
  const file = (path.startsWith('/manifests/') ? manifest : sectors) ?? fileAt(path);
  const body = page ?? file ?? new Uint8Array(0);
  const code = page || status || !file ? (status ?? 404) : 200;
  socket.write(`HTTP/1.1 ${code} It\r\nContent-Length: ${body.length}\r\n\r\n`);
  socket.write(body);
}

function answer(socket: net.Socket, bytes: Uint8Array, first: number, character: Character): void {
  const { cutAfter, noRanges, page, silent, stallAfter, status } = character;
  if (page || status) {
    const body = page ?? new Uint8Array(0);
    socket.write(`HTTP/1.1 ${status ?? 404} No\r\nContent-Length: ${body.length}\r\n\r\n`);
    socket.write(body);
    return;
  }
  const whole = noRanges || first === 0;
  if (!noRanges && first > 0 && first >= bytes.length) {
    socket.write(`HTTP/1.1 416 No\r\nContent-Range: bytes */${bytes.length}\r\nContent-Length: 0\r\n\r\n`);
    return;
  }
  const body = whole ? bytes : bytes.subarray(first);
  let head = whole ? 'HTTP/1.1 200 OK\r\n' : 'HTTP/1.1 206 Part\r\n';
  if (!whole) head += `Content-Range: bytes ${first}-${bytes.length - 1}/${bytes.length}\r\n`;
  head += silent ? 'Connection: close\r\n' : `Content-Length: ${body.length}\r\n`;
  socket.write(`${head}\r\n`);
  const limit = cutAfter ?? stallAfter;
  socket.write(limit === undefined ? body : body.subarray(0, limit), () => {
    if (cutAfter !== undefined || silent) socket.end();
  });
}
