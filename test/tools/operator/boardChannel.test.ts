/** Everybody may publish on a broker: what an operator's tools take from it, and from whom. */
import { randomFillSync } from 'node:crypto';
import { once } from 'node:events';
import test from 'ava';
import { toHex } from '../../../firmware/bytes/hex.js';
import { type Envelope, envelopeHash } from '../../../firmware/command/envelope.js';
import { encodeDelivery } from '../../../firmware/command/wire.js';
import { crashHash, encodeCrash } from '../../../firmware/device/crashReceipt.js';
import { encodeStatus, statusHash } from '../../../firmware/device/status.js';
import { type KeyPair, open, seal } from '../../../firmware/seal/sealed.js';
import { startBroker } from '../../../host-sim/broker/broker.js';
import { type BrokerClient, connectBroker } from '../../../host-sim/node/brokerClient.js';
import { BoardChannel, crypto } from '../../../tools/operator/boardChannel.js';
import { newReplyKey } from '../../../tools/operator/boardMail.js';
import { ask } from '../../../tools/operator/order.js';
import { boardMail } from '../../fakes/boardMail.js';
import { address, word, ZERO_WORD } from '../../fakes/bytes.js';
import { statusWith } from '../../fakes/status.js';

const DOMAIN = { chainId: 31337, verifyingContract: address(0xde) };
const BOARD = word(7);
const FORGER = word(8);
const key = toHex(crypto.addressOf(BOARD)!);

const boardKeys = newReplyKey();

const ENVELOPE: Envelope = {
  ...{ authority: 0, device: DOMAIN.verifyingContract, sequence: 1, epoch: 0, fleetEpoch: 0, notBefore: 1 },
  ...{ notAfter: 2, class: 0, challenge: ZERO_WORD, follows: 0, receipts: 0, replyKey: new Uint8Array(0) },
  ...{ action: 'relay.set', params: Uint8Array.of(0xa0), operator: address(1), salt: ZERO_WORD },
};

function signedStatus(privateKey: Uint8Array, sequence: number, epoch = 0): Uint8Array {
  const status = statusWith({ epoch, sequence, sealingKey: boardKeys.publicKey });
  const signature = crypto.sign(statusHash(crypto, DOMAIN, status), privateKey);
  return encodeStatus({ status, signature });
}

const mail = boardMail(DOMAIN);

const publish = (broker: BrokerClient, name: 'status' | 'answer' | 'crash', payload: Uint8Array | string) =>
  broker.publish(mail.topic(name), mail.seal(name, payload), { retain: name === 'status' });

