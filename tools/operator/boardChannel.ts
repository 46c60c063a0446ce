/**
 * One board through a broker: its status, answers and receipts come in, envelopes and offers go out. Everybody may
 * publish on a broker, so only signatures say whose a message is.
 */

import { EventEmitter } from 'node:events';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { decodeText } from '../../firmware/bytes/text.js';
import { type BrokerAccess, openAccess } from '../../firmware/device/brokerAccess.js';
import { parseStatus, type Status, statusHash } from '../../firmware/device/status.js';
import { parseBatch, telemetryHash } from '../../firmware/device/telemetryBatch.js';
import { presenceTopic, type TopicName } from '../../firmware/device/topics.js';
import { receiptHash } from '../../firmware/ledger/receipt.js';
import type { PublishedReceipt } from '../../firmware/ledger/receiptWire.js';
import { MqttClient } from '../../firmware/mqtt/client.js';
import { parseUrl } from '../../firmware/rpc/url.js';
import type { KeyPair } from '../../firmware/seal/sealed.js';
import { patient } from '../../host-sim/node/patience.js';
import { parseAnswer } from './answer.js';
import { BoardMail, crypto, newReplyKey } from './boardMail.js';
import type { ChannelEvents, SignedKind } from './channelEvents.js';
import { seenCrash } from './crash.js';
import { machinePorts, type OperatorPorts } from './ports.js';
import type { SeenBatch } from './telemetry.js';

export type { Answer } from './answer.js';
/** The crypto of the tools: portable, keyless. */
export { crypto } from './boardMail.js';
export type { SeenReceipt } from './channelEvents.js';

export interface BoardChannelOptions {
  /** `mqtt://host:port`. */
  broker: string;
  chainId: number;
  /** Address of the board's Device. */
  device: string;
  /** The board's access to its broker; open to all if left out. */
  access?: BrokerAccess;
  /** For answers and results; a fresh one if left out. */
  replyKey?: KeyPair;
  /** This machine's, if left out. */
  ports?: OperatorPorts;
  /** Opens what boards say to nobody in particular, where their trust configuration names it. */
  telemetryKey?: KeyPair;
  /**
   * True for a signer whose messages are the board's. Other messages are dropped before they are kept or told. Without
   * it every message is told, and each listener compares the signer.
   */
  believes?(kind: SignedKind, signer: string | undefined): boolean;
}

const incoming: readonly TopicName[] = ['answer', 'receipt', 'status', 'telemetry', 'crash'];

/** The kinds of messages that go to a board. */
export type SentKind = 'envelope' | 'offer' | 'trust';

/** Sealed, unless told otherwise. */
export interface SendOptions {
  /** Sends an envelope for everybody to read. */
  unsealed?: boolean;
}

/**
 * @example
 * const believes = (_: string, signer?: string) => signer === key;
 * const channel = new BoardChannel({ broker: 'mqtt://127.0.0.1:1883', chainId: 31337, device, believes });
 * await channel.ready();
 * const { challenge } = await channel.status();
 * channel.close();
 */
export class BoardChannel extends EventEmitter<ChannelEvents> {
  readonly device: Uint8Array;
  /** 33 bytes: for the envelopes of this operator. */
  readonly replyKey: Uint8Array;
  readonly #access: BrokerAccess;
  readonly #broker: string;
  /** The outside of the operator who has it. */
  readonly ports: OperatorPorts;
  readonly #believes: NonNullable<BoardChannelOptions['believes']>;
  readonly #domain: { chainId: number; verifyingContract: Uint8Array };
  readonly #mail: BoardMail;
  readonly #mqtt: MqttClient;
  /** The prefix of the topic that the newest status came from, and so of those that the board reads. */
  #topics: string | undefined;
  #status: (Status & { signer: string | undefined }) | undefined;
  #telemetry: SeenBatch | undefined;
  #unreachable: string | undefined;
  #met = false;
  #lost = false;

