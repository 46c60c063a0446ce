/** A board that is told its broker alone, no endpoint and no prover over HTTP: it obeys at level 4 over one connection. */
import { encodeText } from '../../../firmware/bytes/text.js';
import { topicsOf } from '../../../firmware/device/topics.js';
import { connectBroker } from '../../../host-sim/node/brokerClient.js';
import { noTraffic, type Relay, startRelay } from '../../../host-sim/node/network/relay.js';
import { deliver, deliverAfter, placeOrder } from '../../../tools/demo/orders.js';
import { approve, buildRelease, install, offerTo, proveNow, publish } from '../../../tools/demo/releases.js';
import { createSetting } from '../../../tools/demo/setting.js';
import { crypto } from '../../../tools/operator/boardMail.js';
import { flipped } from '../../fakes/bytes.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';

testWithChain(
  'a board with one socket obeys and updates at level 4, and a prover there that lies or is silent moves nothing',
  async t => {
    t.timeout(240_000);
    const traffic = noTraffic();
    const relays: Relay[] = [];
    const told: string[] = [];
    const setting = await createSetting({
      ...{
        engine: 'node',
        level: 4,
        oneSocket: true,
        imagesOverBroker: true,
        ports: { chain: 0, broker: 0, images: 0 },
      },
      between: async url => {
        const relay = await startRelay(url, traffic);
        relays.push(relay);
        told.push(url);
        return relay.url;
      },
      signal: new AbortController().signal,
      onBoardLine() {},
      onEvent() {},
    });
    const stranger = await connectBroker({ url: setting.broker });
    t.teardown(async () => {
      stranger.close();
      await setting.close();
      for (const relay of relays) await relay.close();
    });
    t.is((await deliver(setting, await placeOrder(setting, 'relay.set', { on: true }))).verdict, 'accepted');

    const { proxy } = setting.finality!;
    const isAsked = (kind: string) => (path: string) => path.startsWith(`/light/v1/${kind}`);
    const lies: [string, Parameters<typeof proxy.setMutation>[0], RegExp][] = [
      ['no answer', () => undefined, /unreachable/],
      ...['newest', 'witness', 'links'].map((kind): (typeof lies)[number] => [
        `${kind} with a changed bit`,
        (path, body) =>
          isAsked(kind)(path) ? flipped(body, 8 * (kind === 'links' ? 10 : body.length >> 1)) : body,
        kind === 'links' ? /withheld/ : kind === 'witness' ? /no_witness/ : /unreachable/,
      ]),
      ['junk in place of all', () => encodeText('junk'), /unreachable|no_witness/],
    ];
    let on = false;
    for (const [name, mutation, expected] of lies) {
      const order = await placeOrder(setting, 'relay.set', { on });
      proxy.setMutation(mutation);
      const refused = await deliver(setting, order);
      t.is(refused.verdict, 'undetermined', `${name}: ${refused.evidence}`);
      t.regex(refused.code, expected, name);
      const twin = await deliverAfter(setting, order, () => proxy.setMutation(undefined));
      t.is(twin.verdict, 'accepted', `${name}, then honest: ${twin.evidence}`);
      on = !on;
    }

    // Whoever may write on the board's own topic, but did not read the question, answers nothing.
    const { access, boardChannel, chainId } = setting;
    const { epoch } = await boardChannel.status();
    const topics = topicsOf(crypto, access, { chainId, verifyingContract: boardChannel.device }, epoch);
    await stranger.subscribe('holdfast/+/+/ask', () => {
      void stranger.publish(`${topics}/proof`, new Uint8Array(1500));
    });
    const among = await deliver(setting, await placeOrder(setting, 'relay.set', { on }));
    t.is(among.verdict, 'accepted', among.evidence);

    // A release comes the same way, and no sector of a lie is written.
    const second = await buildRelease(setting, 2);
    await publish(setting, second);
    await approve(setting, second);
    await proveNow(setting);
    proxy.setMutation((path, body) =>
      isAsked('file/images')(path) && body.length > 0 ? flipped(body, 8 * 100) : body,
    );
    const { answer: lied } = await offerTo(setting, second);
    t.is(lied.code, 'image_hash', lied.evidence);
    proxy.setMutation(undefined);
    t.is((await install(setting, second)).verdict, 'accepted');
    t.is((await boardChannel.status()).version, 2);

    t.deepEqual(told, [setting.broker], 'the board was told of nothing else');
    t.deepEqual([traffic.open, traffic.openMax], [1, 1]);
  },
);
