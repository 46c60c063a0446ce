/** Whether an image server has an image: boards fetch by hash, from wherever their owner told them. */

const TIMEOUT_MS = 5000;

/** Undefined when the server could not be asked. */
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
