/** A place of this machine that stands for another one. */
import type { AddressInfo, Server } from 'node:net';

/**
 * Lets the server listen on a free port, and gives `url` (of any scheme) with that host and port.
 *
 * @param host an address of this machine
 * @throws Error when no port is free, or the address is not of this machine
 */
export async function listenFor(url: string, server: Server, host = '127.0.0.1'): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, resolve);
  });
  const own = new URL(url);
  own.hostname = host;
  own.port = `${(server.address() as AddressInfo).port}`;
  return own.href.replace(/\/$/, '');
}
