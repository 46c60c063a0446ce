/**
 * The app line of a board: the app that runs, from a slot of its own or built into the image, and the updates of it beside
 * those of the image.
 */

import type { App } from '../app/app.js';
import type { MakeApp } from '../app/board.js';
import * as face from '../app/face.js';
import { AppHost } from '../app/host.js';
import type { Records } from '../app/records.js';
import { toHex } from '../bytes/hex.js';
import { StoreKey } from '../ledger/keys.js';
import type { AppPlatform } from '../port/apps.js';
import type { Crypto } from '../port/crypto.js';
import type { Ports } from '../port/ports.js';
import { headerLength } from '../store/imageHeader.js';
import { APP_LINE } from '../update/appChain.js';
import { AppSlots, appInterface } from '../update/appSlots.js';
import type { UpdateChain } from '../update/facts.js';
import { UpdateLines } from '../update/lines.js';
import { encodeLine, type Line, parseLine } from '../update/progress.js';
import { type SettleOptions, settleUpdate } from '../update/settle.js';
import type { UpdateLine } from '../update/updateChainReader.js';
import { type UpdateIntake, Updates, type UpdatesOptions } from '../update/updates.js';
import type { KnownToBoard } from '../update/wanted.js';
import type { Identity } from './identity.js';
import { AppKey } from './identityKeys.js';
import type { Image } from './image.js';
import { slotsNumber } from './slots.js';
import type { AppStatus } from './status.js';

/** The board that an app line is of. */
export interface AppLineOptions {
  crypto: Crypto;
  identity: Identity;
  /** The running image. */
  image: Image;
  ports: Ports & { apps: AppPlatform };
  log(line: string): void;
}

/** Opens at the start, before any app is made: from then on the start counts for an app image on trial. */
export class AppLine {
  readonly #options: AppLineOptions;
  readonly #slots: AppSlots;
  /** 32 bytes: the hardware id of this board's apps. */
  readonly #hardware: Uint8Array;

  constructor(options: AppLineOptions) {
    const { crypto, identity, image, log, ports } = options;
    this.#options = options;
    this.#hardware = appInterface(crypto, image.hardware);
    this.#slots = new AppSlots({
      ...{ crypto, flash: ports.flash, hardware: this.#hardware },
      store: {
        get: () => identity.appRecords.get(AppKey.slots),
        put: record => identity.appRecords.put([[AppKey.slots, record]]),
      },
      inRecovery: ports.boot.running.state === 'recovery',
      restart: () => ports.boot.restart('update'),
    });
    const { running } = this.#slots;
    const { sha256, version } = this.#slots.image;
    if (this.runs)
      log(
        `app ${version} runs from slot ${running.slot} (${running.state}), its bytes hash to ${toHex(sha256)}`,
      );
  }

  /** True where an app image runs. */
  get runs(): boolean {
    return this.#slots.runs;
  }

  /** True where the app that runs was another owner's choice: its record is gone. */
  get isOthers(): boolean {
    return this.runs && !this.#slots.isUsed;
  }

  /** The app of the slots over the records; undefined where the built-in one runs. */
  get app(): ((records: Records) => App) | undefined {
    const bytes = this.#slots.takeBytes();
    if (!bytes) return undefined;
    const { running } = this.#slots;
    const { ports } = this.#options;
    const isConfirmed = ports.boot.running.state === 'confirmed' && running.state === 'confirmed';
    const load = () => ports.apps.load(bytes.subarray(headerLength), face) as MakeApp;
    return records => new AppHost({ ...ports, records, isConfirmed }, board => load()(board)).app;
  }

  /** The running app and both slots, for the signed status; undefined as long as there was no app image. */
  get status(): AppStatus | undefined {
    if (!this.#slots.isUsed) return undefined;
    const { idleSlot, image } = this.#slots;
    return { ...image, slots: slotsNumber(this.#slots, idleSlot) };
  }

  /** Settles the app's update of before the restart, as the image's. */
  async settle(options: Omit<SettleOptions, 'boot' | 'imageSha256' | 'known'>) {
    const { idleSlot, image } = this.#slots;
    const result = await settleUpdate({
      ...options,
      ...{ boot: this.#slots, idleSlot, known: this.#known, progressKey: StoreKey.appUpdate },
      imageSha256: image.sha256,
    });
    if (result.settled !== 'nothing') this.#options.log(`update of the app: ${result.settled}`);
    return result;
  }

  /** The updates of both lines; `options` are those of the image's, `chainOf` makes the reader of a line. */
  updates(options: UpdatesOptions, chainOf: (line: UpdateLine) => UpdateChain): UpdateIntake {
    const { crypto, identity, ports } = this.#options;
    const { idleSlot, image } = this.#slots;
    const apps = new Updates({
      ...options,
      ...{
        boot: this.#slots,
        chain: chainOf(APP_LINE),
        idleSlot,
        known: this.#known,
        progressKey: StoreKey.appUpdate,
      },
      image: { ...image, hardware: this.#hardware },
      refusal: body => ports.apps.refusal(body),
    });
    const beforeDownload = () => apps.endDownload('an image is downloaded');
    const images = new Updates({ ...options, beforeDownload });
    const { onSettled } = options;
    return new UpdateLines({ images, apps, crypto, imageChannel: () => identity.line?.channel, onSettled });
  }

  /** The owner, and the line of apps in the place of that of images. */
  get #known(): KnownToBoard {
    const { identity } = this.#options;
    return {
      get ownership() {
        return identity.ownership;
      },
      get line() {
        return parseLine(identity.appRecords.get(AppKey.line));
      },
      set line(line: Line | undefined) {
        identity.appRecords.put([[AppKey.line, line && encodeLine(line)]]);
      },
    };
  }
}
