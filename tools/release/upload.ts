/** Files of a release, brought to an image server that takes uploads: each under its own hash. */
import type { ReleaseFiles } from './served.js';

const TIMEOUT_MS = 30_000;

/** The paths that the server did not take, with its reason; files named otherwise than by their SHA-256 are its own work. */
export async function uploadFiles(server: string, files: ReleaseFiles): Promise<string[]> {
  const refused: string[] = [];
  for (const [path, bytes] of files) {
    if (path.startsWith('sectors/')) continue;
    const reason = await put(`${server.replace(/\/$/, '')}/${path}`, bytes);
    if (reason) refused.push(`${path} (${reason})`);
  }
  return refused;
}

async function put(url: string, bytes: Uint8Array): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      method: 'PUT',
      body: Uint8Array.from(bytes),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error',
    });
    return response.ok ? undefined : `${response.status}`;
  } catch (error) {
    return (error as Error).message;
  }
}
