/**
 * The files of releases in pieces of a sector, for boards that reach only the broker. They are those of image servers,
 * under the same names, which are hashes: a file whose bytes do not fit its name is not passed on.
 */
import { writeNumber } from '../../firmware/bytes/bigEndian.js';
import { concat } from '../../firmware/bytes/concat.js';
import { toHex } from '../../firmware/bytes/hex.js';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import type { Clock } from '../../firmware/port/clock.js';
import { PIECE_HEAD_BYTES } from '../../firmware/update/brokerSource.js';
import { HASH_BYTES, SECTOR_BYTES, SectorTree } from '../../firmware/update/sectorTree.js';
import { firstAnswer } from './firstAnswer.js';
import { LeastRecentlyUsed } from './leastRecentlyUsed.js';
import { type Fetch, Lie, nodeName, request } from './upstream.js';
import type { Watch } from './watch.js';

/** The kinds of files, as image servers name their folders. */
export const fileKinds = ['images', 'manifests', 'sectors', 'deltas'] as const;
export type FileKind = (typeof fileKinds)[number];

/** A piece of a file that a board asks for. */
export interface FileQuestion {
  kind: FileKind;
  /** 64 hexadecimal digits. */
  name: string;
  /** The first byte. */
  from: number;
}

export interface ReleaseFilesOptions {
  /** Base URLs of image servers. */
  servers: readonly string[];
  clock: Clock;
  watch: Watch;
  timeoutMs: number;
  signal?: AbortSignal;
  fetch?: Fetch;
}

/** Bytes of a file: the largest slot that a board has is 3.5 MB. */
const FILE_BYTES_MAX = 8 * 1024 * 1024;
/** Files that are kept: those of a release and of the one before. */
const FILES_MAX = 6;

export class ReleaseFiles {
  readonly #options: ReleaseFilesOptions;
  readonly #servers: readonly { name: string; url: string }[];
  readonly #files = new LeastRecentlyUsed<Uint8Array>(FILES_MAX);
  /** Files on their way, so that many boards that ask for one fetch it once. */
  readonly #coming = new Map<string, Promise<Uint8Array | undefined>>();

  constructor(options: ReleaseFilesOptions) {
    this.#options = options;
    this.#servers = options.servers.map((url, i) => ({
      name: nodeName(url, i),
      url: url.replace(/\/$/, ''),
    }));
  }

  /** The length of the file (4 bytes) and its bytes from there on, a sector at most; undefined where nobody has them. */
  async piece({ from, kind, name }: FileQuestion): Promise<Uint8Array | undefined> {
    const file = await this.#file(kind, name);
    if (!file || from >= file.length) return undefined;
    const length = new Uint8Array(PIECE_HEAD_BYTES);
    writeNumber(length, 0, PIECE_HEAD_BYTES, file.length);
    return concat(length, file.subarray(from, from + SECTOR_BYTES));
  }

  async #file(kind: FileKind, name: string): Promise<Uint8Array | undefined> {
    const path = `/${kind}/${name}`;
    const known = this.#files.get(path);
    if (known) return known;
    let coming = this.#coming.get(path);
    if (!coming) {
      coming = this.#fetch(kind, name).finally(() => this.#coming.delete(path));
      this.#coming.set(path, coming);
    }
    const file = await coming;
    if (file) this.#files.set(path, file);
    return file;
  }

  #fetch(kind: FileKind, name: string): Promise<Uint8Array | undefined> {
    const { clock, fetch, signal, timeoutMs, watch } = this.#options;
    return firstAnswer(watch, this.#servers, async ({ url }) => {
      const given = { clock, bytesMax: FILE_BYTES_MAX, timeoutMs, signal, ...(fetch && { fetch }) };
      const { bytes } = await request(
        `${url}/${kind}/${name}`,
        { accept: 'application/octet-stream' },
        given,
      );
      if (hashOf(kind, bytes) !== name) throw new Lie('image_hash', `another file than ${kind}/${name}`);
      return bytes;
    });
  }
}

/** The name that a file of that kind has by its bytes. */
function hashOf(kind: FileKind, bytes: Uint8Array): string {
  const crypto = portableCrypto();
  if (kind === 'sectors') {
    const tree = new SectorTree(crypto);
    if (bytes.length === 0 || bytes.length % HASH_BYTES !== 0) return '';
    for (let at = 0; at < bytes.length; at += HASH_BYTES) tree.add(bytes.slice(at, at + HASH_BYTES));
    return toHex(tree.root()!).slice(2);
  }
  const hash = crypto.sha256();
  hash.update(bytes);
  return toHex(hash.digest()).slice(2);
}
