/** A board is opened over a broker where everybody may publish. */
import test from 'ava';
import type { Contracts } from '../../../contracts/client/index.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { encodeStatus, statusHash } from '../../../firmware/device/status.js';
import { startBroker } from '../../../host-sim/broker/broker.js';
import { type BrokerClient, connectBroker } from '../../../host-sim/node/brokerClient.js';
import { type OpenBoard, openBoard, verifiedStatus } from '../../../tools/board/openBoard.js';
import type { Surroundings } from '../../../tools/cli/command.js';
import { Settings } from '../../../tools/settings/settings.js';
import { boardMail } from '../../fakes/boardMail.js';
import { address, word } from '../../fakes/bytes.js';
import { statusWith } from '../../fakes/status.js';
// Nobody's project.
import '../support.js';

const crypto = portableCrypto();
const DOMAIN = { chainId: 31337, verifyingContract: address(0xde) };
const BOARD = word(7);
const FORGER = word(8);
const FORMER = word(9);
const key = toHex(crypto.addressOf(BOARD)!);
const device = toHex(DOMAIN.verifyingContract) as `0x${string}`;

/** The key at the chain’s final block: another one than at the newest while a rotation is not final. */
let keyBeforeFinality: string | undefined;

const contracts = {
  chain: { chainId: DOMAIN.chainId },
  device: {
    read: async () => ({ exists: true, key, address: device }),
    finalKey: async () => keyBeforeFinality,
  },
} as unknown as Contracts;

function signedStatus(privateKey: Uint8Array, sequence: number): Uint8Array {
  const status = statusWith({ sequence });
  return encodeStatus({ status, signature: crypto.sign(statusHash(crypto, DOMAIN, status), privateKey) });
}

const mail = boardMail(DOMAIN);

const publish = (others: BrokerClient, payload: Uint8Array, retain = true) =>
  others.publish(mail.topic('status'), mail.seal('status', payload), { retain });

async function withBoard(
  run: (open: () => Promise<OpenBoard>, others: BrokerClient, notes: string[]) => Promise<void>,
): Promise<void> {
  const broker = await startBroker();
  const others = await connectBroker({ url: broker.url });
  const notes: string[] = [];
  const opened: OpenBoard[] = [];
  const surroundings = {
    note: (line: string) => void notes.push(line),
    signal: new AbortController().signal,
  } as unknown as Surroundings;
  const open = async () => {
    const board = await openBoard(new Settings({ broker: broker.url, device }), contracts, surroundings);
    opened.push(board);
    return board;
  };
  try {
    await run(open, others, notes);
  } finally {
    for (const board of opened) board.close();
    others.close();
    await broker.close();
  }
}

const until = async (is: () => boolean): Promise<void> => {
  while (!is()) await new Promise(resolve => setTimeout(resolve, 5));
};

test('a forged status takes the place of the board’s own nowhere, and nobody waits for it', async t => {
  await withBoard(async (open, others, notes) => {
    await publish(others, signedStatus(BOARD, 1));
    const board = await open();
    t.is((await verifiedStatus(board)).sequence, 1);
    await publish(others, signedStatus(FORGER, 99));
    await until(() => board.forged() === 1);
    // No time to wait: it must be there.
    t.is((await verifiedStatus(board, 1)).sequence, 1);
    t.is(notes.length, 1);
    t.true(notes[0].includes(toHex(crypto.addressOf(FORGER)!)), notes[0]);
  });
});

test('the twin: the board’s own next status takes the place of its last', async t => {
  await withBoard(async (open, others) => {
    await publish(others, signedStatus(BOARD, 1));
    const board = await open();
    await verifiedStatus(board);
    const heard = new Promise(resolve => board.channel.once('status', resolve));
    await publish(others, signedStatus(BOARD, 2));
    await heard;
    t.is((await verifiedStatus(board, 1)).sequence, 2);
    t.is(board.forged(), 0);
  });
});

test.serial(
  'until a rotation is final the board’s status under its former key counts, and from then on it does not',
  async t => {
    t.teardown(() => (keyBeforeFinality = undefined));
    await withBoard(async (open, others) => {
      await publish(others, signedStatus(FORMER, 4));
      keyBeforeFinality = toHex(crypto.addressOf(FORMER)!);
      const during = await open();
      t.is((await verifiedStatus(during)).sequence, 4);
      t.is(during.forged(), 0);

      keyBeforeFinality = key;
      const after = await open();
      await until(() => after.forged() === 1);
      await t.throwsAsync(verifiedStatus(after, 1), {
        code: 'status_forged',
        message: /its key was rotated/,
      });
    });
  },
);

test('where a forged status alone lies on the broker it is named, and the board’s is taken when it comes', async t => {
  await withBoard(async (open, others) => {
    await publish(others, signedStatus(FORGER, 99));
    const board = await open();
    await until(() => board.forged() === 1);
    await t.throwsAsync(verifiedStatus(board, 1), { code: 'status_forged' });
    const waiting = verifiedStatus(board, 60_000);
    await publish(others, signedStatus(BOARD, 3));
    t.is((await waiting).sequence, 3);
  });
});
