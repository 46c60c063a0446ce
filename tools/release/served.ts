/** A look at an image server: boards fetch by hash, from the servers that their owner named. */

const TIMEOUT_MS = 5000;

/** The files of a release as boards ask for them: path below the server's base URL → bytes. */
export type ReleaseFiles = ReadonlyMap<string, Uint8Array>;

/** The paths of the files that the server does not have, or has in another length; all of them when it cannot be asked. */
export async function missingFiles(server: string, files: ReleaseFiles): Promise<string[]> {
  const missing: string[] = [];
  for (const [path, bytes] of files) if (!(await has(server, path, bytes.length))) missing.push(path);
  return missing;
}

async function has(server: string, path: string, size: number): Promise<boolean> {
  try {
    const response = await fetch(`${server.replace(/\/$/, '')}/${path}`, {
      method: 'HEAD',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    });
    return response.ok && Number(response.headers.get('content-length')) === size;
  } catch {
    return false;
  }
}
