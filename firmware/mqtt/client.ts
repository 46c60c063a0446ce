/**
 * An MQTT client (OASIS MQTT 3.1.1 and 5.0) for a board: QoS 0 and 1 both ways, a session that outlives connections,
 * and reconnection without end. The broker can delay, and nothing more: all that it sends is bounded, and nonsense
 * costs it the connection. No exception and no rejected promise comes out.
 */
import { BackOff } from './backOff.js';
import { isTopicName } from './codec.js';
import type { Connection } from './connection.js';
import { Deliveries, type Delivery, isAllowed, type Message } from './deliveries.js';
import { KeepAlive } from './keepAlive.js';
import { type MqttClientOptions, type PublishOptions, type Settled, settleOptions } from './options.js';
import type { ConnAck, Incoming, Outgoing, Publish, QoS } from './packet.js';
import { type Loss, PacketConnection } from './packetConnection.js';
import { type SubscribeOutcome, Subscriptions } from './subscriptions.js';

export type { Delivery } from './deliveries.js';
export type { MqttClientOptions, PublishOptions } from './options.js';
export type { ProtocolVersion, QoS, Will } from './packet.js';
export type { Loss } from './packetConnection.js';
export type { SubscribeOutcome } from './subscriptions.js';

/** Bytes that may wait for the socket: beyond them no message is taken from the queue, since each lies in memory twice then. */
const UNSENT_BYTES_MAX = 1024;

/**
 * A client with one session.
 *
 * @example
 * const client = new MqttClient({ network, clock, entropy, host, port: 1883, clientId: 'board', onMessage });
 * await client.subscribe('board/in');
 * const delivery = await client.publish('board/out', encodeText('hello')); // 'delivered' once acknowledged
 */
export class MqttClient {
  readonly #options: Settled;
  readonly #backOff: BackOff;
  readonly #deliveries: Deliveries;
  readonly #subscriptions = new Subscriptions();
  #connection: Connection | undefined = undefined;
  #stopRetry: (() => void) | undefined;
  #closed = false;
  #pumpsSoon = false;

