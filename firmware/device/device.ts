/** The device, from power-on to operation. A firmware's main module calls `run` and nothing else. */

import { type App, NO_APP } from '../app/app.js';
import { forgottenRecords, type Records } from '../app/records.js';
import { fromHex, toHex } from '../bytes/hex.js';
import { deviceAddress } from '../contract/create2.js';
import { portableCrypto } from '../crypto/portable.js';
import { settleTrust } from '../handover/settleTrust.js';
import { Ledger } from '../ledger/ledger.js';
import type { Bls } from '../port/bls.js';
import type { Crypto } from '../port/crypto.js';
import type { Ports } from '../port/ports.js';
import type { Journal } from '../store/journal.js';
import type { TrustConfiguration } from '../trust/configuration.js';
import { settleUpdate } from '../update/settle.js';
import type { AppLine, AppLineOptions } from './appLine.js';
import { AppRecords } from './appRecords.js';
import { signClaim } from './claiming.js';
import type { Connections } from './connections.js';
import { answerConsoleTrust, parseConsoleTrust } from './consoleTrust.js';
import type { Identity } from './identity.js';
import { type Image, runningImage } from './image.js';
import { Operation } from './operation.js';
import { configure, identify, type ProvisioningOptions, possess } from './provisioning.js';
import { rotateKey } from './rotation.js';
import { openStore } from './store.js';
import { TelemetryRing } from './telemetryRing.js';
import { finishWipe, markForWipe } from './wipe.js';

/** An app, or what makes one over the records that it keeps in flash. */
type AppSource = App | ((records: Records) => App);

/** Opens the app line of a board that has one. */
type OpenAppLine = (board: Omit<AppLineOptions, 'ports'>) => AppLine;

/**
 * Starts the device. An error that it cannot go on from is thrown, and the platform restarts the board.
 *
 * @example
 * export const start = (ports: Ports): void => run(ports, relay(ports.pins));
 */
export function run(ports: Ports, app: AppSource, openAppLine?: OpenAppLine): void {
  void new Device(ports, app, openAppLine).start();
}

/** Batches of telemetry that wait in memory where there is no flash for them. */
const UNKEPT_BATCHES_MAX = 2;

class Device {
  readonly #app: App;
  readonly #appLine: AppLine | undefined;
  readonly #crypto: Crypto;
  /** Both undefined when the identity cannot be read. */
  readonly #identity: Identity | undefined;
  readonly #journal: Journal | undefined;
  readonly #image: Image;
  readonly #ports: Ports;
  /** Undefined where the app keeps nothing in flash. */
  readonly #records: AppRecords | undefined;
  #operation: Operation | undefined = undefined;
  /** Resolves when the board is in operation, or waits to be configured. */
  #operating: Promise<void> = Promise.resolve();

