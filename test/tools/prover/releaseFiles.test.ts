/** A prover gives boards at the broker the files of a release in pieces, those alone whose bytes fit their names. */
import test from 'ava';
import { toHex } from '../../../firmware/bytes/hex.js';
import { accepted } from '../../../firmware/bytes/verdict.js';
import { BrokerProver } from '../../../firmware/device/brokerProver.js';
import { BROKER_SOURCE } from '../../../firmware/update/brokerSource.js';
import { Download } from '../../../firmware/update/download.js';
import { Sources } from '../../../firmware/update/sources.js';
import { startBroker } from '../../../host-sim/broker/broker.js';
import { startImageServer } from '../../../host-sim/images/server.js';
import { connectBroker } from '../../../host-sim/node/brokerClient.js';
import { nodeClock } from '../../../host-sim/node/clock.js';
import { MemoryPartition } from '../../../host-sim/node/flash/partition.js';
import { nodeNetwork } from '../../../host-sim/node/network/socket.js';
import { crypto, entropy, newReplyKey } from '../../../tools/operator/boardMail.js';
import { serveMqtt } from '../../../tools/prover/mqtt.js';
import type { Prover } from '../../../tools/prover/prover.js';
import { ReleaseFiles } from '../../../tools/prover/releaseFiles.js';
import { answerPath } from '../../../tools/prover/routes.js';
import { type ProverEvent, Watch } from '../../../tools/prover/watch.js';
import { flipped } from '../../fakes/bytes.js';
import { imageSource } from '../../firmware/update/imageServers.js';
import { HARDWARE, image, offerOf } from '../../firmware/update/release.js';

const BYTES = image(2, 20_000);
const OFFER = offerOf(BYTES, 2);
const name = Buffer.from(OFFER.imageSha256).toString('hex');

/** A prover that has nothing but the files of those servers. */
function proverOf(servers: readonly string[]): { prover: Prover; events: ProverEvent[] } {
  const events: ProverEvent[] = [];
  const watch = new Watch(event => events.push(event));
  const files = new ReleaseFiles({ clock: nodeClock, servers, timeoutMs: 10_000, watch });
  const prover = {
    watch,
    chainId: async () => 31337,
    file: (question: Parameters<Prover['file']>[0]) => files.piece(question),
  } as unknown as Prover;
  return { prover, events };
}

test('a whole update goes over the broker, from a lying image server and an honest one behind one prover', async t => {
  const liar = await imageSource(flipped(BYTES, 8 * 9000));
  const server = await imageSource(BYTES);
  const broker = await startBroker();
  const { events, prover } = proverOf([liar.url, server.url]);
  const key = newReplyKey();
  const topics = await serveMqtt({ broker: broker.url, clock: nodeClock, key, prover });
  const line = await connectBroker({ url: broker.url });
  const board = `holdfast/b-${'cd'.repeat(10)}/${'ab'.repeat(16)}`;
  try {
    const question = new BrokerProver({
      ...{ clock: nodeClock, crypto, entropy },
      proverKey: key.publicKey,
      publish: message => line.publish(`${board}/ask`, message),
    });
    await line.subscribe(`${board}/proof`, ({ payload }) => question.receive(payload));
    const slot = new MemoryPartition({ size: 32_768, sectorSize: 4096 });
    const download = new Download({
      ...{
        clock: nodeClock,
        crypto,
        network: nodeNetwork(),
        offer: OFFER,
        hardware: HARDWARE,
        slot,
        offset: 0,
      },
      sources: new Sources([BROKER_SOURCE]),
      prover: question,
      onProgress: () => {},
    });
    t.deepEqual(await download.run(), accepted(undefined));
    t.is(Buffer.compare(slot.read(0, BYTES.length), BYTES), 0);
    t.like(
      events.find(({ kind }) => kind === 'fault'),
      { code: 'image_hash' },
    );
    // Fetched once, however many pieces were asked for.
    t.is(server.asked.length, 1);
  } finally {
    await line.close();
    topics.close();
    await broker.close();
    await liar.close();
    await server.close();
  }
});

test('a piece is a sector at most, from any byte; behind the end and for unknown files the answer is empty', async t => {
  const server = await startImageServer();
  try {
    server.put(BYTES);
    const { prover } = proverOf([server.url]);
    const at = async (path: string) => toHex((await answerPath(prover, `/light/v1/file/${path}`))!);
    const size = `0x${BYTES.length.toString(16).padStart(8, '0')}`;
    t.is(await at(`images/${name}/0`), `${size}${toHex(BYTES.subarray(0, 4096)).slice(2)}`);
    const last = BYTES.length - 1;
    t.is(await at(`images/${name}/${last}`), `${size}${toHex(BYTES.subarray(last)).slice(2)}`);
    for (const path of [
      `images/${name}/${BYTES.length}`,
      `images/${'0'.repeat(64)}/0`,
      `sectors/${'0'.repeat(64)}/0`,
    ])
      t.is(await at(path), '0x', path);
    for (const path of [`images/../${name}/0`, `other/${name}/0`, `images/${name}`, `images/${name}/-1`])
      await t.throwsAsync(at(path), { message: /no such question/ }, path);
  } finally {
    await server.close();
  }
});

test('a file whose bytes do not fit its name is not passed on, and the board is answered at once', async t => {
  const liar = await imageSource(flipped(BYTES, 8 * 9000));
  try {
    const { events, prover } = proverOf([liar.url]);
    t.deepEqual(await answerPath(prover, `/light/v1/file/images/${name}/0`), new Uint8Array(0));
    t.is(events[0].code, 'image_hash');
  } finally {
    await liar.close();
  }
});

test('without an image server a prover has no files, and asks nobody', async t => {
  const { events, prover } = proverOf([]);
  t.deepEqual(await answerPath(prover, `/light/v1/file/images/${name}/0`), new Uint8Array(0));
  t.deepEqual(events, []);
});
