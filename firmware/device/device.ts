/** The device: from power-on to operation. A firmware's main module calls `run` and nothing else. */

import type { App } from '../app/app.js';
import { fromHex, toHex } from '../bytes/hex.js';
import { deviceAddress } from '../contract/create2.js';
import { portableCrypto } from '../crypto/portable.js';
import { StoreKey } from '../ledger/keys.js';
import { Ledger } from '../ledger/ledger.js';
import type { PublishedReceipt } from '../ledger/receiptWire.js';
import type { Bls } from '../port/bls.js';
import type { Crypto } from '../port/crypto.js';
import type { Ports } from '../port/ports.js';
import type { Journal } from '../store/journal.js';
import { encodeLine } from '../update/progress.js';
import { settleUpdate } from '../update/settle.js';
import type { Identity } from './identity.js';
import { type Image, runningImage } from './image.js';
import { Operation } from './operation.js';
import { configure, identify, type ProvisioningOptions, possess } from './provisioning.js';
import { openStore } from './store.js';

/** Starts the device. What it cannot go on from is thrown, and the platform restarts the board. */
export function run(ports: Ports, app: App): void {
  void new Device(ports, app).start();
}

class Device {
  readonly #app: App;
  readonly #crypto: Crypto;
  readonly #identity: Identity | undefined;
  readonly #image: Image;
  readonly #journal: Journal | undefined;
  readonly #ports: Ports;
  #operation: Operation | undefined;
  #operating: Promise<void> = Promise.resolve();

  constructor(ports: Ports, app: App) {
    this.#ports = ports;
    this.#app = app;
    this.#crypto = ports.crypto ?? portableCrypto();
    this.#image = runningImage(this.#crypto, ports.boot.running);
    const { entropy, flash } = ports;
    const store = openStore({ crypto: this.#crypto, entropy, flash });
    this.#identity = store?.identity;
    this.#journal = store?.journal;
  }

  async start(): Promise<void> {
    this.#app.start?.();
    const { boot, console } = this.#ports;
    const { slot, state } = boot.running;
    const { sha256, version } = this.#image;
    this.#log(`image ${version} runs from slot ${slot} (${state}), its bytes hash to ${toHex(sha256)}`);
    console.onRequest((method, parameters) => this.#request(method, parameters));
    if (!this.#identity) {
      this.#log('the identity cannot be read: this board is nobody. A factory reset makes it a new one');
      return;
    }
    this.#log(`key ${toHex(this.#identity.address)}, Device ${toHex(this.#device(this.#identity))}`);
    await this.#operate(this.#identity);
  }

  /** Begins operation anew. One at a time: two would write the same store. */
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
    const crypto = this.#crypto;
    const domain = { chainId: configuration.chainId, verifyingContract: this.#device(identity) };
    const ledger = new Ledger({
      journal: this.#journal!,
      crypto,
      domain,
      privateKey: identity.privateKey,
      imageHash: this.#image.sha256,
    });
    const { boot, flash } = this.#ports;
    const idleSlot = flash.open(boot.running.slot === 'A' ? 'slotB' : 'slotA');
    const imageSha256 = this.#image.sha256;
    const { receipt, settled } = await settleUpdate({
      app: this.#app,
      boot,
      clock: this.#ports.clock,
      crypto,
      idleSlot,
      imageSha256,
      ledger,
    });
    if (settled !== 'nothing') this.#log(`update: ${settled}`);
    if (settled === 'rolling back') return;
    this.#operation = new Operation({
      app: this.#app,
      bls: configuration.light && (await this.#bls()),
      configuration,
      connections,
      crypto,
      domain,
      identity,
      idleSlot,
      image: this.#image,
      ledger,
      log: line => this.#log(line),
      ports: this.#ports,
    });
    this.#announce(receipt);
    this.#operation.recover();
  }

  /** The portable face is loaded only here: most of it would be in the way of a board that does without. */
  async #bls(): Promise<Bls> {
    return this.#ports.bls ?? (await import('../beacon/portableBls.js')).portableBls();
  }

  #announce(receipt: PublishedReceipt | undefined): void {
    if (receipt) this.#operation?.publishReceipt(receipt);
  }

  async #request(method: string, parameters: unknown): Promise<unknown> {
    const identity = this.#identity;
    if (!identity) throw new Error('the identity of this board cannot be read');
    const options: ProvisioningOptions = {
      crypto: this.#crypto,
      identity,
      registration: async () => {
        // Asked right after it was configured, the board may still be on its way into operation.
        await this.#operating;
        return this.#operation?.registration() ?? 'the board is not connected';
      },
      onConfigured: () => void this.#operate(identity),
      onPossession: channel => this.#journal!.put([[StoreKey.channel, encodeLine({ channel, floor: 0 })]]),
    };
    if (method === 'identify') return this.#describe(options);
    if (method === 'configure') return configure(options, parameters);
    if (method === 'possess') return possess(options, parameters);
    if (method === 'deliver') return this.#deliver(parameters);
    throw new Error(`no such method: ${method.slice(0, 40)}`);
  }

  #describe(options: ProvisioningOptions): unknown {
    const { hardware, sha256, version } = this.#image;
    return { ...identify(options), version, image: toHex(sha256), hardware: toHex(hardware) };
  }

  /** A message by wire instead of by broker: the path does not matter. */
  #deliver(parameters: unknown): unknown {
    const { bytes, kind } = (parameters ?? {}) as { bytes?: unknown; kind?: unknown };
    const message = fromHex(bytes);
    if (!message || (kind !== 'envelope' && kind !== 'offer'))
      throw new Error('kind is envelope or offer, bytes are hex');
    return { taken: this.#operation?.deliver(kind, message) ?? false };
  }

  #device(identity: Identity): Uint8Array {
    return deviceAddress(this.#crypto, identity.originalAddress);
  }

  /** In development every line says so: what is believed there is believed on weak grounds. */
  #log(line: string): void {
    const configuration = this.#identity?.configuration;
    const profile = configuration
      ? `${configuration.profile} L${configuration.policies.command.level}`
      : 'development, not configured';
    this.#ports.console.log(`[${profile}] ${line}`);
  }
}
