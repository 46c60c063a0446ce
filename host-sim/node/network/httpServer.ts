/** An HTTP server of the desk: bounded, on a port of its own or a given one, gone with everything that hangs on it. */
import { createServer, type IncomingMessage, type ServerOptions, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HttpServerOptions {
  answer(request: IncomingMessage, response: ServerResponse): void;
  /** 127.0.0.1 if left out. */
  host?: string;
  /** 0, the default, takes a free one. */
  port?: number;
  /** Closes the server when aborted. */
  signal?: AbortSignal;
  /** The name of what is started, and what to do when it cannot start: `image server`, `give another port`. */
  name: string;
  remedy: string;
  limits?: Pick<ServerOptions, 'headersTimeout' | 'maxHeaderSize'> & { connections?: number };
}

export interface HttpServer {
  /** `http://host:port` */
  url: string;
  /** Idempotent. Cuts what is under way. */
  close(): Promise<void>;
}

/** @throws Error with one line that names the remedy, when it cannot listen there */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { answer, host = '127.0.0.1', limits = {}, name, port = 0, remedy, signal } = options;
  signal?.throwIfAborted();
  const { connections = 64, ...bounds } = limits;
  const server = createServer(
    { requestTimeout: 10_000, maxHeaderSize: 8192, ...bounds },
    (request, response) => {
      response.on('error', () => {});
      answer(request, response);
    },
  );
  server.maxConnections = connections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? `port ${port} is taken` : error.message;
      reject(new Error(`no ${name} to start: ${reason} (${remedy})`));
    });
    server.listen(port, host, resolve);
  });
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= new Promise<void>(resolve => {
      signal?.removeEventListener('abort', close);
      server.close(() => resolve());
      server.closeAllConnections();
    });
    return closing;
  };
  signal?.addEventListener('abort', close, { once: true });
  const shown = host.includes(':') ? `[${host}]` : host;
  return { url: `http://${shown}:${(server.address() as AddressInfo).port}`, close };
}