async function withChannel(
  believes: ((kind: string, signer: string | undefined) => boolean) | undefined,
  run: (channel: BoardChannel, others: BrokerClient) => Promise<void>,
  telemetryKey?: KeyPair,
): Promise<void> {
  const broker = await startBroker();
  const others = await connectBroker({ url: broker.url });
  const device = toHex(DOMAIN.verifyingContract);
  const channel = new BoardChannel({
    ...{ broker: broker.url, chainId: DOMAIN.chainId, device, believes, telemetryKey },
  });
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
    for (const nonsense of ['', 'null', '7', '"x"', '[]', '{', '{"subject":7}', '\u0000'.repeat(3000)]) {
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

test('a broker that goes is told of once, and again when it is back; one that was never there is named', async t => {
  const broker = await startBroker();
  const options = { chainId: DOMAIN.chainId, device: toHex(DOMAIN.verifyingContract) };
  const channel = new BoardChannel({ ...options, broker: broker.url });
  t.teardown(() => channel.close());
  const told: unknown[] = [];
  channel.on('broker', said => told.push(said === 'back' ? said : typeof said.lost));
  await channel.ready();
  const gone = once(channel, 'broker');
  await broker.close();
  await gone;
  const back = once(channel, 'broker');
  const again = await startBroker({ port: Number(new URL(broker.url).port) });
  t.teardown(() => again.close());
  await back;
  t.deepEqual(told, ['string', 'back']);

  const nowhere = new BoardChannel({ ...options, broker: 'mqtt://127.0.0.1:1' });
  t.teardown(() => nowhere.close());
  t.regex(
    (await t.throwsAsync(nowhere.ready(100)))!.message,
    /^The broker mqtt:\/\/127\.0\.0\.1:1 cannot be reached/,
  );
});

test('an address or a broker that is none is refused', t => {
  t.throws(() => new BoardChannel({ broker: 'http://x', chainId: 1, device: toHex(address(1)) }), {
    instanceOf: RangeError,
  });
  t.throws(() => new BoardChannel({ broker: 'mqtt://x', chainId: 1, device: '0x12' }), {
    instanceOf: RangeError,
  });
});

test('an envelope goes out sealed to the key that the board’s status names, openly only where that is said', async t => {
  await withChannel(undefined, async (channel, board) => {
    await publish(board, 'status', signedStatus(BOARD, 1));
    await board.subscribe(mail.topic('envelope'), () => {});
    const bytes = encodeDelivery({ envelope: ENVELOPE, signature: new Uint8Array(0) });
    const sealed = board.next(mail.topic('envelope'));
    await channel.send('envelope', bytes);
    const { payload } = await sealed;
    t.is(payload.length, 1024);
    const hash = envelopeHash(crypto, DOMAIN, ENVELOPE);
    t.deepEqual(open(crypto, 'envelope', boardKeys, payload), { hash, bytes });
    const plain = board.next(mail.topic('envelope'));
    await channel.send('envelope', bytes, { unsealed: true });
    t.deepEqual((await plain).payload, bytes);
  });
});

test('an offer goes out for those who know the board’s topics', async t => {
  await withChannel(undefined, async (channel, board) => {
    await publish(board, 'status', signedStatus(BOARD, 1));
    await board.subscribe(mail.topic('offer'), () => {});
    const next = board.next(mail.topic('offer'));
    await channel.send('offer', Uint8Array.of(1, 2, 3));
    t.deepEqual(mail.open('offer', (await next).payload), Uint8Array.of(1, 2, 3));
  });
});

test('a message that the board cannot open is answered about itself, and that is the answer', async t => {
  await withChannel(undefined, async (channel, board) => {
    await publish(board, 'status', signedStatus(BOARD, 1));
    await board.subscribe(mail.topic('envelope'), ({ payload }) => {
      const answer = { profile: 'p', kind: 'command', verdict: 'rejected', code: 'malformed', trail: [] };
      void publish(board, 'answer', JSON.stringify({ ...answer, subject: toHex(crypto.keccak256(payload)) }));
    });
    const bytes = encodeDelivery({ envelope: ENVELOPE, signature: new Uint8Array(0) });
    const subject = envelopeHash(crypto, DOMAIN, ENVELOPE);
    const { answer } = await ask(channel, 'envelope', bytes, { subject, milliseconds: 600_000 });
    t.is(answer.code, 'malformed');
  });
});

test('what a busy board dropped is delivered again until the board settles it, and nothing else is', async t => {
  await withChannel(undefined, async (channel, board) => {
    await publish(board, 'status', signedStatus(BOARD, 1));
    const bytes = encodeDelivery({ envelope: ENVELOPE, signature: new Uint8Array(0) });
    const subject = envelopeHash(crypto, DOMAIN, ENVELOPE);
    const settled = {
      profile: 'p',
      kind: 'command',
      verdict: 'accepted',
      trail: [],
      subject: toHex(subject),
    };
    const busy = { ...settled, verdict: 'undetermined', code: 'busy' };
    let deliveries = 0;
    let answers: object[] = [];
    await board.subscribe(mail.topic('envelope'), () => {
      const answer = answers[deliveries++];
      if (answer) void publish(board, 'answer', JSON.stringify(answer));
    });
    const options = { subject, final: true, milliseconds: 600_000 };

    // Of what it dropped unread a board knows no hash.
    answers = [{ ...busy, subject: '' }, busy, settled];
    t.is((await ask(channel, 'envelope', bytes, options)).answer.verdict, 'accepted');
    t.is(deliveries, 3);

    // Its word that it is busy may be lost too.
    deliveries = 0;
    answers = [];
    answers[1] = settled;
    t.is((await ask(channel, 'envelope', bytes, options)).answer.verdict, 'accepted');
    t.is(deliveries, 2);

    // What waits at the board is there, and what another kind of message is told says nothing of it.
    deliveries = 0;
    answers = [{ ...settled, verdict: 'undetermined', code: 'paused' }];
    const asked = ask(channel, 'envelope', bytes, options);
    await once(channel, 'answer');
    await publish(board, 'answer', JSON.stringify({ ...busy, kind: 'update', subject: '' }));
    await new Promise(resolve => setTimeout(resolve, 6000));
    await publish(board, 'answer', JSON.stringify(settled));
    await asked;
    t.is(deliveries, 1);
  });
});

test('that an envelope on its way has not come yet is no answer where it is said to be on its way, and one elsewhere', async t => {
  await withChannel(undefined, async (channel, board) => {
    await publish(board, 'status', signedStatus(BOARD, 1));
    const bytes = encodeDelivery({ envelope: ENVELOPE, signature: new Uint8Array(0) });
    const subject = envelopeHash(crypto, DOMAIN, ENVELOPE);
    const settled = { profile: 'p', kind: 'command', trail: [], subject: toHex(subject) };
    await board.subscribe(mail.topic('envelope'), async () => {
      const evidence = 'the envelope of link 1 was not delivered';
      const early = { ...settled, verdict: 'undetermined', code: 'withheld', evidence };
      await publish(board, 'answer', JSON.stringify(early));
      // The other caller has gone by then.
      await publish(board, 'answer', JSON.stringify({ ...settled, verdict: 'accepted' })).catch(() => {});
    });
    for (const isUnderWay of [true, false]) {
      const options = { subject, isUnderWay, milliseconds: 600_000 };
      const { answer } = await ask(channel, 'envelope', bytes, options);
      t.is(answer.verdict, isUnderWay ? 'accepted' : 'undetermined');
    }
  });
});

test('a crash that another key signed is told to nobody who asks who signed; the board’s own is', async t => {
  const crash = { number: 1, count: 2, reason: 1, imageHash: word(5), uptime: 3, text: Uint8Array.of(65) };
  const signedBy = (privateKey: Uint8Array) =>
    encodeCrash({ crash, signature: crypto.sign(crashHash(crypto, DOMAIN, crash), privateKey) });
  await withChannel(
    (_, signer) => signer === key,
    async (channel, others) => {
      const told: unknown[] = [];
      channel.on('crash', ({ number, signer }) => told.push([number, signer]));
      await publish(others, 'crash', signedBy(FORGER));
      await publish(others, 'crash', Uint8Array.of(1, 2, 3));
      await publish(others, 'crash', signedBy(BOARD));
      while (told.length === 0) await new Promise(resolve => setTimeout(resolve, 5));
      t.deepEqual(told, [[1, key]]);
    },
  );
});

test('what is sealed to the telemetry key is told to who has it, and to nobody else', async t => {
  const telemetryKey = newReplyKey();
  const entropy = { fill: (target: Uint8Array) => void randomFillSync(target) };
  const answer = { profile: 'p', kind: 'command', verdict: 'accepted', trail: [], subject: toHex(word(5)) };
  const bytes = new TextEncoder().encode(JSON.stringify(answer));
  const sealed = seal({ crypto, entropy }, 'answer', telemetryKey.publicKey, word(5), bytes)!;
  for (const key of [telemetryKey, newReplyKey(), undefined]) {
    await withChannel(
      undefined,
      async (channel, board) => {
        const told: string[] = [];
        channel.on('answer', ({ subject }) => told.push(subject));
        await board.publish(mail.topic('answer'), sealed);
        // What comes after it is for all: then the other has come too.
        await publish(board, 'answer', JSON.stringify({ ...answer, subject: 'last' }));
        while (!told.includes('last')) await new Promise(resolve => setTimeout(resolve, 5));
        t.deepEqual(told, key === telemetryKey ? [answer.subject, 'last'] : ['last']);
      },
      key,
    );
  }
});

test('the status of an older epoch, which the broker still holds, takes the place of no newer one', async t => {
  const broker = await startBroker();
  const board = await connectBroker({ url: broker.url });
  const newer = boardMail(DOMAIN, { epoch: 1 });
  const [old, now] = [signedStatus(BOARD, 9), signedStatus(BOARD, 1, 1)];
  await board.publish(newer.topic('status'), newer.seal('status', now), { retain: true });
  await publish(board, 'status', old);
  const device = toHex(DOMAIN.verifyingContract);
  const channel = new BoardChannel({ broker: broker.url, chainId: DOMAIN.chainId, device });
  t.teardown(async () => {
    channel.close();
    board.close();
    await broker.close();
  });
  await channel.ready();
  t.is((await channel.statusWhere(({ epoch }) => epoch === 1)).sequence, 1);
  await board.subscribe(newer.topic('envelope'), () => {});
  const next = board.next(newer.topic('envelope'));
  await channel.send('envelope', Uint8Array.of(0));
  t.deepEqual((await next).payload, Uint8Array.of(0), 'it goes where the board listens now');
  t.is((await channel.status()).epoch, 1);
});

test('a board that lost its journal with its epoch is heard in the one before, where it says so now', async t => {
  await withChannel(undefined, async (channel, board) => {
    const newer = boardMail(DOMAIN, { epoch: 1 });
    await board.publish(newer.topic('status'), newer.seal('status', signedStatus(BOARD, 1, 1)), {
      retain: true,
    });
    t.is((await channel.status()).epoch, 1);
    await publish(board, 'status', signedStatus(BOARD, 9));
    t.is((await channel.statusWhere(({ epoch }) => epoch === 0)).sequence, 9);
    await board.subscribe(mail.topic('envelope'), () => {});
    const next = board.next(mail.topic('envelope'));
    await channel.send('envelope', Uint8Array.of(0));
    t.deepEqual((await next).payload, Uint8Array.of(0));
  });
});
