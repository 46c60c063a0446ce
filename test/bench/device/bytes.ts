/** The bytes that a routine command takes from the network at level 4, counted at the sockets of a board that runs. */
import { setTimeout } from 'node:timers/promises';
import { noTraffic, type Relay, startRelay, type Traffic } from '../../../host-sim/node/network/relay.js';
import { deliver, type Order, placeOrder } from '../../../tools/demo/orders.js';
import { createSetting, type Setting } from '../../../tools/demo/setting.js';

export interface CommandBytes {
  /** Bytes that the board was sent, from the delivery of the envelope until all was quiet again. */
  received: number;
  /** Bytes that it sent meanwhile. */
  sent: number;
  /** The greatest number of connections that the board held at once, since it was started. */
  socketsMax: number;
  /** The verdict on the command. */
  verdict: string;
}

/** Milliseconds without a byte after which the board is done. */
const QUIET_MS = 1500;
const LOOK_EVERY_MS = 100;

/**
 * A board as a process on Node; the second command of it, which proves nothing of now. It has two endpoints, a prover and
 * a broker, or (`oneSocket`) the broker alone.
 */
export async function commandBytes({ oneSocket }: { oneSocket: boolean }): Promise<CommandBytes> {
  const stopping = new AbortController();
  const traffic = noTraffic();
  const relays = new Map<string, Promise<Relay>>();
  const between = async (url: string): Promise<string> => {
    const relay = relays.get(url) ?? startRelay(url, traffic);
    relays.set(url, relay);
    return (await relay).url;
  };
  const setting = await createSetting({
    ...{ engine: 'node', level: 4, ports: { chain: 0, broker: 0, images: 0 } },
    between,
    oneSocket,
    signal: stopping.signal,
    onBoardLine: () => {},
    onEvent: () => {},
  });
  try {
    const first = await deliver(setting, await placeOrder(setting, 'relay.set', { on: true }));
    if (first.verdict !== 'accepted') throw new Error(`the first command was ${first.verdict}`);
    const order = await placeOrder(setting, 'relay.set', { on: false }, { challenge: false });
    return { ...(await counted(setting, order, traffic)), socketsMax: traffic.openMax };
  } finally {
    stopping.abort();
    await setting.close();
    for (const relay of relays.values()) await (await relay).close();
  }
}

async function counted(
  setting: Setting,
  order: Order,
  traffic: Traffic,
): Promise<Omit<CommandBytes, 'socketsMax'>> {
  await quiet(traffic);
  const before = { ...traffic };
  const { verdict } = await deliver(setting, order);
  await quiet(traffic);
  return { received: traffic.received - before.received, sent: traffic.sent - before.sent, verdict };
}

/** Resolves once nothing went through for a while. */
async function quiet(traffic: Traffic): Promise<void> {
  let since = Date.now();
  for (let last = traffic.received + traffic.sent; Date.now() - since < QUIET_MS; ) {
    await setTimeout(LOOK_EVERY_MS);
    if (last === traffic.received + traffic.sent) continue;
    last = traffic.received + traffic.sent;
    since = Date.now();
  }
}
