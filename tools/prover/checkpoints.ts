/**
 * L2 at the prover: checkpoints that operators signed elsewhere, from a directory, and who could sign when. Sets of
 * keys are read from the fleets' events and kept as files, since nodes forget old events and boards may have slept
 * for years.
 */
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { equal } from '../../firmware/bytes/equal.js';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import type { Clock } from '../../firmware/port/clock.js';
import { checkpointHash, encodeCheckpoint } from '../../firmware/trust/checkpoint.js';
import {
  encodeRotation,
  isKeySet,
  isSignedBy,
  keySetHash,
  rotationHash,
} from '../../firmware/trust/checkpointKeys.js';
import {
  CHECKPOINT_FILE_BYTES_MAX,
  type CheckpointFile,
  checkpointEnding,
  checkpointOf,
  type KeysFile,
  keySetOf,
  keysEnding,
  keysFile,
  parseCheckpointFile,
  parseKeysFile,
  signaturesOf,
  signedCheckpoint,
  toText,
} from '../checkpoint/file.js';
import { readBoundedFile } from '../cli/boundedFile.js';
import type { ExecutionNode } from './executionNode.js';
import type { Watch } from './watch.js';

export interface CheckpointsOptions {
  clock: Clock;
  /** Directory of the files; made if it is not there. */
  directory: string;
  chainId(): Promise<number>;
  executions: readonly ExecutionNode[];
  watch: Watch;
}

const FILES_MAX = 1024;
/** Milliseconds after which directory and events are looked at again. */
const DIRECTORY_FRESHNESS_MS = 1_000;
const EVENTS_FRESHNESS_MS = 30_000;

const crypto = portableCrypto();

interface Known {
  stamp: string;
  checkpoint?: CheckpointFile;
  keys?: KeysFile;
}

export class Checkpoints {
  readonly #options: CheckpointsOptions;
  readonly #files = new Map<string, Known>();
  readonly #judged = new WeakMap<CheckpointFile, { sets: number; signed: boolean }>();
  #looked = Number.NEGATIVE_INFINITY;
  #asked = Number.NEGATIVE_INFINITY;
  #work: Promise<void> | undefined;

  constructor(options: CheckpointsOptions) {
    this.#options = options;
  }

