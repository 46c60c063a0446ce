/** A TCP proxy that keeps every byte that goes through it, of each direction of each connection by itself. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export interface RecordingProxy {
  port: number;
  /** Everything so far: the bytes of a direction in one piece, so that nothing is missed where they were cut. */
  recorded(): Buffer[];
  close(): Promise<void>;
}

export async function recordingProxy(upstream: { host: string; port: number }): Promise<RecordingProxy> {
  const streams: Buffer[][] = [];
  const sockets = new Set<Socket>();
  const server = createServer(near => {
    const far = connect(upstream.port, upstream.host);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ]) {
      const stream: Buffer[] = [];
      streams.push(stream);
      sockets.add(from);
      from.on('data', data => {
        stream.push(data);
        to.write(data);
      });
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    recorded: () => streams.map(stream => Buffer.concat(stream)),
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
