/** An MQTT broker of one's own (3.1.1 and 5), inside this process, on loopback. Nothing of it survives `close`. */
import { createServer, type Socket } from 'node:net';
import { Aedes } from 'aedes';

export interface BrokerOptions {
  /** 0, the default, takes a free port. */
  port?: number;
  /** Closes the broker when aborted. */
  signal?: AbortSignal;
}

export interface Broker {
  /** `mqtt://127.0.0.1:port` */
  url: string;
  host: string;
  port: number;
  /** Cuts every connection, as a broker that restarts does; sessions and retained messages stay. */
  cutConnections(): void;
  close(): Promise<void>;
}

/** More than any message of ours needs; a broker that takes all it is given could be filled by anybody. */
const PACKET_BYTES_MAX = 256 * 1024;

/** @throws Error with one line that names the remedy, when the port is taken. */
export async function startBroker(options: BrokerOptions = {}): Promise<Broker> {
  options.signal?.throwIfAborted();
  const { port = 0, signal } = options;
  const host = '127.0.0.1';
  const aedes = await Aedes.createBroker({ maximumPacketSize: PACKET_BYTES_MAX, heartbeatInterval: 30_000 });
  const sockets = new Set<Socket>();
  const server = createServer(socket => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => {});
    socket.setNoDelay(true);
    aedes.handle(socket);
  });
  // A client that vanishes or talks nonsense is its own problem.
  aedes.on('clientError', () => {}).on('connectionError', () => {});
  const cutConnections = () => {
    for (const socket of sockets) socket.destroy();
  };
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? `port ${port} is taken` : error.message;
      aedes.close();
      reject(
        new Error(`no broker to start: ${reason} (give another port, or a running broker with --broker URL)`),
      );
    });
    server.listen(port, host, resolve);
  });
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= (async () => {
      signal?.removeEventListener('abort', close);
      const stopped = new Promise<void>(resolve => server.close(() => resolve()));
      await new Promise<void>(resolve => aedes.close(resolve));
      cutConnections();
      await stopped;
    })();
    return closing;
  };
  signal?.addEventListener('abort', close, { once: true });
  const address = server.address() as { port: number };
  return { url: `mqtt://${host}:${address.port}`, host, port: address.port, cutConnections, close };
}
