/** A place of this machine that stands for another one. */
import type { AddressInfo, Server } from 'node:net';

/** Lets the server listen on a free port, and gives `url` (of any scheme) with that host and port. @throws Error when none is free */
export async function listenFor(url: string, server: Server): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const own = new URL(url);
  own.hostname = '127.0.0.1';
  own.port = `${(server.address() as AddressInfo).port}`;
  return own.href.replace(/\/$/, '');
}
