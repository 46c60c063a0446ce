/**
 * An MQTT broker (3.1.1 and 5.0, QoS 0 and 1) on the virtual network: sessions, retained messages, wills, keep-alive.
 * Everybody may read and write everything, as the protocol assumes of a broker.
 */
import mqtt from 'mqtt-packet';
import type { Message } from './message.js';
import type { ServedConnection, VirtualNetwork } from './network.js';
import { type Handed, Session } from './session.js';
import type { VirtualTime } from './time.js';
import { matches } from './topicFilter.js';

type Packet = mqtt.Packet;
const UNSUPPORTED_CODE = 0x9b;

/** The broker of one world. */
export class VirtualBroker {
  readonly #time: VirtualTime;
  readonly #sessions = new Map<string, Session>();
  readonly #present = new Map<string, Client>();
  readonly #retained = new Map<string, Message>();
  readonly #listeners: ((message: Message) => void)[] = [];

  /** @param name `host:port` that clients dial */
  constructor(time: VirtualTime, network: VirtualNetwork, name: string) {
    this.#time = time;
    network.serve(name, connection => {
      new Client(this, time, connection);
    });
  }

  /** Shows every message as it is published, for whoever watches the world from outside. */
  onMessage(listener: (message: Message) => void): void {
    this.#listeners.push(listener);
  }

  /** The client takes its session over from a connection before. @returns it, and whether there was one */
  arrive(client: Client, isClean: boolean): { session: Session; isPresent: boolean } {
    this.#present.get(client.id)?.drop();
    this.#present.set(client.id, client);
    if (isClean) this.#sessions.delete(client.id);
    const known = this.#sessions.get(client.id);
    const session = known ?? new Session();
    this.#sessions.set(client.id, session);
    return { session, isPresent: known !== undefined };
  }

  leave(client: Client, isForgotten: boolean): void {
    if (this.#present.get(client.id) !== client) return;
    this.#present.delete(client.id);
    const session = this.#sessions.get(client.id);
    if (session) session.hand = undefined;
    if (isForgotten) this.#sessions.delete(client.id);
  }

  publish(message: Message): void {
    for (const listener of this.#listeners) listener(message);
    if (message.retain && message.payload.length === 0) this.#retained.delete(message.topic);
    else if (message.retain) this.#retained.set(message.topic, message);
    for (const session of this.#sessions.values()) session.offer({ ...message, retain: false });
  }

  /** Messages that a new subscription is shown at once. */
  retainedFor(filter: string): Message[] {
    return [...this.#retained.values()].filter(({ topic }) => matches(filter, topic));
  }

  get nowMs(): number {
    return this.#time.nowMs;
  }
}

/** One connection of a client. */
class Client {
  readonly #broker: VirtualBroker;
  readonly #time: VirtualTime;
  readonly #connection: ServedConnection;
  readonly #parser = mqtt.parser();
  id = '';
  #version: 4 | 5 = 4;
  #session: Session | undefined;
  #will: Message | undefined;
  #isForgotten = false;
  #isOver = false;
  #heardMs = 0;

  constructor(broker: VirtualBroker, time: VirtualTime, connection: ServedConnection) {
    this.#broker = broker;
    this.#time = time;
    this.#connection = connection;
    this.#parser.on('packet', (packet: Packet) => this.#take(packet));
    this.#parser.on('error', () => this.drop());
    connection.onBytes = bytes => {
      if (!this.#isOver) this.#parser.parse(Buffer.from(bytes));
    };
    connection.onGone = () => this.#end();
  }

  /** Ends the connection without a goodbye of the client: its will is published. */
  drop(): void {
    if (this.#isOver) return;
    this.#connection.close();
    this.#end();
  }

  #take(packet: Packet): void {
    this.#heardMs = this.#time.nowMs;
    if (packet.cmd === 'connect') return void this.#welcome(packet);
    const session = this.#session;
    if (!session) return void this.drop();
    if (packet.cmd === 'publish') this.#publish(packet);
    else if (packet.cmd === 'puback') session.acknowledge(packet.messageId!);
    else if (packet.cmd === 'subscribe') this.#subscribe(session, packet);
    else if (packet.cmd === 'pingreq') this.#send({ cmd: 'pingresp' });
    else if (packet.cmd === 'unsubscribe') {
      for (const filter of packet.unsubscriptions) session.unsubscribe(filter);
      const granted = packet.unsubscriptions.map(() => 0);
      this.#send({ cmd: 'unsuback', messageId: packet.messageId, granted } as Packet);
    } else if (packet.cmd === 'disconnect') {
      this.#will = undefined;
      this.drop();
    } else this.drop();
  }

  #welcome(packet: mqtt.IConnectPacket): void {
    if (this.#session) return void this.drop();
    const { clean = true, keepalive = 0, properties, will } = packet;
    this.id = packet.clientId;
    this.#version = packet.protocolVersion === 5 ? 5 : 4;
    this.#isForgotten = this.#version === 5 ? (properties?.sessionExpiryInterval ?? 0) === 0 : clean;
    if (will) {
      const payload = Uint8Array.from(Buffer.from(will.payload));
      this.#will = { topic: will.topic, payload, qos: will.qos === 0 ? 0 : 1, retain: will.retain ?? false };
    }
    const { isPresent, session } = this.#broker.arrive(this, clean);
    this.#session = session;
    this.#send({ cmd: 'connack', sessionPresent: isPresent, returnCode: 0, reasonCode: 0 });
    session.resume(message => this.#hand(message));
    if (keepalive > 0) this.#watch(1500 * keepalive);
  }

  /** A client that says nothing for one and a half times its keep-alive is gone (MQTT 5.0, 3.1.2.10). */
  #watch(silenceMsMax: number): void {
    const left = this.#heardMs + silenceMsMax - this.#time.nowMs;
    if (this.#isOver) return;
    if (left <= 0) this.drop();
    else this.#time.after(left, () => this.#watch(silenceMsMax));
  }

  #publish({ messageId, payload, qos, retain, topic }: mqtt.IPublishPacket): void {
    if (qos === 2) {
      this.#refuse();
      return;
    }
    const bytes = Uint8Array.from(Buffer.from(payload as Buffer));
    this.#broker.publish({ topic, payload: bytes, qos, retain: retain ?? false });
    if (qos === 1) this.#send({ cmd: 'puback', messageId, reasonCode: 0 });
  }

  #refuse(): void {
    if (this.#version === 5) this.#send({ cmd: 'disconnect', reasonCode: UNSUPPORTED_CODE } as Packet);
    this.drop();
  }

  #subscribe(session: Session, { messageId, subscriptions }: mqtt.ISubscribePacket): void {
    const granted = subscriptions.map(({ qos }) => (qos === 0 ? 0 : 1) as 0 | 1);
    subscriptions.forEach(({ topic }, at) => void session.subscribe(topic, granted[at]));
    this.#send({ cmd: 'suback', messageId, granted });
    subscriptions.forEach(({ topic }, at) => {
      for (const message of this.#broker.retainedFor(topic)) {
        session.give({ ...message, qos: granted[at] === 0 ? 0 : message.qos, retain: true });
      }
    });
  }

  #hand({ dup, id, payload, qos, retain, topic }: Handed): void {
    this.#send({ cmd: 'publish', topic, payload: Buffer.from(payload), qos, retain, dup, messageId: id });
  }

  #send(packet: Packet): void {
    if (this.#isOver) return;
    this.#connection.send(mqtt.generate(packet, { protocolVersion: this.#version }));
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const will = this.#will;
    this.#broker.leave(this, this.#isForgotten);
    if (will) this.#broker.publish(will);
  }
}