  /** Connects at once; `ready` says when it listens. */
  constructor({
    access = openAccess(),
    believes = () => true,
    broker,
    chainId,
    device,
    ports = machinePorts(),
    replyKey = newReplyKey(ports.entropy),
    telemetryKey,
  }: BoardChannelOptions) {
    super();
    const url = parseUrl(broker);
    const address = fromHex(device, 20);
    if (!url?.scheme.startsWith('mqtt')) throw new RangeError(`${broker} is not an mqtt:// URL`);
    if (!address) throw new RangeError(`${device} is not an address`);
    this.device = address;
    this.#believes = believes;
    this.#domain = { chainId, verifyingContract: address };
    this.#access = access;
    this.#broker = broker;
    this.replyKey = replyKey.publicKey;
    this.ports = ports;
    const keys = [replyKey, ...(telemetryKey ? [telemetryKey] : [])];
    this.#mail = new BoardMail(access, this.#domain, keys, ports.entropy);
    const name = new Uint8Array(6);
    ports.entropy.fill(name);
    this.#mqtt = new MqttClient({
      ...ports,
      host: url.host,
      port: url.port,
      secure: url.secure,
      clientId: `operator-${toHex(name).slice(2)}`,
      ...(access.password === '' ? {} : { username: access.user, password: access.password }),
      cleanStart: true,
      onMessage: (name, payload, isKept) => this.#take(name, payload, isKept),
      onConnected: () => {
        if (this.#lost) this.emit('broker', 'back');
        this.#lost = false;
        this.#met = true;
      },
      onDisconnected: loss => {
        this.#unreachable = loss.evidence;
        // Each attempt that fails after it says so as well.
        if (this.#met && !this.#lost) this.emit('broker', { lost: loss.evidence });
        this.#lost = this.#met;
      },
    });
  }

