/** Check of the broker: it takes an MQTT connection. */
import { randomFillSync } from 'node:crypto';
import { toHex } from '../../firmware/bytes/hex.js';
import { MqttClient } from '../../firmware/mqtt/client.js';
import { parseUrl } from '../../firmware/rpc/url.js';
import { nodeClock } from '../../host-sim/node/clock.js';
import { nodeNetwork } from '../../host-sim/node/network/socket.js';
import { type Check, ok, problem, skipped } from './check.js';
import { hostOf } from './host.js';

const TIMEOUT_MS = 5000;

export async function brokerCheck(broker: string | undefined): Promise<Check> {
  if (!broker) return skipped('broker', 'none named', 'give --broker URL');
  const { host, port, secure } = parseUrl(broker)!;
  const started = Date.now();
  return new Promise(resolve => {
    const end = (check: Check) => {
      clearTimeout(timer);
      client.close();
      resolve(check);
    };
    const failed = (why: string) =>
      end(
        problem(
          'broker',
          `${hostOf(broker)}: ${why}`,
          'check that it runs, that --broker names it, and that it asks no password',
        ),
      );
    const timer = setTimeout(() => failed('no answer'), TIMEOUT_MS);
    const client = new MqttClient({
      network: nodeNetwork(),
      clock: nodeClock,
      entropy: { fill: target => void randomFillSync(target) },
      host,
      port,
      secure,
      clientId: `doctor-${toHex(randomFillSync(new Uint8Array(6))).slice(2)}`,
      cleanStart: true,
      onMessage: () => {},
      onConnected: () =>
        end(ok('broker', `${hostOf(broker)} takes MQTT connections (${Date.now() - started} ms)`)),
      onDisconnected: loss => queueMicrotask(() => failed(loss.evidence)),
    });
  });
}
