/**
 * A series of orders as a broker, an endpoint and the chain see it: every byte is recorded, and nothing in it says what
 * was ordered, with what, or what came of it; at the broker nothing says to which Device, whose fleet, or by whom. The
 * twin: the same search finds all of it where the sender says that an envelope need not be sealed.
 */
import { encodeParams } from '../../../firmware/app/params.js';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { startBroker } from '../../../host-sim/broker/broker.js';
import { startChain } from '../../../host-sim/chain/anvil.js';
import { type Order, placeOrder } from '../../../tools/demo/orders.js';
import { createSetting, type Setting } from '../../../tools/demo/setting.js';
import { ask } from '../../../tools/operator/order.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';
import { recordingProxy } from '../../host-sim/recordingProxy.js';

/** Milliseconds; a bound for a broken board, not for a busy machine. */
const PATIENCE = 600_000;

/** Every way in which bytes could stand in a stream: themselves, and as hexadecimal in either case. */
function found(streams: readonly Buffer[], needle: Uint8Array): boolean {
  const hex = toHex(needle).slice(2);
  return streams.some(stream => {
    if (stream.includes(Buffer.from(needle))) return true;
    return stream.includes(hex) || stream.includes(hex.toUpperCase());
  });
}

const ascii = (text: string) => new TextEncoder().encode(text);

/** The words that would tell of an order: names, params and results, as CBOR and as JSON. */
const ofOrders = {
  action: ascii('relay.set'),
  otherAction: ascii('toggle'),
  params: encodeParams({ on: true }),
  paramsOff: encodeParams({ on: false }),
  refusedParams: ascii('elevenfold'),
  json: ascii('"on":true'),
};

const ofWhom = (setting: Setting, orders: readonly Order[]) => ({
  device: fromHex(setting.device)!,
  fleet: fromHex(setting.fleet)!,
  channel: fromHex(setting.channel)!,
  operator: fromHex(setting.cast.operator.address)!,
  owner: fromHex(setting.cast.owner.address)!,
  // The hash is public on the chain, in a link that names the Device.
  ...Object.fromEntries(orders.map(({ hash }, i) => [`envelope hash ${i}`, hash])),
});

testWithChain(
  'who records broker, endpoints and chain learns no order, and at the broker nobody’s name',
  async t => {
    t.timeout(900_000);
    const stop = new AbortController();
    const chain = await startChain({ flags: ['--slots-in-an-epoch', '4'], signal: stop.signal });
    const broker = await startBroker({ signal: stop.signal });
    const portOf = (url: string) => Number(new URL(url).port);
    const atChain = await recordingProxy({ host: '127.0.0.1', port: portOf(chain.url) });
    const atBroker = await recordingProxy({ host: '127.0.0.1', port: portOf(broker.url) });
    t.teardown(async () => {
      stop.abort();
      await Promise.all([atChain.close(), atBroker.close(), chain.close(), broker.close()]);
    });
    const setting = await createSetting({
      rpc: [`http://127.0.0.1:${atChain.port}`],
      broker: `mqtt://127.0.0.1:${atBroker.port}`,
      engine: 'node',
      level: 1,
      ports: { chain: 0, broker: 0, images: 0 },
      signal: stop.signal,
      onBoardLine: () => {},
      onEvent: () => {},
    });
    t.teardown(() => setting.close());
    const { boardChannel } = setting;
    const orders: Order[] = [];
    const run = async (action: string, params: unknown, unsealed = false) => {
      const order = await placeOrder(setting, action, params);
      orders.push(order);
      const options = { subject: order.hash, milliseconds: PATIENCE, final: true, replays: false, unsealed };
      const { answer, receipt } = await ask(boardChannel, 'envelope', order.bytes, options);
      return { order, verdict: answer.verdict, code: answer.code, result: receipt?.result };
    };

    const first = await run('relay.set', { on: true });
    t.is(first.verdict, 'accepted');
    t.deepEqual(first.result, encodeParams({ on: true }), 'the sender opens the result');
    t.is((await run('relay.set', { on: false })).verdict, 'accepted');
    t.is((await run('relay.toggle', {})).verdict, 'accepted');
    // What is refused is answered with words about params.
    t.like(await run('relay.set', { on: 'elevenfold' }), { verdict: 'rejected', code: 'params' });
    // A redelivery brings the stored receipt back.
    const again = { subject: first.order.hash, milliseconds: PATIENCE };
    t.is((await ask(boardChannel, 'envelope', first.order.bytes, again)).answer.code, 'replayed');
    // A newer epoch: other topics, another sealing key, the same secrecy.
    const before = await boardChannel.status();
    const owner = await setting.as('owner');
    const { blockNumber } = await owner.device.bumpEpoch(setting.device);
    await setting.finalize(Number(blockNumber));
    t.is((await run('relay.set', { on: true })).verdict, 'accepted');
    const after = await boardChannel.statusWhere(({ epoch }) => epoch > before.epoch, PATIENCE);
    t.notDeepEqual(after.sealingKey, before.sealingKey);
    t.is((await run('relay.set', { on: false })).verdict, 'accepted', 'over the topics of the newer epoch');

    for (const [what, needle] of Object.entries(ofOrders)) {
      t.false(found(atChain.recorded(), needle), `an endpoint or the chain reads the ${what}`);
      t.false(found(atBroker.recorded(), needle), `the broker reads the ${what}`);
    }
    for (const [what, needle] of Object.entries(ofWhom(setting, orders)))
      t.false(found(atBroker.recorded(), needle), `the broker reads the ${what}`);

    // The twin: the search finds what is there. The chain names Device, fleet and operator, and an unsealed envelope all.
    for (const [what, needle] of Object.entries(ofWhom(setting, orders)))
      t.true(found(atChain.recorded(), needle), `the search misses the ${what} on the chain`);
    const open = await run('relay.set', { on: true }, true);
    t.is(open.verdict, 'accepted');
    const { device, operator } = ofWhom(setting, orders);
    for (const needle of [ofOrders.action, ofOrders.params, device, operator])
      t.true(found(atBroker.recorded(), needle), `the search misses ${toHex(needle)} at the broker`);
    t.log(
      `${atBroker.recorded().reduce((sum, { length }) => sum + length, 0)} bytes at the broker, ` +
        `${atChain.recorded().reduce((sum, { length }) => sum + length, 0)} at endpoints and chain`,
    );
  },
);
