/**
 * A board in the emulator with everything around it that is real, and a supply that fails: the emulator is killed,
 * and nobody clears up. What its image did is seen at the console, which passes everything that left the board.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { equal } from '../../../../firmware/bytes/equal.js';
import { toHex } from '../../../../firmware/bytes/hex.js';
import { encodeImage, headerLength } from '../../../../firmware/store/imageHeader.js';
import { encodeOffer } from '../../../../firmware/update/offer.js';
import { flashBoard } from '../../../../host-sim/board/flashing.js';
import { type BuiltImage, buildImage } from '../../../../host-sim/image/build.js';
import type { Hello } from '../../../../host-sim/node/board/consoleLine.js';
import { partitionFile } from '../../../../host-sim/node/flash/fileFlash.js';
import { makeManifest } from '../../../../host-sim/node/manifest.js';
import { type Board, startBoard } from '../../../../host-sim/process/board.js';
import { hardwareId } from '../../../../tools/demo/images.js';
import { type Order, placeOrder } from '../../../../tools/demo/orders.js';
import { approve, publish, type Release, releaseOf } from '../../../../tools/demo/releases.js';
import { createSetting, type Setting } from '../../../../tools/demo/setting.js';
import type { SeenReceipt } from '../../../../tools/operator/boardChannel.js';
import { slotHash } from './flashState.js';

/** Its action is not idempotent, and each time that it runs it says so at the console. */
const source = `
import * as v from 'valibot';
import { action, defineApp } from './firmware/app/app.js';
import { run } from './firmware/device/device.js';
import type { Ports } from './firmware/port/ports.js';

export function start(ports: Ports): void {
  const once = action({
    params: v.strictObject({ n: v.pipe(v.number(), v.integer()) }),
    run: ({ n }) => {
      ports.console.log('effect ' + n);
      return { n };
    },
  });
  run(ports, defineApp({ name: 'count', actions: { once }, healthy: () => true }));
}
`;

/** When the power fails: so long after the start, or so long after the n-th change of a partition. */
export interface Instant {
  changes: number;
  of: 'journal' | 'boot';
  milliseconds: number;
}

export interface Victim extends Order {
  n: number;
}

export class CutWorld {
  readonly setting: Setting;
  board!: Board;
  /** The number of times that the effect of order n was seen. */
  readonly effects = new Map<number, number>();
  /** Receipts by the board's own key: envelope hash → its outcomes, in the order in which they came. */
  readonly receipts = new Map<string, string[]>();
  /** SHA-256 of every image that ever was flashed, or published and approved → its version. */
  readonly approved = new Map<string, number>();
  /** Starts of anything else, which there must be none of. */
  readonly strangers: string[] = [];
  readonly #image: BuiltImage;
  #key = '';
  /** Challenges of all boots, and those of the boots before this one. */
  readonly #challenges = new Set<string>();
  #before: ReadonlySet<string> = new Set();
  #orders = 0;
  readonly #recent: string[] = [];

  /** @param line by default one that loses nothing of what left the board when the emulator is killed */
  static async open(line: 'pty' | 'stdio' = 'stdio'): Promise<CutWorld> {
    const image = await buildImage({
      ...{ target: 'rv32', name: 'count', version: 1, hardware: hardwareId, source },
    });
    const setting = await createSetting({
      engine: 'rv32',
      level: 1,
      ports: { chain: 0, broker: 0, images: 0 },
      signal: new AbortController().signal,
      onBoardLine() {},
      onEvent() {},
    });
    const world = new CutWorld(setting, image);
    try {
      await world.#begin(line);
    } catch (error) {
      await world.close();
      throw error;
    }
    return world;
  }

  private constructor(setting: Setting, image: BuiltImage) {
    this.setting = setting;
    this.#image = image;
  }

  get directory(): string {
    return this.setting.directory;
  }

  async close(): Promise<void> {
    await this.board?.close();
    await this.setting.close();
  }

