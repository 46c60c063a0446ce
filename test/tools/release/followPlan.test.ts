/** A roll-out by plan, by what boards signed: it widens while they run the release, and stops where they left it. */
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import {
  ContractError,
  type Contracts,
  digestOf,
  domainOf,
  type Hex,
  typedData,
} from '../../../contracts/client/index.js';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { type Outcome, type Receipt, receiptHash } from '../../../firmware/ledger/receipt.js';
import { approvalHash } from '../../../firmware/update/offer.js';
import { keepReceipt } from '../../../tools/board/receiptLog.js';
import { followPlan } from '../../../tools/release/followPlan.js';
import { OutcomeReader, receiptFields } from '../../../tools/release/outcomes.js';
import { word } from '../../fakes/bytes.js';
import { temporaryDirectory } from '../support.js';

const crypto = portableCrypto();
const chainId = 31337;
const channel: Hex = `0x${'c4'.repeat(20)}`;
const hexOf = (bytes: Uint8Array) => toHex(bytes) as Hex;
const release = {
  ...{ version: 4, imageSha256: hexOf(word(9)), size: 5000, manifestHash: hexOf(word(8)) },
  ...{ floor: 0, rollout: 0, withdrawn: false, blockNumber: 1 },
};
const earlier = { ...release, version: 3, imageSha256: hexOf(word(2)) };
const offer = {
  ...{ channel: fromHex(channel, 20)!, version: 4, size: 5000 },
  ...{ imageSha256: word(9), manifestHash: word(8) },
};
const approval = approvalHash(crypto, offer);
/** Back to the earlier version, and forth again, as owners approve it for boards that run the other. */
const back = approvalHash(crypto, { ...offer, version: 3, imageSha256: word(2), from: 4 });
const forth = approvalHash(crypto, { ...offer, from: 3 });

const deviceOf = (board: number): Hex => `0x${board.toString(16).padStart(40, '0')}`;
const secretOf = (board: number) => word(board);

function receiptOf(outcome: Outcome, counter = 1): Receipt {
  return {
    ...{ storeBirth: 7, counter, previous: word(3), envelopeHash: approval, outcome },
    ...{ code: outcome === 'failed' ? 'rolled_back' : '', resultHash: new Uint8Array(32) },
    ...{ imageHash: outcome === 'done' ? word(9) : word(2), blockNumber: 5, blockHash: word(6) },
  };
}

/** A receipt that is signed by that board's key. */
type Said = { by?: number } & Partial<Receipt>;

/** A vendor's desk: a channel as the contract keeps it, boards that follow it, and a log of receipts. */
function desk(t: ExecutionContext, boards: readonly number[]) {
  const log = join(temporaryDirectory(t), 'receipts.jsonl');
  const state = { rollout: 0, paused: false, halted: false, newest: 4 };
  const did: string[] = [];
  const sent = { blockNumber: 9n };
  const contracts = {
    chain: { chainId },
    channel: {
      read: async () => state,
      releases: async () => [earlier, release],
      widen: async (_: Hex, __: number, rollout: number) => {
        did.push(`widen ${rollout}`);
        state.rollout = rollout;
        return sent;
      },
      narrow: async (_: Hex, __: number, rollout: number) => {
        did.push(`narrow ${rollout}`);
        state.rollout = rollout;
        return sent;
      },
      reportFailure: async (_: Hex, device: Hex) => {
        did.push(`report ${Number(device)}`);
        if (did.filter(each => each.startsWith('report')).length === 2) state.halted = true;
        if (Number(device) === 3) throw new ContractError('AlreadyCounted', 'it is counted');
        return sent;
      },
    },
    device: {
      read: async (device: Hex) => ({
        ...{ exists: boards.includes(Number(device)), channel },
        key: hexOf(crypto.addressOf(secretOf(Number(device)))!),
      }),
    },
    factory: { registrations: async () => boards.map(board => ({ device: deviceOf(board) })) },
  } as unknown as Contracts;
  const say = (board: number, outcome: Outcome, { by = board, counter = 1, ...more }: Said = {}) => {
    const device = deviceOf(board);
    const receipt = { ...receiptOf(outcome, counter), ...more };
    const digest = receiptHash(crypto, { chainId, verifyingContract: fromHex(device, 20)! }, receipt);
    const signature = crypto.sign(digest, secretOf(by));
    keepReceipt(log, { chainId, device }, { receipt, signature, result: new Uint8Array(0) });
  };
  const warnings: string[] = [];
  const input = {
    ...{ emit: () => {}, progress: () => {}, signal: new AbortController().signal },
    warn: (line: string) => void warnings.push(line),
  };
  const follow = (plan: readonly number[], failuresMaxPerMille: number, listed: readonly number[] = []) =>
    followPlan(input, {
      ...{ contracts, channel, plan, failuresMaxPerMille, afterMs: 1 },
      reader: new OutcomeReader(contracts, log, channel),
      paths: listed.length === 0 ? undefined : device => (listed.includes(Number(device)) ? [] : undefined),
      final: async () => {},
    });
  const outcomes = () => new OutcomeReader(contracts, log, channel).read(release);
  return { did, follow, outcomes, say, state, warnings };
}

