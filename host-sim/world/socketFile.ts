/** A place for a socket file of one's own, where the system has such files. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The shortest limit of a socket's path (macOS); its end is a byte of it. */
const PATH_BYTES_MAX = 103;

/** The place, in a folder that nobody else has. */
export class SocketFile {
  readonly path: string;
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.path = join(folder, 'rpc');
  }

  /** Undefined on Windows, and where temporary files lie too deep for the path of a socket. */
  static async create(): Promise<SocketFile | undefined> {
    if (process.platform === 'win32') return undefined;
    const prefix = join(tmpdir(), 'holdfast-chain-');
    if (Buffer.byteLength(prefix) + '123456/rpc'.length > PATH_BYTES_MAX) return undefined;
    return new SocketFile(await mkdtemp(prefix));
  }

  /** With the folder. Idempotent. */
  remove(): Promise<void> {
    return rm(this.#folder, { recursive: true, force: true });
  }
}