  async #begin(line: 'pty' | 'stdio'): Promise<void> {
    const { boardChannel, device } = this.setting;
    this.#key = (await (await this.setting.as('owner')).device.read(device)).key;
    boardChannel.on('receipt', ({ receipt, signer }) => {
      if (signer !== this.#key) return;
      const hash = toHex(receipt.envelopeHash);
      this.receipts.set(hash, [...(this.receipts.get(hash) ?? []), receipt.outcome]);
    });
    boardChannel.on('status', ({ challenge }) => void this.#challenges.add(toHex(challenge)));
    this.#challenges.add(toHex((await boardChannel.status()).challenge));
    this.#before = new Set(this.#challenges);
    // The same board, with an image that counts.
    await this.setting.board.close();
    flashBoard(this.directory, this.#image.bytes);
    this.approved.set(toHex(this.#image.sha256), 1);
    this.board = await startBoard({
      directory: this.directory,
      engine: { name: 'rv32', line },
      onLog: line => {
        this.#happened(line);
        const n = /^effect (\d+)$/.exec(line)?.[1];
        if (n !== undefined) this.effects.set(Number(n), (this.effects.get(Number(n)) ?? 0) + 1);
      },
    });
    this.board.on('hello', hello => this.#started(hello));
    this.board.on('ended', ({ detail, why }) => this.#happened(`ended, ${why}: ${detail}`));
    await this.#connected();
  }

  #failure(message: string): Error {
    return new Error(`${message} What it did last: ${this.#recent.join('; ')}`);
  }

  #happened(what: string): void {
    this.#recent.push(what);
    if (this.#recent.length > 12) this.#recent.shift();
  }

  #started({ length, slot, version }: Hello): void {
    this.#before = new Set(this.#challenges);
    this.#happened(`version ${version} starts`);
    const approved = this.approved.get(slotHash(this.directory, slot, length));
    if (approved !== version) this.strangers.push(`version ${version} in slot ${slot}`);
  }

  /** Waits until the board has signed a status of this boot: its challenge is new. */
  async #connected(): Promise<void> {
    const { boardChannel } = this.setting;
    try {
      await boardChannel.statusWhere(({ challenge }) => !this.#before.has(toHex(challenge)), 60_000);
    } catch (error) {
      throw this.#failure((error as Error).message);
    }
  }

  /** An order that carries the challenge of this boot, linked and final. */
  async order(): Promise<Victim> {
    const n = ++this.#orders;
    return { n, ...(await placeOrder(this.setting, 'count.once', { n })) };
  }

  /** After a restart of its own: first waits until it is back at its broker. */
  async connectedOrder(): Promise<Victim> {
    await this.#connected();
    return this.order();
  }

  async deliver(order: Order): Promise<void> {
    await this.setting.boardChannel.send('envelope', order.bytes);
  }

  async offer(release: Release): Promise<void> {
    await this.setting.boardChannel.send('offer', encodeOffer(release.offer));
  }

  outcomes(hash: Uint8Array): readonly string[] {
    return this.receipts.get(toHex(hash)) ?? [];
  }

  /** Resolves when a receipt for it has come since the call; an old one is sent again when it is delivered again. */
  receiptOf(hash: Uint8Array, milliseconds = 60_000): Promise<string> {
    const { boardChannel } = this.setting;
    return new Promise((resolve, reject) => {
      const late = () => end(() => reject(this.#failure(`no receipt of ${toHex(hash)} in time.`)));
      const timer = setTimeout(late, milliseconds);
      const end = (settle: () => void) => {
        clearTimeout(timer);
        boardChannel.off('receipt', take);
        settle();
      };
      const take = ({ receipt, signer }: SeenReceipt) => {
        if (signer === this.#key && equal(receipt.envelopeHash, hash)) end(() => resolve(receipt.outcome));
      };
      boardChannel.on('receipt', take);
    });
  }

  /** Delivers them and waits for the receipts of all. */
  async settle(...orders: Victim[]): Promise<void> {
    const receipts = orders.map(order => this.receiptOf(order.hash));
    for (const order of orders) await this.deliver(order);
    await Promise.all(receipts);
  }

  /** The same code as another version: published by the vendor, approved by the owner, both final. */
  async release(version: number): Promise<Release> {
    const bytes = encodeImage(version, hardwareId, this.#image.bytes.subarray(headerLength));
    const sha256 = new Uint8Array(createHash('sha256').update(bytes).digest());
    const manifest = makeManifest(bytes, version, hardwareId, this.#image.manifest.document);
    const release = releaseOf(this.setting, version, { ...this.#image, bytes, sha256, manifest });
    this.setting.images.put(bytes, manifest.head);
    await publish(this.setting, release);
    await approve(this.setting, release);
    this.approved.set(toHex(sha256), version);
    return release;
  }

  /** Kills the emulator at this instant of what has just begun, and leaves the board off. Milliseconds that it ran on. */
  async cut({ changes, milliseconds, of }: Instant, patience: number): Promise<number> {
    const began = performance.now();
    const since = () => performance.now() - began;
    const watch = changes > 0 ? watching(partitionFile(this.directory, of)) : undefined;
    for (let seen = 0, last = -quiet; watch && seen < changes && since() < patience; ) {
      await new Promise(setImmediate);
      if (!watch.changed()) continue;
      if (since() - last >= quiet) seen++;
      last = since();
    }
    watch?.close();
    const at = since() + milliseconds;
    while (since() < at)
      await new Promise(at - since() > 3 ? resolve => setTimeout(resolve, 1) : setImmediate);
    const ended = once(this.board, 'ended');
    const took = since();
    if (killEmulator(this.directory)) await ended;
    await this.board.powerCut();
    return took;
  }

  /** On again, until it is back at its broker. */
  async powerOn(): Promise<Hello> {
    const hello = await this.board.powerOn();
    await this.#connected();
    return hello;
  }

  /** It comes up again by itself, for the `restarts`-th time. */
  async restarted(restarts: number): Promise<void> {
    await this.board.waitForRestart(restarts);
    await this.#connected();
  }
}

/** Milliseconds without a change after which the next is another: an erase and what is written after it are one. */
const quiet = 10;

/** False when no emulator of this board runs: the board is between two runs. */
function killEmulator(directory: string): boolean {
  try {
    const pid = Number(readFileSync(join(directory, 'emulator.pid'), 'utf8'));
    if (!readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(directory)) return false;
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}

/** The emulator writes into a mapped file: its times say nothing, its content does. */
function watching(file: string) {
  const descriptor = openSync(file, 'r');
  let before = Buffer.alloc(0);
  const read = () => {
    const bytes = Buffer.alloc(64 * 1024);
    return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, 0));
  };
  before = read();
  return {
    changed(): boolean {
      const now = read();
      const changed = !now.equals(before);
      before = now;
      return changed;
    },
    close: () => closeSync(descriptor),
  };
}
