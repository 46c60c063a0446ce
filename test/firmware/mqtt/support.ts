/** Brokers for the MQTT tests: aedes (npm), mosquitto if it is installed, and one that is told what to say. */
import { spawn } from 'node:child_process';
import { randomFillSync } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Aedes } from 'aedes';
import { type Loss, MqttClient, type MqttClientOptions } from '../../../firmware/mqtt/client.js';
import type { ProtocolVersion } from '../../../firmware/mqtt/packet.js';
import { nodeNetwork } from '../../../host-sim/node/network/socket.js';
import { clock, freePort, type RawServer, rawServer } from '../rpc/support.js';

export interface Broker {
  port: number;
  /** Clients that are connected. */
  connections(): number;
  /** Cuts all connections without a word; sessions stay. */
  cut(): void;
  /** Nobody can connect until `resume`. */
  suspend(): Promise<void>;
  resume(): Promise<void>;
  close(): Promise<void>;
}

export async function aedesBroker(): Promise<Broker & { aedes: Aedes }> {
  const aedes = await Aedes.createBroker();
  const open = new Set<net.Socket>();
  let server: net.Server;
  let port = 0;
  const listen = async () => {
    server = net.createServer(socket => {
      open.add(socket);
      socket.on('close', () => open.delete(socket));
      aedes.handle(socket);
    });
    await new Promise<void>(resolve => server.listen(port, '127.0.0.1', resolve));
    port = (server.address() as net.AddressInfo).port;
  };
  const cut = () => {
    for (const socket of open) socket.destroy();
  };
  const suspend = () => {
    const done = new Promise<void>(resolve => server.close(() => resolve()));
    cut();
    return done;
  };
  await listen();
  return {
    aedes,
    port,
    connections: () => open.size,
    cut,
    suspend,
    resume: listen,
    async close() {
      await suspend();
      await new Promise<void>(resolve => aedes.close(resolve));
    },
  };
}

/** Undefined where no mosquitto is installed. */
export function mosquittoBinary(): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map(folder => path.join(folder, 'mosquitto')).find(file => existsSync(file));
}

/** Undefined where no mosquitto is installed. */
export async function mosquittoBroker(): Promise<Broker | undefined> {
  const binary = mosquittoBinary();
  return binary === undefined ? undefined : startMosquitto(binary);
}

async function startMosquitto(binary: string): Promise<Broker> {
  const port = await freePort();
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-mosquitto-'));
  const file = path.join(folder, 'mosquitto.conf');
  writeFileSync(file, `listener ${port} 127.0.0.1\nallow_anonymous true\n`);
  const child = spawn(binary, ['-c', file], { stdio: 'ignore' });
  const exited = new Promise<void>(resolve => child.on('exit', () => resolve()));
  // The client talks through a relay of ours, so that connections can be cut while the broker lives.
  const relays = new Set<net.Socket>();
  const serve = (socket: net.Socket) => {
    const broker = net.connect(port, '127.0.0.1');
    for (const end of [socket, broker]) {
      relays.add(end);
      end.on('error', () => {});
      end.on('close', () => relays.delete(end));
    }
    socket.pipe(broker).pipe(socket);
    socket.on('close', () => broker.destroy());
    broker.on('close', () => socket.destroy());
  };
  await reachable(port);
  let relayPort = 0;
  let server: net.Server;
  const listen = async () => {
    server = net.createServer(serve);
    await new Promise<void>(resolve => server.listen(relayPort, '127.0.0.1', resolve));
    relayPort = (server.address() as net.AddressInfo).port;
  };
  const cut = () => {
    for (const relay of relays) relay.destroy();
  };
  const suspend = () => {
    const done = new Promise<void>(resolve => server.close(() => resolve()));
    cut();
    return done;
  };
  await listen();
  return {
    port: relayPort,
    connections: () => relays.size / 2,
    cut,
    suspend,
    resume: listen,
    async close() {
      await suspend();
      child.kill();
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function reachable(port: number): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const connected = await new Promise<boolean>(resolve => {
      const socket = net.connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.on('error', () => resolve(false));
    });
    if (connected) return;
    await sleep(50);
  }
  throw new Error('mosquitto does not come up');
}

/** A server that is given each connection and each packet's bytes as they come. */
export function scriptedBroker(
  onData: (socket: net.Socket, data: Buffer, connection: number) => void,
): Promise<RawServer> {
  return rawServer((socket, connection) => {
    socket.on('data', data => onData(socket, data, connection));
  });
}

export const connAck: Record<ProtocolVersion, Buffer> = {
  4: Buffer.from([0x20, 2, 0, 0]),
  5: Buffer.from([0x20, 3, 0, 0, 0]),
};

/** A client together with all that its callbacks were told. */
export class Recorder {
  readonly client: MqttClient;
  readonly messages: Array<{ topic: string; text: string }> = [];
  readonly connections: boolean[] = [];
  readonly losses: Loss[] = [];
  readonly waits: number[] = [];
  #wake: Array<() => void> = [];

  constructor(options: Partial<MqttClientOptions> & { port: number }) {
    const wake = () => {
      for (const resolve of this.#wake.splice(0)) resolve();
    };
    this.client = new MqttClient({
      network: nodeNetwork(),
      clock,
      entropy: { fill: target => void randomFillSync(target) },
      host: '127.0.0.1',
      clientId: 'board',
      firstRetryMilliseconds: 20,
      ...options,
      onMessage: (topic, payload, isKept) => {
        this.messages.push({ topic, text: Buffer.from(payload).toString() });
        options.onMessage?.(topic, payload, isKept);
        wake();
      },
      onConnected: connection => {
        this.connections.push(connection.sessionPresent);
        options.onConnected?.(connection);
        wake();
      },
      onDisconnected: (loss, wait) => {
        this.losses.push(loss);
        this.waits.push(wait);
        options.onDisconnected?.(loss, wait);
        wake();
      },
    });
  }

  /** Waits until something that a callback was told makes `holds` true. */
  async until(holds: (recorder: this) => boolean): Promise<void> {
    while (!holds(this)) await new Promise<void>(resolve => this.#wake.push(resolve));
  }

  connected(times = 1): Promise<void> {
    return this.until(() => this.connections.length >= times);
  }

  texts(): string[] {
    return this.messages.map(({ text }) => text);
  }
}

export const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

export const sleep = (milliseconds: number): Promise<void> =>
  new Promise(resolve => setTimeout(resolve, milliseconds));