  /** One that answers the challenge, else the newest; of that fleet where one is named. */
  async answer(challenge?: Uint8Array, fleet?: Uint8Array): Promise<Uint8Array | undefined> {
    await this.#look();
    const { chainId } = this.#options;
    const id = await chainId();
    const found = this.#checkpoints()
      .filter(file => file.chainId === id && (!fleet || equal(checkpointOf(file).fleet, fleet)))
      .filter(file => this.#isSigned(file))
      .map(file => ({ number: file.number, ...signedCheckpoint(file, challenge) }))
      .sort((a, b) => Number(b.fresh) - Number(a.fresh) || b.number - a.number);
    return found.length > 0 ? encodeCheckpoint(found[0].answer) : undefined;
  }

  /** The set that the one of that hash handed over to, in that fleet where one is named; the last, where it did so several times. */
  async rotation(outgoing: Uint8Array, fleet?: Uint8Array): Promise<Uint8Array | undefined> {
    const [hash, address] = [toHex(outgoing), fleet && toHex(fleet)];
    const found = (await this.#keySets()).filter(
      file => file.outgoing?.toLowerCase() === hash && (!address || file.fleet.toLowerCase() === address),
    );
    const last = found[found.length - 1];
    return last && encodeRotation({ incoming: keySetOf(last), signatures: signaturesOf(last) });
  }

  /** The set of that hash. */
  async keySet(hash: Uint8Array): Promise<Uint8Array | undefined> {
    const found = (await this.#keySets()).find(file => equal(keySetHash(crypto, keySetOf(file)), hash));
    return found && encodeRotation({ incoming: keySetOf(found), signatures: new Uint8Array(0) });
  }

  #checkpoints(): CheckpointFile[] {
    return [...this.#files.values()].flatMap(({ checkpoint }) => checkpoint ?? []);
  }

  /** By file name, so that those of later blocks come later. */
  async #keySets(): Promise<KeysFile[]> {
    await this.#look();
    return [...this.#files.entries()]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([, { keys }]) => keys ?? []);
  }

  #look(): Promise<void> {
    this.#work ??= this.#lookNow().finally(() => (this.#work = undefined));
    return this.#work;
  }

  async #lookNow(): Promise<void> {
    const now = this.#options.clock.monotonic();
    if (now - this.#looked >= DIRECTORY_FRESHNESS_MS) {
      await this.#readDirectory();
      this.#looked = now;
    }
    if (now - this.#asked < EVENTS_FRESHNESS_MS) return;
    this.#asked = now;
    const fleets = new Set(this.#checkpoints().map(({ fleet }) => fleet.toLowerCase()));
    for (const fleet of fleets) await this.#readEvents(fromHex(fleet, 20)!);
    if (fleets.size > 0) await this.#readDirectory();
  }

  async #readDirectory(): Promise<void> {
    const { directory, watch } = this.#options;
    await fs.mkdir(directory, { recursive: true });
    const names = (await fs.readdir(directory)).filter(
      name => name.endsWith(checkpointEnding) || name.endsWith(keysEnding),
    );
    if (names.length > FILES_MAX)
      watch.trouble('checkpoints', `more than ${FILES_MAX} files in ${directory}`);
    const wanted = new Set(names.slice(0, FILES_MAX));
    for (const name of this.#files.keys()) if (!wanted.has(name)) this.#files.delete(name);
    for (const name of wanted) {
      const path = join(directory, name);
      try {
        const { mtimeMs, size } = await fs.stat(path);
        const stamp = `${mtimeMs} ${size}`;
        if (this.#files.get(name)?.stamp === stamp) continue;
        this.#files.set(name, { stamp });
        const text = Buffer.from(readBoundedFile(path, CHECKPOINT_FILE_BYTES_MAX)).toString('utf8');
        if (name.endsWith(keysEnding)) this.#files.set(name, { stamp, keys: parseKeysFile(text) });
        else this.#files.set(name, { stamp, checkpoint: parseCheckpointFile(text) });
      } catch (error) {
        watch.trouble(`checkpoints ${name}`, `${name}: ${(error as Error).message}`);
      }
    }
  }

  /** True when enough keys of a known set signed it, or when no set is known: then only boards can tell. */
  #isSigned(file: CheckpointFile): boolean {
    const sets = [...this.#files.values()].flatMap(({ keys }) =>
      keys?.fleet.toLowerCase() === file.fleet.toLowerCase() ? keySetOf(keys) : [],
    );
    const judged = this.#judged.get(file);
    if (judged?.sets === sets.length) return judged.signed;
    const digest = checkpointHash(crypto, file.chainId, checkpointOf(file));
    const signatures = signaturesOf(file);
    const signed = sets.length === 0 || sets.some(set => isSignedBy(crypto, set, digest, signatures));
    const what = `the checkpoint of block ${file.number} for ${file.fleet}`;
    if (!signed) this.#options.watch.trouble(what, `${what} is not signed by enough keys of a known set`);
    this.#judged.set(file, { sets: sets.length, signed });
    return signed;
  }

  async #readEvents(fleet: Uint8Array): Promise<void> {
    const { directory, executions, watch } = this.#options;
    const chainId = await this.#options.chainId();
    for (const node of watch.order(executions)) {
      try {
        let outgoing: Uint8Array | undefined;
        for (const { handover, keys, number, place, threshold } of await node.checkpointKeys(fleet)) {
          const incoming = { threshold, keys };
          if (!isKeySet(incoming)) continue;
          const domain = { chainId, fleet };
          const signed =
            outgoing &&
            handover.length % 65 === 0 &&
            isSignedByKnown(
              await this.#setOf(outgoing),
              rotationHash(crypto, domain, outgoing, incoming),
              handover,
            );
          const before = signed && outgoing ? { outgoing, signatures: handover } : undefined;
          const name = `${toHex(fleet)}-${String(number).padStart(12, '0')}-${place}${keysEnding}`;
          await keep(join(directory, name), toText(keysFile(domain, incoming, before)));
          outgoing = keySetHash(crypto, incoming);
          this.#files.set(name, { stamp: '', keys: keysFile(domain, incoming, before) });
        }
        return;
      } catch (error) {
        watch.failed(node.name, error);
      }
    }
  }

  async #setOf(hash: Uint8Array) {
    for (const { keys } of this.#files.values())
      if (keys && equal(keySetHash(crypto, keySetOf(keys)), hash)) return keySetOf(keys);
    return undefined;
  }
}

const isSignedByKnown = (
  set: ReturnType<typeof keySetOf> | undefined,
  digest: Uint8Array,
  signatures: Uint8Array,
): boolean => set !== undefined && isSignedBy(crypto, set, digest, signatures);

/** Whole or not at all, and what is there stays. */
async function keep(path: string, text: string): Promise<void> {
  const known = await fs.readFile(path, 'utf8').catch(() => undefined);
  if (known === text) return;
  const temporary = `${path}.${process.pid}`;
  await fs.writeFile(temporary, text);
  await fs.rename(temporary, path);
}
