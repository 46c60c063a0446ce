/** A look at an image server: boards fetch images by hash, from the servers that their owner named. */

const TIMEOUT_MS = 5000;

/** True when the server has an image of that SHA-256 (0x…) and size in bytes; undefined when it could not be asked. */
export async function isServed(server: string, sha256: string, size: number): Promise<boolean | undefined> {
  try {
    const address = `${server.replace(/\/$/, '')}/images/${sha256.slice(2)}`;
    const response = await fetch(address, {
      method: 'HEAD',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    });
    return response.ok && Number(response.headers.get('content-length')) === size;
  } catch {
    return undefined;
  }
}