  constructor(ports: Ports, app: AppSource, openAppLine?: OpenAppLine) {
    this.#ports = ports;
    this.#crypto = ports.crypto ?? portableCrypto();
    this.#image = runningImage(this.#crypto, ports.boot.running);
    const { entropy, flash } = ports;
    finishWipe(ports);
    const store = openStore({ crypto: this.#crypto, entropy, flash });
    this.#identity = store?.identity;
    this.#journal = store?.journal;
    const [crypto, identity, image] = [this.#crypto, this.#identity, this.#image];
    this.#appLine = identity && openAppLine?.({ crypto, identity, image, log: line => this.#log(line) });
    if (ports.boot.running.state === 'recovery') {
      this.#app = NO_APP;
      this.#log('recovery: it failed again and again, or never confirmed: its app is not started');
    } else if (typeof app === 'function') {
      this.#records = this.#identity && this.#recordsOf(this.#identity, 'app');
      this.#app = (this.#appLine?.app ?? app)(this.#records ?? forgottenRecords());
    } else {
      this.#app = app;
    }
  }

  #recordsOf(identity: Identity, name: 'app' | 'telemetry'): AppRecords {
    const { entropy, flash } = this.#ports;
    return new AppRecords({
      crypto: this.#crypto,
      entropy,
      key: identity.journalKey(entropy).key,
      log: line => this.#log(line),
      owner: () => identity.ownership.owner,
      partition: () => flash.open(name),
    });
  }

  /** The ring in flash, or one of memory where the partition table is an old one. */
  #telemetryRing(identity: Identity): TelemetryRing {
    const { flash } = this.#ports;
    if (flash.open('telemetry').size === 0) return new TelemetryRing(forgottenRecords(), UNKEPT_BATCHES_MAX);
    return new TelemetryRing(this.#recordsOf(identity, 'telemetry'));
  }

  async start(): Promise<void> {
    this.#app.start?.();
    if (this.#identity?.locked) this.#app.lock?.();
    const { boot, console } = this.#ports;
    const { slot, state } = boot.running;
    const { sha256, version } = this.#image;
    this.#log(`image ${version} runs from slot ${slot} (${state}), its bytes hash to ${toHex(sha256)}`);
    console.onRequest((method, parameters) => this.#request(method, parameters));
    if (!this.#identity) {
      this.#log(
        'the identity of this board cannot be read, so it obeys nobody; a factory reset makes a new one',
      );
      return;
    }
    this.#log(`key ${toHex(this.#identity.address)}, Device ${toHex(this.#addressOf(this.#identity))}`);
    await this.#operate(this.#identity);
  }

  /** Begins operation anew. One at a time, because two would write the same store. */
  #operate(identity: Identity): Promise<void> {
    this.#operating = this.#operating.then(() => this.#begin(identity));
    return this.#operating;
  }

  /** Begins operation as soon as the board knows whom to trust and where to connect. */
  async #begin(identity: Identity): Promise<void> {
    const { configuration, connections } = identity;
    if (!configuration || !connections) {
      this.#log('waits at its console to be configured');
      return;
    }
    const before = this.#operation;
    this.#operation = undefined;
    await before?.close();
    await this.#open(identity, configuration, connections);
  }

  /** Settles the update of before the restart, then opens an operation. */
  async #open(
    identity: Identity,
    configuration: TrustConfiguration,
    connections: Connections,
  ): Promise<void> {
    const { boot, clock, flash } = this.#ports;
    const domain = { chainId: configuration.chainId, verifyingContract: this.#addressOf(identity) };
    const shared = {
      app: this.#app,
      crypto: this.#crypto,
      idleSlot: flash.open(boot.running.slot === 'A' ? 'slotB' : 'slotA'),
      ledger: new Ledger({
        journal: this.#journal!,
        crypto: this.#crypto,
        domain,
        privateKey: identity.privateKey,
        imageHash: this.#image.sha256,
        epoch: identity.ownership.epoch,
      }),
    };
    const trusted = settleTrust({ crypto: this.#crypto, keeper: identity, ledger: shared.ledger });
    const { receipt, settled } = await settleUpdate({
      ...shared,
      boot,
      clock,
      imageSha256: this.#image.sha256,
      known: identity,
    });
    if (settled !== 'nothing') this.#log(`update: ${settled}`);
    if (settled === 'rolling back') return;
    const ofApp = await this.#appLine?.settle({ ...shared, clock });
    if (ofApp?.settled === 'rolling back') return;
    const operation = new Operation({
      ...shared,
      appLine: this.#appLine,
      bls: configuration.light && (await this.#bls()),
      configuration,
      connections,
      domain,
      identity,
      image: this.#image,
      loadBls: () => this.#bls(),
      log: line => this.#log(line),
      onRetired: () => void this.#wipe(),
      onKeyChanged: () => void this.#operate(identity),
      onTrustChanged: () => void this.#beginUnderNewTrust(identity),
      ports: this.#ports,
      telemetryRing: this.#app.reports && (() => this.#telemetryRing(identity)),
    });
    this.#operation = operation;
    for (const told of [trusted, receipt, ofApp?.receipt]) if (told) operation.publishReceipt(told);
    operation.recover();
  }

  /** The app of a board that changed hands begins anew as well: what it keeps, and knows, is of another owner. */
  async #beginUnderNewTrust(identity: Identity): Promise<void> {
    if (!this.#records?.isOthers && !this.#appLine?.isOthers) return this.#operate(identity);
    const ended = this.#operation;
    this.#operation = undefined;
    await ended?.close();
    this.#log('restarts, because the app, or what it keeps, is of another owner');
    this.#ports.boot.restart('update');
  }

  /** Erases all that a retired board knows, and starts as a blank one. */
  async #wipe(): Promise<void> {
    const { boot, flash } = this.#ports;
    const ended = this.#operation;
    this.#operation = undefined;
    await ended?.close();
    markForWipe(flash);
    finishWipe(this.#ports);
    this.#log('retired for ever: key, trust and journal are erased');
    boot.restart('update');
  }

  /** The BLS port. The portable one is loaded only here, because a board with a native one has no room to waste. */
  async #bls(): Promise<Bls> {
    return this.#ports.bls ?? (await import('../beacon/portableBls.js')).portableBls();
  }

  /** Answers a request at the local console; throws an error whose message is for the person there. */
  async #request(method: string, parameters: unknown): Promise<unknown> {
    const identity = this.#identity;
    if (!identity)
      throw new Error('the identity of this board cannot be read; a factory reset makes a new one');
    const options: ProvisioningOptions = {
      crypto: this.#crypto,
      identity,
      registration: async () => {
        // Right after it was configured, the board may still be on its way into operation.
        await this.#operating;
        return this.#operation?.registration() ?? 'the board is not connected';
      },
      onConfigured: () => void this.#operate(identity),
    };
    if (method === 'identify') return this.#describe(options);
    if (identity.locked && method !== 'deliver') throw new Error('the board is held');
    if (method === 'configure') return configure(options, parameters);
    if (method === 'possess') return possess(options, parameters);
    if (method === 'claim') return signClaim(options, parameters);
    if (method === 'rotateKey') {
      return rotateKey({ ...options, entropy: this.#ports.entropy }, parameters);
    }
    if (method === 'trust') return this.#setTrust(identity, parameters);
    if (method === 'deliver') return this.#deliver(parameters);
    throw new Error(`no such method: ${method.slice(0, 40)}`);
  }

  #describe(options: ProvisioningOptions): unknown {
    const { hardware, sha256, version } = this.#image;
    return { ...identify(options), version, image: toHex(sha256), hardware: toHex(hardware) };
  }

  async #setTrust(identity: Identity, parameters: unknown): Promise<unknown> {
    const asked = parseConsoleTrust(parameters);
    await this.#operating;
    const verdict = await this.#operation?.setTrust(asked);
    if (!verdict) throw new Error('the board is not connected');
    return answerConsoleTrust(verdict, identity.configurationHash);
  }

  /** Takes a message by wire instead of by broker: the path does not matter. */
  #deliver(parameters: unknown): unknown {
    const { bytes, kind } = (parameters ?? {}) as { bytes?: unknown; kind?: unknown };
    const message = fromHex(bytes);
    if (!message || (kind !== 'envelope' && kind !== 'offer' && kind !== 'trust')) {
      throw new Error('kind is envelope, offer or trust, bytes are hexadecimal');
    }
    return { taken: this.#operation?.deliver(kind, message) ?? false };
  }

  /** The address (20 bytes) of the board's Device. */
  #addressOf(identity: Identity): Uint8Array {
    return deviceAddress(this.#crypto, identity.originalAddress);
  }

  /** Logs a line with the board's profile and level, so that weak grounds for belief are seen in every line. */
  #log(line: string): void {
    const configuration = this.#identity?.configuration;
    const profile = configuration
      ? `${configuration.profile} L${configuration.policies.command.level}`
      : 'development, not configured';
    this.#ports.console.log(`[${profile}] ${line}`);
  }
}
