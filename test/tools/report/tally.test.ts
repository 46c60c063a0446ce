/** Boards that left a release are counted by their signed receipts alone: in their own line, at the image, and in words. */
import test from 'ava';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import type { Outcome, Receipt } from '../../../firmware/ledger/receipt.js';
import { approvalHash } from '../../../firmware/update/offer.js';
import type { Hex } from '../../../tools/cli/kinds.js';
import { offerOf } from '../../../tools/release/offerOf.js';
import type { ProvenBoard, ProvenChannel } from '../../../tools/report/facts.js';
import { imageReports } from '../../../tools/report/imageReports.js';
import { namedChannel, tally } from '../../../tools/report/tally.js';
import { boardLine, troubles } from '../../../tools/report/words.js';
import { word } from '../../fakes/bytes.js';

const crypto = portableCrypto();
const channel = `0x${'c1'.repeat(20)}` as Hex;
const hexOf = (bytes: Uint8Array) => toHex(bytes) as Hex;

const releaseOf = (version: number) => ({
  ...{ version, imageSha256: hexOf(word(version)), size: 5000, manifestHash: hexOf(word(100 + version)) },
  ...{ blockNumber: 10 * version, withdrawn: false },
});
const releases = [releaseOf(1), releaseOf(2)];
const proven = { channel, newest: 2, floor: 0, rollout: 1000, releases } as unknown as ProvenChannel;
const approval = approvalHash(crypto, offerOf(channel, releases[1]));

const receiptOf = (counter: number, outcome: Outcome, runs: number): Receipt => ({
  ...{ storeBirth: 0, counter, sequence: 0, decision: 0, blockNumber: 20 + counter, imageHash: word(runs) },
  ...{ envelopeHash: approval, code: outcome === 'failed' ? 'unhealthy' : '', outcome, resultHash: word(0) },
  ...{ previous: word(0), blockHash: word(9) },
});

const boardOf = (number: number, receipts: Receipt[]): ProvenBoard => ({
  ...{ device: `0x${number.toString(16).padStart(40, '0')}`, status: 'active', fleet: channel, channel },
  ...{ approval: hexOf(approval), receipts, crashes: [] },
});

const reportOf = (boards: readonly ProvenBoard[]) => {
  const lines = boards.map(board => tally(crypto, board, [namedChannel(crypto, proven)]));
  const images = imageReports(lines, [proven], () => ({}));
  return { lines, second: images.find(({ version }) => version === 2)! };
};

test('boards that say they left a release are counted at it, each once, and named with their reason', t => {
  const { lines, second } = reportOf([
    boardOf(1, [receiptOf(1, 'failed', 1), receiptOf(2, 'failed', 1)]),
    boardOf(2, [receiptOf(1, 'failed', 1)]),
    boardOf(3, [receiptOf(1, 'done', 2)]),
  ]);
  t.like(second, { boards: 1, failedOn: 2, newest: true });
  t.deepEqual(troubles(second), ['2 went back from it']);
  t.like(lines[1], { state: 'behind', version: 1, approved: 2 });
  t.deepEqual(lines[1].failed, [{ version: 2, code: 'unhealthy', image: hexOf(word(1)), block: 21 }]);
  t.regex(boardLine(lines[1]), /; version 2 failed there: unhealthy$/);
});

test('a board that took it at a later offer runs it, and its failure stays on record', t => {
  const { lines, second } = reportOf([boardOf(1, [receiptOf(1, 'failed', 1), receiptOf(2, 'done', 2)])]);
  t.like(second, { boards: 1, failedOn: 1 });
  t.like(lines[0], { state: 'current', version: 2, failed: { length: 1 } });
});

test('no other outcome is a failure, nor a failed order', t => {
  const order = { ...receiptOf(2, 'failed', 1), envelopeHash: fromHex(`0x${'0d'.repeat(32)}`, 32)! };
  const { lines, second } = reportOf([boardOf(1, [receiptOf(1, 'done', 2), order])]);
  t.is(second.failedOn, 0);
  t.deepEqual(lines[0].failed, []);
  t.deepEqual(troubles(second), []);
});
