/** A TCP relay that counts: put before each of the places that a board reaches, they tell what it takes and holds open. */
import net from 'node:net';
import { listenFor } from './listenFor.js';

/** The traffic through all relays that share it. */
export interface Traffic {
  /** Bytes towards the board, and from it, without those of TCP itself. */
  received: number;
  sent: number;
  /** Connections that are open now, and the greatest number at once. */
  open: number;
  openMax: number;
}

/** Nothing yet. */
export const noTraffic = (): Traffic => ({ received: 0, sent: 0, open: 0, openMax: 0 });

/** A running relay. */
export interface Relay {
  /** The given URL with the relay's own host and port. */
  url: string;
  /** Idempotent. Cuts what is under way. */
  close(): Promise<void>;
}

/** Relays to the host and port of `url` (of any scheme), counting in `traffic`. @throws Error when no port is free */
export async function startRelay(url: string, traffic: Traffic): Promise<Relay> {
  const { hostname: host, port } = new URL(url);
  const sockets = new Set<net.Socket>();
  const server = net.createServer(board => {
    const far = net.connect({ host, port: Number(port) });
    traffic.open++;
    traffic.openMax = Math.max(traffic.openMax, traffic.open);
    board.once('close', () => traffic.open--);
    board.on('data', bytes => {
      traffic.sent += bytes.length;
    });
    far.on('data', bytes => {
      traffic.received += bytes.length;
    });
    for (const [one, other] of [
      [board, far],
      [far, board],
    ] as const) {
      sockets.add(one);
      one.setNoDelay(true);
      one.on('error', () => other.destroy());
      one.once('close', () => sockets.delete(one));
      one.pipe(other);
    }
  });
  const own = await listenFor(url, server);
  let closing: Promise<void> | undefined;
  return {
    url: own,
    close: () => {
      closing ??= new Promise(resolve => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      });
      return closing;
    },
  };
}
