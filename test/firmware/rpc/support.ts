/** The pieces that the network tests share: a clock of this process, and servers that say exactly the bytes they are told. */
import net from 'node:net';
import type { Clock } from '../../../firmware/port/clock.js';

export const clock: Clock = {
  monotonic: () => performance.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};

export interface RawServer {
  port: number;
  url: string;
  /** Connections that were accepted so far. */
  connections: number;
  close(): Promise<void>;
}

/** A TCP server on a free port that leaves everything to `serve`. */
export async function rawServer(serve: (socket: net.Socket, index: number) => void): Promise<RawServer> {
  const open = new Set<net.Socket>();
  const server = net.createServer(socket => {
    open.add(socket);
    socket.on('close', () => open.delete(socket));
    socket.on('error', () => {});
    serve(socket, self.connections++);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  const self: RawServer = {
    port,
    url: `http://127.0.0.1:${port}/`,
    connections: 0,
    close() {
      for (const socket of open) socket.destroy();
      return new Promise(resolve => server.close(() => resolve()));
    },
  };
  return self;
}

/** Calls back with each whole request (head and body) on a connection. */
export function onRequest(socket: net.Socket, handle: (body: string, head: string) => void): void {
  let received = '';
  socket.on('data', data => {
    received += data.toString('latin1');
    for (;;) {
      const end = received.indexOf('\r\n\r\n');
      if (end < 0) return;
      const head = received.slice(0, end);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (received.length < end + 4 + length) return;
      const body = received.slice(end + 4, end + 4 + length);
      received = received.slice(end + 4 + length);
      handle(body, head);
    }
  });
}

/** A server that answers every request with the same bytes. */
export function answering(answer: string | ((body: string, head: string) => string)): Promise<RawServer> {
  return rawServer(socket => {
    onRequest(socket, (body, head) => {
      socket.write(typeof answer === 'string' ? answer : answer(body, head), 'latin1');
    });
  });
}

/** As a string of bytes (latin1), the body in UTF-8. */
export function httpAnswer(body: string, extra = ''): string {
  const encoded = Buffer.from(body).toString('latin1');
  return `HTTP/1.1 200 OK\r\nContent-Length: ${encoded.length}\r\n${extra}\r\n${encoded}`;
}

/** A port on which nobody listens. */
export async function freePort(): Promise<number> {
  const server = await rawServer(() => {});
  await server.close();
  return server.port;
}
