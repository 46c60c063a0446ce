import test from 'ava';
import { rejected } from '../../../firmware/bytes/verdict.js';
import type { Settlement } from '../../../firmware/command/answer.js';
import { Outbox, type OutboxOptions } from '../../../firmware/device/outbox.js';
import { type PublishedReceipt, parsePublishedReceipt } from '../../../firmware/ledger/receiptWire.js';
import { HandClock } from '../../../host-sim/testing/handClock.js';
import { word } from '../../fakes/bytes.js';

const receiptOf = (counter: number): PublishedReceipt => ({
  receipt: {
    ...{ storeBirth: 0, counter, previous: word(0), envelopeHash: word(counter), outcome: 'voided' as const },
    ...{ code: 'void', resultHash: word(0), imageHash: word(0), blockNumber: 1, blockHash: word(9) },
  },
  result: new Uint8Array(0),
  signature: new Uint8Array(65),
});

const voided = (counter: number, code: 'void' | 'not_anchored' | 'replayed'): Settlement => ({
  hash: word(counter),
  verdict: rejected(code, 'some evidence'),
  receipt: receiptOf(counter),
});

/** The counters of the receipts that an outbox publishes of these settlements, all of one instant. */
function receiptsOf(settlements: readonly Settlement[]): number[] {
  const counters: number[] = [];
  const outbox = new Outbox({
    clock: new HandClock(),
    ledger: { receiptCounter: 0 },
    log: () => {},
    mailbox: { shared: (_: string, bytes: Uint8Array) => bytes, reply: () => undefined },
    profile: 'development',
    status: () => undefined,
    publish: async (name: string, payload: Uint8Array) => {
      const parsed = name === 'receipt' ? parsePublishedReceipt(payload) : undefined;
      if (parsed?.verdict === 'accepted') counters.push(parsed.value.receipt.counter);
    },
  } as unknown as OutboxOptions);
  for (const settlement of settlements) outbox.settlement(settlement, undefined);
  return counters;
}

test('every receipt that a turn brings is published, however many envelopes it voids or takes back', t => {
  t.deepEqual(receiptsOf([voided(1, 'void'), voided(2, 'void'), voided(3, 'void')]), [1, 2, 3]);
  t.deepEqual(receiptsOf([voided(1, 'not_anchored'), voided(2, 'not_anchored')]), [1, 2]);
});

test('receipts of before are told once in a second: anybody may deliver an envelope again', t => {
  t.deepEqual(receiptsOf([voided(1, 'replayed'), voided(2, 'replayed')]), [1]);
});
