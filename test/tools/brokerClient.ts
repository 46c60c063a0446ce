/** Anybody on the broker: publishes what it likes, hears what everybody hears. */
import { randomFillSync } from 'node:crypto';
import { MqttClient } from '../../firmware/mqtt/client.js';
import { parseUrl } from '../../firmware/rpc/url.js';
import { nodeClock } from '../../host-sim/node/clock.js';
import { nodeNetwork } from '../../host-sim/node/network/socket.js';

export interface BrokerClient {
  publish(topic: string, payload: Uint8Array): Promise<unknown>;
  /** The next (or the retained) message there. */
  next(topic: string): Promise<Uint8Array>;
  close(): void;
}

export async function brokerClient(url: string): Promise<BrokerClient> {
  const { host, port } = parseUrl(url)!;
  const waiting = new Map<string, (payload: Uint8Array) => void>();
  const client = new MqttClient({
    network: nodeNetwork(),
    clock: nodeClock,
    entropy: { fill: target => void randomFillSync(target) },
    host,
    port,
    clientId: 'stranger',
    cleanStart: true,
    onMessage: (topic, payload) => waiting.get(topic)?.(payload),
  });
  return {
    publish: (topic, payload) => client.publish(topic, payload),
    next: topic =>
      new Promise(resolve => {
        waiting.set(topic, resolve);
        void client.subscribe(topic, 1);
      }),
    close: () => client.close(),
  };
}