test('a plan widens step by step while boards run the release, and begins again where the channel stands', async t => {
  const { did, follow, say, state } = desk(t, [1, 2]);
  say(1, 'done');
  say(2, 'failed');
  say(2, 'done', { counter: 2 });
  t.deepEqual(await follow([10, 1000], 0), {
    version: 4,
    steps: [
      { rollout: 10, done: 2, failed: 0 },
      { rollout: 1000, done: 2, failed: 0 },
    ],
  });
  state.rollout = 500;
  await follow([10, 1000], 0);
  t.deepEqual(did, ['widen 10', 'widen 1000', 'widen 1000']);
});

test('where more boards than may left the release, no other board takes it; one fewer, and it goes on', async t => {
  const { did, follow, say } = desk(t, [1, 2, 3]);
  say(1, 'done');
  say(2, 'failed');
  say(3, 'failed');
  t.is((await follow([10, 1000], 667)).stopped, undefined);
  const { steps, stopped } = await desk(t, []).follow([10], 0);
  t.deepEqual([steps, stopped], [[{ rollout: 10, done: 0, failed: 0 }], undefined], 'nobody tried it');
  const strict = await follow([10, 1000], 666);
  t.deepEqual([strict.stopped, strict.steps], ['failures', [{ rollout: 1000, done: 1, failed: 2 }]]);
  t.is(did.at(-1), 'narrow 0');
});

test('a board whose newest receipt of all names another image is gone, and back once it took the release in its place', async t => {
  const { follow, outcomes, say } = desk(t, [1, 2]);
  say(1, 'done');
  say(2, 'done');
  t.deepEqual((await outcomes()).done, [deviceOf(1), deviceOf(2)]);
  say(2, 'done', { counter: 2, envelopeHash: back, imageHash: word(2) });
  t.deepEqual(await outcomes(), { done: [deviceOf(1)], gone: [deviceOf(2)], failed: [] });
  say(2, 'done', { counter: 9, envelopeHash: word(4), imageHash: word(2), by: 1 });
  say(2, 'failed', { counter: 3, envelopeHash: word(5), imageHash: word(2) });
  t.deepEqual((await outcomes()).gone, [deviceOf(2)], 'an order is no word on the release');
  t.is((await follow([10], 0)).stopped, undefined, 'nothing failed');
  say(2, 'done', { counter: 4, envelopeHash: forth });
  t.deepEqual(await outcomes(), { done: [deviceOf(1), deviceOf(2)], gone: [], failed: [] });
  say(1, 'done', { counter: 2, imageHash: word(2), by: 2 });
  t.deepEqual((await outcomes()).done, [deviceOf(1), deviceOf(2)], 'what another key signed moves nobody');
});

test('a receipt that another key signed, or of a board that nobody registered, counts for nothing', async t => {
  const { follow, say } = desk(t, [1]);
  say(1, 'failed', { by: 2 });
  say(5, 'failed');
  t.deepEqual((await follow([10], 0)).steps, [{ rollout: 10, done: 0, failed: 0 }]);
  say(1, 'failed');
  t.is((await follow([10], 0)).stopped, 'failures');
});

test('failures of listed boards are told to the contract once each, and its halt ends the plan', async t => {
  const { did, follow, say, warnings } = desk(t, [1, 2, 3, 4]);
  for (const board of [1, 2, 3, 4]) say(board, 'failed');
  const { stopped } = await follow([10, 1000], 1000, [1, 3]);
  t.is(stopped, 'halted');
  t.deepEqual(did, ['widen 10', 'report 1', 'report 3']);
  t.deepEqual(warnings, [], 'a failure that was counted before is no news');
});

test('a pause and a newer version end the plan, and nothing is narrowed', async t => {
  const { did, follow, state } = desk(t, [1]);
  state.paused = true;
  t.is((await follow([10, 1000], 0)).stopped, 'paused');
  Object.assign(state, { paused: false, newest: 5, rollout: 10 });
  t.is((await follow([10, 1000], 0)).stopped, 'newer');
  t.deepEqual(did, ['widen 10']);
});

test('a receipt goes to the contract as the board signed it', async t => {
  const domain = { chainId, verifyingContract: fromHex(channel, 20)! };
  for (const outcome of ['done', 'failed'] as const) {
    const receipt = receiptOf(outcome);
    const fields = receiptFields(receipt);
    const data = typedData(domainOf(chainId, channel), 'Receipt', { ...fields });
    t.is(await digestOf(data), hexOf(receiptHash(crypto, domain, receipt)));
  }
});
