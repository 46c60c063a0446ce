/**
 * One board through a broker: its status, answers and receipts come in, envelopes and offers go out. Everybody may
 * publish on a broker, so only signatures say whose a message is.
 */

import { randomFillSync } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { decodeText } from '../../firmware/bytes/text.js';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import { parseStatus, type Status, statusHash } from '../../firmware/device/status.js';
import { type TopicName, topic } from '../../firmware/device/topics.js';
import { receiptHash } from '../../firmware/ledger/receipt.js';
import { type PublishedReceipt, parsePublishedReceipt } from '../../firmware/ledger/receiptWire.js';
import { MqttClient } from '../../firmware/mqtt/client.js';
import { parseUrl } from '../../firmware/rpc/url.js';
import { nodeClock } from '../../host-sim/node/clock.js';
import { nodeNetwork } from '../../host-sim/node/network/socket.js';
import { type Answer, parseAnswer } from './answer.js';

export type { Answer } from './answer.js';

/** The crypto of the tools: portable, keyless. */
export const crypto = portableCrypto();

/** A receipt with the address that signed it (0x…, lower case), undefined when the signature is none. */
export interface SeenReceipt extends PublishedReceipt {
  signer: string | undefined;
  hash: Uint8Array;
}

interface Events {
  answer: [Answer];
  receipt: [SeenReceipt];
  status: [Status & { signer: string | undefined }];
  presence: [string];
}

export interface BoardChannelOptions {
  /** `mqtt://host:port`. */
  broker: string;
  chainId: number;
  /** Address of the board's Device. */
  device: string;
  /**
   * True for a signer whose messages are the board's. Other messages are dropped before they are kept or told. Without
   * it every message is told, and each listener compares the signer.
   */
  believes?(kind: 'status' | 'receipt', signer: string | undefined): boolean;
}

const incoming: readonly TopicName[] = ['answer', 'receipt', 'status', 'presence'];

/**
 * @example
 * const believes = (_: string, signer?: string) => signer === key;
 * const channel = new BoardChannel({ broker: 'mqtt://127.0.0.1:1883', chainId: 31337, device, believes });
 * await channel.ready();
 * const { challenge } = await channel.status();
 * channel.close();
 */
export class BoardChannel extends EventEmitter<Events> {
  readonly device: Uint8Array;
  readonly #believes: NonNullable<BoardChannelOptions['believes']>;
  readonly #domain: { chainId: number; verifyingContract: Uint8Array };
  readonly #mqtt: MqttClient;
  #status: (Status & { signer: string | undefined }) | undefined;
  #unreachable: string | undefined;

  /** Connects at once; `ready` says when it listens. */
  constructor({ believes = () => true, broker, chainId, device }: BoardChannelOptions) {
    super();
    const url = parseUrl(broker);
    const address = fromHex(device, 20);
    if (!url?.scheme.startsWith('mqtt')) throw new RangeError(`${broker} is not an mqtt:// URL`);
    if (!address) throw new RangeError(`${device} is not an address`);
    this.device = address;
    this.#believes = believes;
    this.#domain = { chainId, verifyingContract: address };
    this.#mqtt = new MqttClient({
      network: nodeNetwork(),
      clock: nodeClock,
      entropy: { fill: target => void randomFillSync(target) },
      host: url.host,
      port: url.port,
      secure: url.secure,
      clientId: `operator-${toHex(randomFillSync(new Uint8Array(6))).slice(2)}`,
      cleanStart: true,
      onMessage: (name, payload) => this.#take(name, payload),
      onDisconnected: loss => {
        this.#unreachable = loss.evidence;
      },
    });
  }

  /** Resolves once the broker delivers this board's messages; rejects with one line when it does not within 10 s. */
  async ready(): Promise<void> {
    const subscribed = Promise.all(incoming.map(name => this.#mqtt.subscribe(this.#topic(name), 1)));
    const outcome = await Promise.race([subscribed, delay(10_000)]);
    if (outcome === undefined) {
      throw new Error(
        `The broker ${this.#unreachable ? `cannot be reached (${this.#unreachable})` : 'does not answer'}: check that it runs, and that --broker names it.`,
      );
    }
  }

  /**
   * The board's newest status, at once when one has come, else the next. It is retained, so a board that is switched off
   * has one as well. @throws Error when none comes in time
   */
  async status(milliseconds = 10_000): Promise<Status & { signer: string | undefined }> {
    if (!this.#status) await this.#next('status', milliseconds, 'A status of the board');
    return this.#status!;
  }

  /** The newest status if it satisfies `wanted`, else the next that does. @throws Error when none comes in time */
  async statusWhere(
    wanted: (status: Status & { signer: string | undefined }) => boolean,
    milliseconds = 20_000,
  ): Promise<Status & { signer: string | undefined }> {
    const until = Date.now() + milliseconds;
    while (!this.#status || !wanted(this.#status)) {
      await this.#next('status', until - Date.now(), 'A newer status of the board');
    }
    return this.#status;
  }

  /** Resolves when the broker has taken the bytes (QoS 1); an offer is retained. @throws Error when it has not */
  async send(kind: 'envelope' | 'offer', bytes: Uint8Array): Promise<void> {
    const delivery = await this.#mqtt.publish(this.#topic(kind), bytes, { qos: 1, retain: kind === 'offer' });
    if (delivery !== 'delivered') throw new Error(`the broker did not take the ${kind}: ${delivery}`);
  }

  /** Ends the connection; nothing is told afterwards. Idempotent. */
  close(): void {
    this.#mqtt.close();
  }

  async #next(event: keyof Events, milliseconds: number, what: string): Promise<void> {
    const signal = AbortSignal.timeout(Math.max(1, milliseconds));
    await once(this, event, { signal }).catch(() => {
      throw new Error(
        `${what} did not come in time: check that the board runs, and that it uses the same broker.`,
      );
    });
  }

  #take(name: string, payload: Uint8Array): void {
    if (name === this.#topic('status')) this.#takeStatus(payload);
    else if (name === this.#topic('receipt')) this.#takeReceipt(payload);
    else if (name === this.#topic('presence')) this.emit('presence', decodeText(payload) ?? '');
    else if (name === this.#topic('answer')) this.#takeAnswer(payload);
  }

  #takeStatus(payload: Uint8Array): void {
    const parsed = parseStatus(payload);
    if (parsed.verdict !== 'accepted') return;
    const { signature, status } = parsed.value;
    const signer = this.#signerOf(statusHash(crypto, this.#domain, status), signature);
    if (!this.#believes('status', signer)) return;
    this.#status = { ...status, signer };
    this.emit('status', this.#status);
  }

  #takeReceipt(payload: Uint8Array): void {
    const parsed = parsePublishedReceipt(payload);
    if (parsed.verdict !== 'accepted') return;
    const hash = receiptHash(crypto, this.#domain, parsed.value.receipt);
    const signer = this.#signerOf(hash, parsed.value.signature);
    if (this.#believes('receipt', signer)) this.emit('receipt', { ...parsed.value, hash, signer });
  }

  #takeAnswer(payload: Uint8Array): void {
    const answer = parseAnswer(decodeText(payload));
    if (answer) this.emit('answer', answer);
  }

  #signerOf(hash: Uint8Array, signature: Uint8Array): string | undefined {
    const signer = crypto.recoverAddress(hash, signature);
    return signer && toHex(signer);
  }

  #topic(name: TopicName): string {
    return topic(this.#domain.chainId, this.#domain.verifyingContract, name);
  }
}

const delay = (milliseconds: number): Promise<undefined> =>
  new Promise(resolve => setTimeout(resolve, milliseconds, undefined).unref());
