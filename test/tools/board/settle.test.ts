import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { Contracts } from '../../../contracts/client/index.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { encodeStatus, statusHash } from '../../../firmware/device/status.js';
import { type Receipt, receiptHash } from '../../../firmware/ledger/receipt.js';
import { encodePublishedReceipt } from '../../../firmware/ledger/receiptWire.js';
import { startBroker } from '../../../host-sim/broker/broker.js';
import { connectBroker } from '../../../host-sim/node/brokerClient.js';
import { openBoard } from '../../../tools/board/openBoard.js';
import { checkReceipt } from '../../../tools/board/receipt.js';
import { settle } from '../../../tools/board/settle.js';
import type { Surroundings } from '../../../tools/cli/command.js';
import { Settings } from '../../../tools/settings/settings.js';
import { boardMail } from '../../fakes/boardMail.js';
import { ZERO_WORD } from '../../fakes/bytes.js';
import { statusWith } from '../../fakes/status.js';
import { temporaryDirectory } from '../support.js';

const crypto = portableCrypto();
const boardKey = new Uint8Array(32).fill(3);
const strangersKey = new Uint8Array(32).fill(4);
const key = toHex(crypto.addressOf(boardKey)!);
const device = `0x${'09'.repeat(20)}` as const;
const subject = new Uint8Array(32).fill(5);

const answer = (over: object = {}) => ({
  profile: 'development',
  kind: 'command',
  subject: toHex(subject),
  verdict: 'accepted',
  trail: [],
  receipt: { counter: 1, outcome: 'done' },
  ...over,
});
const refusal = answer({ verdict: 'rejected', code: 'expired', evidence: 'says who', receipt: undefined });

function receipt(signedWith = boardKey, over: Partial<Receipt> = {}, result = Uint8Array.of(0xf5)) {
  const fields: Receipt = {
    storeBirth: 0,
    counter: 1,
    previous: new Uint8Array(32),
    envelopeHash: subject,
    outcome: 'done',
    code: '',
    resultHash: crypto.keccak256(Uint8Array.of(0xf5)),
    imageHash: new Uint8Array(32),
    blockNumber: 7,
    blockHash: new Uint8Array(32).fill(8),
    ...over,
  };
  const hash = receiptHash(crypto, { chainId: 31337, verifyingContract: new Uint8Array(20).fill(9) }, fields);
  const signer = toHex(crypto.addressOf(signedWith)!);
  return { receipt: fields, signature: crypto.sign(hash, signedWith), result, hash, signer };
}

const contracts = {
  device: { read: async () => ({ exists: true, address: device, key }), finalKey: async () => key },
  chain: {
    chainId: 31337,
    client: { getBlock: async () => ({ hash: toHex(new Uint8Array(32).fill(8)) }) },
  },
} as unknown as Contracts;

/** Without it nobody knows where the board listens. */
function status(): Uint8Array {
  const fields = statusWith({ challenge: ZERO_WORD, sealingKey: crypto.publicKeyOf(boardKey)! });
  const domain = { chainId: 31337, verifyingContract: new Uint8Array(20).fill(9) };
  const signature = crypto.sign(statusHash(crypto, domain, fields), boardKey);
  return encodeStatus({ status: fields, signature });
}

type Said = ['answer', unknown] | ['receipt', ReturnType<typeof receipt>];

/** Settles an envelope with a board behind a real broker that says, once it was sent, what `script` holds, in order. */
async function settleWith(t: ExecutionContext, script: readonly Said[], waitSeconds = 60) {
  const broker = await startBroker();
  const speaker = await connectBroker({ url: broker.url });
  const mail = boardMail({ chainId: 31337, verifyingContract: new Uint8Array(20).fill(9) });
  await speaker.publish(mail.topic('status'), mail.seal('status', status()), { retain: true });
  await speaker.subscribe(mail.topic('envelope'), async () => {
    for (const [kind, said] of script) {
      const text = typeof said === 'string' ? said : JSON.stringify(said);
      const payload = kind === 'receipt' ? encodePublishedReceipt(said) : text;
      await speaker.publish(mail.topic(kind), mail.seal(kind, payload));
    }
  });
  const notes: string[] = [];
  const surroundings = {
    note: (line: string) => void notes.push(line),
    signal: new AbortController().signal,
  } as unknown as Surroundings;
  const board = await openBoard(new Settings({ broker: broker.url, device }), contracts, surroundings);
  const settled = settle(surroundings, {
    board,
    contracts,
    kind: 'envelope',
    bytes: new Uint8Array(1),
    subject,
    waitSeconds,
    receipts: join(temporaryDirectory(t), 'receipts.jsonl'),
    remedy: 'Try again.',
  });
  return {
    notes,
    settled: settled.finally(async () => {
      board.close();
      speaker.close();
      await broker.close();
    }),
  };
}

test('an accepted answer with the board’s receipt is settled, its result decoded, its block looked up', async t => {
  const { settled } = await settleWith(t, [
    ['answer', answer()],
    ['receipt', receipt()],
  ]);
  t.like((await settled).receipt, { outcome: 'done', result: true, signer: key, blockKnown: true });
});

test('a stranger who answers first, or signs a receipt first, changes nothing', async t => {
  const { settled } = await settleWith(t, [
    ['receipt', receipt(strangersKey, { outcome: 'failed' })],
    ['answer', 'nonsense'],
    ['answer', refusal],
    ['answer', answer()],
    ['receipt', receipt()],
  ]);
  t.like((await settled).receipt, { outcome: 'done', signer: key });
});

test('a refusal without a receipt stays one', async t => {
  const { settled } = await settleWith(t, [['answer', refusal]]);
  t.like(await settled, { answer: { verdict: 'rejected', code: 'expired' }, receipt: undefined });
});

test('a result that is not the one that was signed is refused', async t => {
  const { settled } = await settleWith(t, [
    ['answer', answer()],
    ['receipt', receipt(boardKey, {}, Uint8Array.of(0xf4))],
  ]);
  await t.throwsAsync(settled, { code: 'receipt_forged' });
});

test('what waits is told, and when time is up the last cause is named with the remedy', async t => {
  const waits = answer({
    verdict: 'undetermined',
    code: 'no_quorum',
    evidence: '1 of 2',
    receipt: undefined,
  });
  const { notes, settled } = await settleWith(t, [['answer', waits]], 8);
  await t.throwsAsync(settled, { message: /within 8 s; its last word was no_quorum: 1 of 2\. Try again\./ });
  t.regex(notes[0], /The board waits \(no_quorum\): 1 of 2/);
});

test('a receipt of another key is nobody’s word, whoever hands it in; the board’s is taken, its unknown block named', async t => {
  await t.throwsAsync(checkReceipt(contracts, key, receipt(strangersKey)), { code: 'receipt_forged' });
  await t.throwsAsync(checkReceipt(contracts, key, { ...receipt(), signer: undefined }), {
    code: 'receipt_forged',
  });
  t.true((await checkReceipt(contracts, key, receipt())).blockKnown);
  const elsewhere = receipt(boardKey, { blockHash: new Uint8Array(32).fill(1) });
  t.false((await checkReceipt(contracts, key, elsewhere)).blockKnown);
});