  /** Resolves once the broker delivers this board's messages; rejects with one line when it does not in time. */
  async ready(milliseconds = patient(10_000)): Promise<void> {
    const names = incoming.map(name => `holdfast/${this.#access.user}/+/${name}`);
    const filters = [...names, presenceTopic(this.#access)];
    const subscribed = Promise.all(filters.map(filter => this.#mqtt.subscribe(filter, 1)));
    let stop = () => {};
    const late = new Promise<undefined>(resolve => {
      stop = this.ports.clock.after(milliseconds, () => resolve(undefined));
    });
    const outcome = await Promise.race([subscribed, late]);
    stop();
    if (outcome === undefined) {
      throw new Error(
        `The broker ${this.#broker} ${this.#unreachable ? `cannot be reached (${this.#unreachable})` : 'does not answer'}: check that it runs, and that --broker names it.`,
      );
    }
  }

  /**
   * The board's newest status, at once when one has come, else the next. It is retained, so a board that is switched off
   * has one as well. @throws Error when none comes in time
   */
  async status(milliseconds = patient(10_000)): Promise<Status & { signer: string | undefined }> {
    if (!this.#status) await this.#next('status', milliseconds, 'A status of the board');
    return this.#status!;
  }

  /** The batch of telemetry that came last, one that the broker kept included; undefined when none comes in time. */
  async telemetry(milliseconds: number): Promise<SeenBatch | undefined> {
    if (!this.#telemetry) await this.#next('telemetry', milliseconds, 'Telemetry').catch(() => undefined);
    return this.#telemetry;
  }

  /** The newest status if it satisfies `wanted`, else the next that does. @throws Error when none comes in time */
  async statusWhere(
    wanted: (status: Status & { signer: string | undefined }) => boolean,
    milliseconds = 20_000,
  ): Promise<Status & { signer: string | undefined }> {
    const until = this.ports.clock.monotonic() + milliseconds;
    while (!this.#status || !wanted(this.#status)) {
      await this.#next('status', until - this.ports.clock.monotonic(), 'A newer status of the board');
    }
    return this.#status;
  }

  /**
   * A message as it travels: an envelope sealed to the key that the board's status names, an offer or a trust
   * configuration to those who know its topics. Waits for a status. @throws Error when there is none, or when it names no key
   */
  async sealed(
    kind: SentKind,
    bytes: Uint8Array,
    { unsealed = false }: SendOptions = {},
  ): Promise<Uint8Array> {
    const { sealingKey } = await this.status();
    if (kind !== 'envelope') return this.#mail.sealFor(kind, bytes);
    return unsealed ? bytes : this.#mail.sealEnvelope(sealingKey, bytes);
  }

  /** Seals and publishes. */
  async send(kind: SentKind, bytes: Uint8Array, options?: SendOptions): Promise<void> {
    await this.publish(kind, await this.sealed(kind, bytes, options));
  }

  /**
   * Resolves when the broker has taken the message (QoS 1) for where the newest status came from; an offer is retained.
   * @throws Error when it has not
   */
  async publish(kind: SentKind, message: Uint8Array): Promise<void> {
    const options = { qos: 1, retain: kind === 'offer' } as const;
    const delivery = await this.#mqtt.publish(`${this.#topics}/${kind}`, message, options);
    if (delivery !== 'delivered') throw new Error(`the broker did not take the ${kind}: ${delivery}`);
  }

  close(): void {
    this.#mqtt.close();
  }

  #next(event: 'status' | 'telemetry', milliseconds: number, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const come = () => {
        stop();
        resolve();
      };
      const stop = this.ports.clock.after(Math.max(1, milliseconds), () => {
        this.off(event, come);
        reject(
          new Error(
            `${what} did not come in time: check that the board runs, and that it uses the same broker.`,
          ),
        );
      });
      this.once(event, come);
    });
  }

  #take(name: string, payload: Uint8Array, isKept: boolean): void {
    const end = name.lastIndexOf('/');
    const kind = name.slice(end + 1);
    if (kind === 'presence') this.emit('presence', decodeText(payload) ?? '');
    else if (kind === 'status') this.#takeStatus(name.slice(0, end), this.#mail.openStatus(payload), isKept);
    else if (kind === 'receipt') this.#takeReceipt(this.#mail.openReceipt(payload));
    else if (kind === 'telemetry') this.#takeTelemetry(this.#mail.openTelemetry(payload));
    else if (kind === 'crash') this.#takeCrash(this.#mail.openTelemetry(payload, 'crash'));
    else if (kind === 'answer') this.#takeAnswer(this.#mail.openAnswer(payload));
  }

  #takeStatus(topics: string, bytes: Uint8Array | undefined, isKept: boolean): void {
    const parsed = bytes && parseStatus(bytes);
    if (parsed?.verdict !== 'accepted') return;
    const { signature, status } = parsed.value;
    const signer = this.#signerOf(statusHash(crypto, this.#domain, status), signature);
    if (!this.#believes('status', signer)) return;
    // A broker may hold that of an epoch before. A board that says it now lost its journal, and the newer epoch with it.
    if (isKept && this.#status && status.epoch < this.#status.epoch) return;
    this.#topics = topics;
    this.#status = { ...status, signer };
    this.emit('status', this.#status);
  }

  #takeReceipt(published: PublishedReceipt | undefined): void {
    if (!published) return;
    const hash = receiptHash(crypto, this.#domain, published.receipt);
    const signer = this.#signerOf(hash, published.signature);
    if (this.#believes('receipt', signer)) this.emit('receipt', { ...published, hash, signer });
  }

  #takeTelemetry(bytes: Uint8Array | undefined): void {
    const parsed = bytes && parseBatch(bytes);
    if (parsed?.verdict !== 'accepted') return;
    const { batch, signature } = parsed.value;
    const signer = this.#signerOf(telemetryHash(crypto, this.#domain, batch), signature);
    if (!this.#believes('telemetry', signer)) return;
    this.#telemetry = { ...batch, signer };
    this.emit('telemetry', this.#telemetry);
  }

  #takeCrash(bytes: Uint8Array | undefined): void {
    const seen = bytes && seenCrash(crypto, this.#domain, bytes);
    if (seen && this.#believes('crash', seen.signer)) this.emit('crash', seen);
  }

  #takeAnswer(bytes: Uint8Array | undefined): void {
    const answer = bytes && parseAnswer(decodeText(bytes));
    if (answer) this.emit('answer', answer);
  }

  #signerOf(hash: Uint8Array, signature: Uint8Array): string | undefined {
    const signer = crypto.recoverAddress(hash, signature);
    return signer && toHex(signer);
  }
}
