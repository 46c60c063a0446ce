/** The Network port over the host's sockets, and what hands their events to the image. */
import type { Network, SocketOptions } from '../../../firmware/port/socket.js';
import type { Host } from './host.js';

export interface HostNetwork extends Network {
  readable(id: number, count: number): void;
  writable(id: number, count: number): void;
  closed(id: number, cause: string | undefined): void;
}

export function hostNetwork(host: Host): HostNetwork {
  const sockets = new Map<number, SocketOptions>();
  let lastId = 0;
  return {
    connect(options) {
      const id = ++lastId;
      // There is no TLS here; the image is told as of a connection that failed.
      if (options.secure) host.connect(id, '', 0);
      else host.connect(id, `${options.host}`, +options.port);
      sockets.set(id, options);
      return {
        read(count) {
          const buffer = host.read(id, count === undefined ? -1 : +count);
          return buffer && new Uint8Array(buffer);
        },
        write: bytes => host.write(id, bytes),
        close() {
          if (sockets.delete(id)) host.close(id);
        },
      };
    },
    readable: (id, count) => sockets.get(id)?.onReadable(count),
    writable: (id, count) => sockets.get(id)?.onWritable(count),
    closed(id, cause) {
      const options = sockets.get(id);
      sockets.delete(id);
      options?.onClosed(cause);
    },
  };
}