  /**
   * Connects soon; no callback comes before the constructor has returned. Throws a RangeError on an empty client id or
   * a keep-alive out of range.
   */
  constructor(options: MqttClientOptions) {
    this.#options = settleOptions(options);
    this.#backOff = new BackOff({
      entropy: options.entropy,
      firstWaitMilliseconds: this.#options.firstRetryMilliseconds,
      waitMillisecondsMax: this.#options.retryMillisecondsMax,
    });
    this.#deliveries = new Deliveries({
      messages: this.#options.queuedMessagesMax,
      bytes: this.#options.queuedBytesMax,
      usesId: id => this.#subscriptions.uses(id),
    });
    // Not before the constructor has returned: a callback may use the variable that the client is assigned to.
    this.#stopRetry = options.clock.after(0, () => this.#connect());
  }

  /** True from CONNACK until the connection ends. */
  get connected(): boolean {
    return this.#connection?.ready !== undefined;
  }

  /**
   * Queues a message, which is sent when there is a connection. The promise never rejects: `delivered` means PUBACK for
   * QoS 1, and for QoS 0 that the socket took the message. `payload` must stay unchanged until then.
   */
  publish(topic: string, payload: Uint8Array, options: PublishOptions = {}): Promise<Delivery> {
    return new Promise(settle => this.send(topic, payload, options, settle));
  }

  /**
   * The same without a promise, which costs a chip 400 bytes while the message waits. It goes out on a stack of its own:
   * whoever says something may stand high on one.
   */
  send(topic: string, payload: Uint8Array, options: PublishOptions, settle?: Message['settle']): void {
    const { qos = 1, queuedBytesMax, retain = false } = options;
    const message: Message = { topic, payload, qos, retain, settle, id: 0, dup: false, sentAt: 0 };
    if (this.#closed) settle?.('closed');
    else if (!isTopicName(topic)) settle?.('refused');
    else if (!this.#deliveries.add(message, queuedBytesMax)) settle?.('dropped');
    else if (!this.#pumpsSoon) {
      this.#pumpsSoon = true;
      void Promise.resolve().then(() => this.#pump());
    }
  }

  /** Subscribes in this session and all later ones. Settles with the server's first answer; never rejects. */
  subscribe(filter: string, qos: QoS = 1): Promise<SubscribeOutcome> {
    if (this.#closed) return Promise.resolve('closed');
    const outcome = this.#subscriptions.add(filter, qos);
    this.#ask();
    return outcome;
  }

  /** Says goodbye, so the will is not published; everything outstanding settles as `closed`. Idempotent. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stopRetry?.();
    const connection = this.#connection;
    this.#connection = undefined;
    connection?.stopTimer?.();
    if (connection?.ready !== undefined) connection.packets.send({ type: 'disconnect', code: 0 });
    connection?.packets.close();
    this.#deliveries.settleAll('closed');
    this.#subscriptions.settleAll();
  }

  #connect(): void {
    const { network, clock, host, port, secure, protocolVersion, packetBytesMax, readBytes } = this.#options;
    this.#stopRetry = undefined;
    const packets = new PacketConnection({
      clock,
      network,
      host,
      port,
      secure,
      version: protocolVersion,
      packetBytesMax,
      payloadBytesMax: this.#options.payloadBytesMax,
      readBytes,
      onOpen: () => this.#greet(packets),
      onPacket: packet => this.#receive(connection, packet),
      onDrained: () => this.#pump(),
      onEnded: loss => this.#lost(connection, loss),
    });
    const connection: Connection = { packets };
    this.#connection = connection;
    const { connectTimeoutMilliseconds } = this.#options;
    connection.stopTimer = clock.after(connectTimeoutMilliseconds, () => {
      packets.fail({ kind: 'unreachable', evidence: `no CONNACK within ${connectTimeoutMilliseconds} ms` });
    });
    packets.open();
  }

  #greet(packets: PacketConnection): void {
    const { clientId, username, password, will, cleanStart, keepAliveSeconds } = this.#options;
    const sent = packets.send({
      type: 'connect',
      clientId,
      username,
      password,
      will,
      cleanStart,
      keepAliveSeconds,
      sessionExpirySeconds: this.#options.sessionExpirySeconds,
      receiveMaximum: this.#options.inFlightMax,
      maximumPacketSize: this.#options.packetBytesMax,
    });
    if (!sent) packets.fail({ kind: 'refused', evidence: 'these options make no CONNECT packet' });
  }

  #receive(connection: Connection, packet: Incoming): void {
    const { packets, ready } = connection;
    if (packet.type === 'connack') {
      if (ready === undefined) this.#welcome(connection, packet);
      else packets.fail({ kind: 'malformed', evidence: 'a second CONNACK' });
      return;
    }
    if (packet.type === 'disconnect') {
      packets.fail({ kind: 'ended', evidence: `DISCONNECT with code ${packet.code}` });
      return;
    }
    if (ready === undefined) {
      packets.fail({ kind: 'malformed', evidence: `${packet.type} before CONNACK` });
      return;
    }
    ready.keepAlive.received(this.#options.clock.monotonic());
    if (packet.type === 'publish') this.#deliver(connection, packet);
    else if (packet.type === 'tooLarge') this.#passOver(connection, packet);
    else if (packet.type === 'puback') this.#acknowledged(packet.id, packet.code);
    else if (packet.type === 'suback' && !this.#subscriptions.answer(packet.id, packet.codes)) {
      packets.fail({ kind: 'malformed', evidence: 'SUBACK to no SUBSCRIBE' });
    }
  }

  #welcome(connection: Connection, server: ConnAck): void {
    const { clock, cleanStart } = this.#options;
    if (server.code !== 0) {
      connection.packets.fail({ kind: 'refused', evidence: `CONNACK with code ${server.code}` });
      return;
    }
    connection.stopTimer?.();
    const now = clock.monotonic();
    // A server may ask for more pings, never for fewer: with 65,535 s a dead connection would pass for 13 hours.
    const own = this.#options.keepAliveSeconds;
    const seconds = Math.min(server.keepAliveSeconds || own, own);
    const tickMilliseconds = Math.min(1000, this.#options.keepAliveSeconds * 250);
    const graceMilliseconds = this.#options.pingTimeoutMilliseconds;
    const keepAlive = new KeepAlive({ seconds, graceMilliseconds, tickMilliseconds, now });
    connection.ready = { server, since: now, keepAlive };
    const sessionPresent = server.sessionPresent && !cleanStart;
    if (!sessionPresent) this.#deliveries.forgetSession();
    this.#subscriptions.renew(sessionPresent);
    this.#tick(connection, tickMilliseconds);
    this.#options.onConnected?.({ sessionPresent });
    this.#ask();
    this.#pump();
  }

  #deliver(connection: Connection, packet: Publish): void {
    this.#options.onMessage(packet.topic, packet.payload, packet.retain);
    if (packet.qos === 1 && connection === this.#connection)
      this.#send(connection, { type: 'puback', id: packet.id });
  }

  /** Acknowledges a message that was too large, or the broker would send it again for as long as it lives. */
  #passOver(
    connection: Connection,
    { id, length, topic }: { id: number; length: number; topic?: string },
  ): void {
    this.#options.onTooLarge?.(length, topic);
    if (id !== 0) this.#send(connection, { type: 'puback', id });
  }

  #acknowledged(id: number, code: number): void {
    // An identifier that nobody waits for belongs to an earlier life of this session.
    this.#deliveries.acknowledge(id)?.settle?.(code < 0x80 ? 'delivered' : 'refused');
    this.#pump();
  }

  #ask(): void {
    const connection = this.#connection;
    if (connection?.ready === undefined) return;
    const question = this.#subscriptions.ask(
      () => this.#deliveries.takeId(),
      this.#options.clock.monotonic(),
    );
    if (question === undefined) return;
    if (this.#send(connection, { type: 'subscribe', ...question })) return;
    this.#subscriptions.answer(
      question.id,
      question.subscriptions.map(() => 0x80),
    );
  }

  /** Sends what is queued, as far as the server's window and the socket allow. */
  #pump(): void {
    this.#pumpsSoon = false;
    const connection = this.#connection;
    if (connection?.ready === undefined) return;
    const { server } = connection.ready;
    const window = Math.min(server.receiveMaximum, this.#options.inFlightMax);
    while (connection === this.#connection && connection.packets.backlog <= UNSENT_BYTES_MAX) {
      const message = this.#deliveries.take(window, this.#options.clock.monotonic());
      if (message === undefined) return;
      const { topic, payload, qos, retain, dup, id, settle } = message;
      const packet: Publish = { type: 'publish', topic, payload, qos, retain, dup, id };
      const onGone = settle && ((written: boolean) => settle(written ? 'delivered' : 'dropped'));
      if (isAllowed(message, server) && this.#send(connection, packet, qos === 0 ? onGone : undefined))
        continue;
      this.#deliveries.acknowledge(id);
      settle?.('refused');
    }
  }

  #send(connection: Connection, packet: Outgoing, onGone?: (written: boolean) => void): boolean {
    connection.ready?.keepAlive.sent(this.#options.clock.monotonic());
    return connection.packets.send(packet, onGone);
  }

  #tick(connection: Connection, milliseconds: number): void {
    const { clock, acknowledgeTimeoutMilliseconds } = this.#options;
    connection.stopTimer = clock.after(milliseconds, () => {
      const { packets, ready } = connection;
      const now = clock.monotonic();
      const oldest = Math.min(
        this.#deliveries.oldestSentAt() ?? now,
        this.#subscriptions.oldestAskedAt() ?? now,
      );
      const due = ready!.keepAlive.due(now);
      if (due === 'dead') packets.fail({ kind: 'unreachable', evidence: 'no answer to a ping' });
      else if (now - oldest >= acknowledgeTimeoutMilliseconds) {
        packets.fail({ kind: 'unreachable', evidence: 'no acknowledgement in time' });
      } else {
        if (due === 'ping') this.#send(connection, { type: 'pingreq' });
        this.#tick(connection, milliseconds);
      }
    });
  }

  #lost(connection: Connection, loss: Loss): void {
    connection.stopTimer?.();
    if (connection !== this.#connection) return;
    this.#connection = undefined;
    const { clock, stableMilliseconds } = this.#options;
    const { ready } = connection;
    if (ready !== undefined && clock.monotonic() - ready.since >= stableMilliseconds) this.#backOff.reset();
    this.#deliveries.rewind();
    const wait = this.#backOff.next();
    this.#stopRetry = clock.after(wait, () => this.#connect());
    this.#options.onDisconnected?.(loss, wait);
  }
}
