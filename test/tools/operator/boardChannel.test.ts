/** Everybody may publish on a broker: what an operator's tools take from it, and from whom. */
import test from 'ava';
import { toHex } from '../../../firmware/bytes/hex.js';
import { encodeStatus, type Status, statusHash } from '../../../firmware/device/status.js';
import { topic } from '../../../firmware/device/topics.js';
import { startBroker } from '../../../host-sim/broker/broker.js';
import { type BrokerClient, connectBroker } from '../../../host-sim/node/brokerClient.js';
import { BoardChannel, crypto } from '../../../tools/operator/boardChannel.js';
import { address, word, ZERO_WORD } from '../../fakes/bytes.js';

const DOMAIN = { chainId: 31337, verifyingContract: address(0xde) };
const BOARD = word(7);
const FORGER = word(8);
const key = toHex(crypto.addressOf(BOARD)!);

function signedStatus(privateKey: Uint8Array, sequence: number): Uint8Array {
  const status: Status = {
    challenge: word(0xc1),
    trustConfiguration: ZERO_WORD,
    imageHash: ZERO_WORD,
    version: 1,
    epoch: 0,
    sequence,
    storeBirth: 0,
    receiptCounter: 0,
    receiptHead: ZERO_WORD,
    sealingKey: new Uint8Array(0),
    level: 1,
    finalized: 0,
  };
  const signature = crypto.sign(statusHash(crypto, DOMAIN, status), privateKey);
  return encodeStatus({ status, signature });
}

const publish = (broker: BrokerClient, name: 'status' | 'answer', payload: Uint8Array | string) =>
  broker.publish(topic(DOMAIN.chainId, DOMAIN.verifyingContract, name), payload, {
    retain: name === 'status',
  });

async function withChannel(
  believes: ((kind: string, signer: string | undefined) => boolean) | undefined,
  run: (channel: BoardChannel, others: BrokerClient) => Promise<void>,
): Promise<void> {
  const broker = await startBroker();
  const others = await connectBroker({ url: broker.url });
  const device = toHex(DOMAIN.verifyingContract);
  const channel = new BoardChannel({ broker: broker.url, chainId: DOMAIN.chainId, device, believes });
  try {
    await channel.ready();
    await run(channel, others);
  } finally {
    channel.close();
    others.close();
    await broker.close();
  }
}

test('a status that another key signed takes the place of the board’s neither before nor after it came', async t => {
  await withChannel(
    (_, signer) => signer === key,
    async (channel, others) => {
      await publish(others, 'status', signedStatus(FORGER, 99));
      await publish(others, 'status', signedStatus(BOARD, 1));
      t.is((await channel.status()).sequence, 1);
      await publish(others, 'status', signedStatus(FORGER, 99));
      await publish(others, 'status', signedStatus(BOARD, 2));
      t.is((await channel.statusWhere(status => status.sequence > 1)).sequence, 2);
    },
  );
});

test('whoever does not ask who signed sees every status, with its signer', async t => {
  await withChannel(undefined, async (channel, others) => {
    await publish(others, 'status', signedStatus(FORGER, 99));
    const { sequence, signer } = await channel.status();
    t.deepEqual([sequence, signer], [99, toHex(crypto.addressOf(FORGER)!)]);
  });
});

test('what is no answer is told to nobody, and the answer after it is', async t => {
  await withChannel(undefined, async (channel, others) => {
    const seen: string[] = [];
    channel.on('answer', ({ subject }) => seen.push(subject));
    for (const nonsense of ['', 'null', '7', '"x"', '[]', '{', '{"subject":7}', '\u0000'.repeat(9000)]) {
      await publish(others, 'answer', nonsense);
    }
    await publish(
      others,
      'answer',
      JSON.stringify({ profile: 'p', kind: 'command', subject: '0x01', verdict: 'accepted', trail: [] }),
    );
    while (seen.length === 0) await new Promise(resolve => setTimeout(resolve, 10));
    t.deepEqual(seen, ['0x01']);
  });
});

test('an address or a broker that is none is refused', t => {
  t.throws(() => new BoardChannel({ broker: 'http://x', chainId: 1, device: toHex(address(1)) }), {
    instanceOf: RangeError,
  });
  t.throws(() => new BoardChannel({ broker: 'mqtt://x', chainId: 1, device: '0x12' }), {
    instanceOf: RangeError,
  });
});
