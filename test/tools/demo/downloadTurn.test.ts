/** A whole board whose image server drips: orders run meanwhile, and the update ends once the server is well again. */
import { toHex } from '../../../firmware/bytes/hex.js';
import { encodeOffer } from '../../../firmware/update/offer.js';
import { slowDrip } from '../../../host-sim/attack/imageMutations.js';
import { deliver, placeOrder } from '../../../tools/demo/orders.js';
import { approve, buildRelease, proveNow, publish } from '../../../tools/demo/releases.js';
import { createSetting } from '../../../tools/demo/setting.js';
import type { SeenReceipt } from '../../../tools/operator/boardChannel.js';
import { testWithChain } from '../../host-sim/chain/withChain.js';

testWithChain('while an image drips in, orders are obeyed; then the update is installed', async t => {
  t.timeout(240_000);
  const setting = await createSetting({
    engine: 'node',
    level: 1,
    ports: { chain: 0, broker: 0, images: 0 },
    signal: new AbortController().signal,
    onBoardLine() {},
    onEvent() {},
  });
  t.teardown(() => setting.close());
  const second = await buildRelease(setting, 2);
  await publish(setting, second);
  await approve(setting, second);
  await proveNow(setting);
  const order = await placeOrder(setting, 'relay.set', { on: true });
  let given = 0;
  const drip = slowDrip(4096, 200);
  setting.imageProxy.setMutation(async (request, whole) => {
    const outcome = await drip(request, whole);
    if (!outcome || !('status' in outcome)) return outcome;
    const { body } = outcome;
    const counted = (async function* () {
      for await (const piece of body as AsyncIterable<Uint8Array>) {
        given += piece.length;
        yield piece;
      }
    })();
    return { ...outcome, body: counted };
  });
  const installed = new Promise<SeenReceipt>(resolve => {
    setting.boardChannel.on('receipt', seen => {
      if (toHex(seen.receipt.envelopeHash) === toHex(second.hash)) resolve(seen);
    });
  });
  await setting.boardChannel.send('offer', encodeOffer(second.offer));
  while (given === 0) await new Promise(resolve => setTimeout(resolve, 10));
  const observed = await deliver(setting, order);
  t.is(observed.verdict, 'accepted');
  t.true(given < second.image.size, `${given} of ${second.image.size} bytes had come`);
  t.is((await setting.boardChannel.status()).version, 1, 'the board runs the first image still');
  const { receipt } = await installed;
  t.is(receipt.outcome, 'done');
  t.is(toHex(receipt.imageHash), toHex(second.image.sha256));
});
