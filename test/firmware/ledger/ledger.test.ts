/** The ledger: atomic changes, counted and chained receipts, and room for the worst that may have to be kept. */
import test from 'ava';
import { RESULT_BYTES_MAX } from '../../../firmware/app/action.js';
import { takeNonce } from '../../../firmware/command/nonceCounters.js';
import { STORED_RECEIPTS_MAX, StoreKey } from '../../../firmware/ledger/keys.js';
import { type Change, Ledger, type Statement } from '../../../firmware/ledger/ledger.js';
import { outcomes, receiptHash } from '../../../firmware/ledger/receipt.js';
import { RAN_ENVELOPES_MAX } from '../../../firmware/ledger/records.js';
import { openJournal } from '../../../firmware/store/journal.js';
import { encodeProgress } from '../../../firmware/update/progress.js';
import { type Moment, Power, PowerCut, withFaults } from '../../../host-sim/flash/faults.js';
import { address, word, ZERO_WORD } from '../../fakes/bytes.js';
import { MemoryFlash } from '../../fakes/memoryFlash.js';
import { rememberingCrypto } from '../../fakes/rememberingCrypto.js';

const crypto = rememberingCrypto();
const domain = { chainId: 31337, verifyingContract: address(0xde) };
const privateKey = word(7);
const KEY = crypto.addressOf(privateKey)!;
const GREATEST = Number.MAX_SAFE_INTEGER;

const open = (flash: Pick<MemoryFlash, 'open'> | ReturnType<typeof withFaults>) =>
  new Ledger({ journal: openJournal(flash.open('journal')), crypto, domain, privateKey, imageHash: word(9) });

const statement = (n: number, fields: Partial<Statement> = {}): Statement => ({
  envelopeHash: word(n),
  sequence: n,
  outcome: 'done',
  code: '',
  result: Uint8Array.of(n),
  block: { number: n, hash: word(n + 1) },
  ...fields,
});

test('a receipt is signed by the board, counts on and names the one before; its result is hashed', t => {
  const ledger = open(new MemoryFlash());
  const first = ledger.commit({ birth: 0, statement: statement(1) })!;
  const second = ledger.commit({ statement: statement(2, { result: new Uint8Array(0) }) })!;
  t.deepEqual(first.receipt.previous, ZERO_WORD);
  t.deepEqual(second.receipt.previous, receiptHash(crypto, domain, first.receipt));
  t.deepEqual([first.receipt.counter, second.receipt.counter], [1, 2]);
  t.deepEqual(first.receipt.resultHash, crypto.keccak256(first.result));
  t.deepEqual(second.receipt.resultHash, ZERO_WORD);
  t.deepEqual(first.receipt.imageHash, word(9));
  for (const { receipt, signature } of [first, second])
    t.deepEqual(crypto.recoverAddress(receiptHash(crypto, domain, receipt), signature), KEY);
});

test('a ledger without a position is in the epoch that the board knows; one with a position is where that says', t => {
  const flash = new MemoryFlash();
  const knowing = () =>
    new Ledger({
      ...{ journal: openJournal(flash.open('journal')), crypto, domain, privateKey },
      ...{ imageHash: word(9), epoch: 3 },
    });
  const lost = knowing();
  t.deepEqual([lost.position.epoch, lost.position.sequence, lost.birth], [3, 0, undefined]);
  const position = { epoch: 4, sequence: 7, head: word(1), block: 9 };
  lost.commit({ birth: 5, position, settled: position });
  t.is(knowing().position.epoch, 4);
  t.is(open(new MemoryFlash()).position.epoch, 0);
});

test('a remark is the code of receipts that have none of their own, and is signed with them', t => {
  const ledger = open(new MemoryFlash());
  const before = ledger.commit({ statement: statement(1) })!;
  ledger.remark = 'floor_lowered';
  const after = ledger.commit({ statement: statement(2) })!;
  const own = ledger.commit({ statement: statement(3, { outcome: 'refused', code: 'params' }) })!;
  t.deepEqual(
    [before, after, own].map(({ receipt }) => receipt.code),
    ['', 'floor_lowered', 'params'],
  );
  t.deepEqual(crypto.recoverAddress(receiptHash(crypto, domain, after.receipt), after.signature), KEY);
});

test('everything is there again after a restart', t => {
  const flash = new MemoryFlash();
  const before = open(flash);
  const position = { epoch: 1, sequence: 2, head: word(3), block: 4, level: 4 };
  const settled = { ...position, sequence: 1 };
  const ran = [{ sequence: 2, envelopeHash: word(5), head: word(6), reorged: true }];
  const inFlight = {
    envelopeHash: word(7),
    sequence: 2,
    action: 'a.b',
    params: Uint8Array.of(1),
    replyKey: word(9),
    block: { number: 1, hash: word(8) },
  };
  const made = before.commit({ birth: 77, position, settled, ran, inFlight, statement: statement(1) });
  const after = open(flash);
  t.deepEqual([after.birth, after.position, after.settled, after.ran], [77, position, settled, ran]);
  t.deepEqual(after.inFlight(), inFlight);
  t.deepEqual(after.receiptFor(word(1)), { ...made, sequence: 1 } as never);
  t.is(after.receiptCounter, 1);
  t.deepEqual(after.receiptHead, before.receiptHead);
  after.commit({ inFlight: 'none' });
  t.is(open(flash).inFlight(), undefined);
});

test('a blank store has no birth, an empty one that was begun has', t => {
  const flash = new MemoryFlash();
  t.is(open(flash).birth, undefined);
  open(flash).commit({ birth: 0 });
  t.is(open(flash).birth, 0);
});

test('the newest receipt for an envelope is the one that is given', t => {
  const ledger = open(new MemoryFlash());
  for (let i = 0; i < STORED_RECEIPTS_MAX - 1; i++) ledger.commit({ statement: statement(100 + i) });
  ledger.commit({ statement: statement(1) });
  ledger.commit({ statement: statement(1, { outcome: 'reorged', code: 'reorged' }) });
  t.is(ledger.receiptFor(word(1))?.receipt.outcome, 'reorged');
});

test('the ring keeps the newest receipts and no more', t => {
  const flash = new MemoryFlash();
  const ledger = open(flash);
  for (let i = 1; i <= STORED_RECEIPTS_MAX + 5; i++) ledger.commit({ statement: statement(i) });
  t.is(ledger.receiptFor(word(5)), undefined);
  t.deepEqual(ledger.receiptsAt(5), []);
  t.is(ledger.receiptFor(word(6))?.receipt.counter, 6);
  t.is(ledger.receiptsAt(STORED_RECEIPTS_MAX + 5).length, 1);
  t.is(open(flash).receiptCounter, STORED_RECEIPTS_MAX + 5);
});

/** The greatest of everything that the store may be asked to hold. */
function worst(): Change {
  const position = { epoch: 0xffffffff, sequence: 0xffffffff, head: word(0xff), block: GREATEST };
  let nonceCounters: Uint8Array | undefined;
  for (let i = 0; i < 16; i++)
    nonceCounters = takeNonce(nonceCounters, address(0x80 + i), 0xffffffff, GREATEST);
  const offer = {
    channel: address(1),
    version: 0xffffffff,
    imageSha256: word(1),
    size: 0xffffffff,
    manifestHash: word(2),
  };
  return {
    birth: GREATEST,
    position,
    settled: position,
    ran: Array.from({ length: RAN_ENVELOPES_MAX }, () => ({
      sequence: 0xffffffff,
      envelopeHash: word(1),
      head: word(2),
      reorged: true,
    })),
    floors: new Uint8Array(96).fill(0xff),
    nonceCounters,
    records: [[StoreKey.update, encodeProgress({ offer, offset: 0xffffffff, tries: 9, floor: 0xffffffff })]],
  };
}

test('the worst case fits: a full ring of the largest receipts beside the largest of all else', t => {
  const flash = new MemoryFlash();
  const ledger = open(flash);
  // A birth begins the receipts anew, so it comes once.
  const { birth, nonceCounters, ...rest } = worst();
  ledger.commit({ birth, ...rest });
  ledger.commit({ nonceCounters });
  const inFlight = {
    envelopeHash: word(1),
    sequence: GREATEST,
    action: 'x'.repeat(64),
    params: new Uint8Array(512).fill(0xff),
    replyKey: new Uint8Array(33).fill(0xff),
    block: { number: GREATEST, hash: word(1) },
  };
  const largest = {
    code: 'x'.repeat(32),
    result: new Uint8Array(RESULT_BYTES_MAX).fill(0xff),
    sequence: GREATEST,
  };
  for (let i = 0; i < STORED_RECEIPTS_MAX + 3; i++) {
    t.notThrows(() => ledger.commit({ ...rest, records: undefined, inFlight }));
    t.notThrows(() =>
      ledger.commit({
        inFlight: 'none',
        statement: statement(i & 0xff, { ...largest, outcome: outcomes[7] }),
      }),
    );
  }
  t.notThrows(() =>
    ledger.commit({
      ...rest,
      nonceCounters: undefined,
      records: undefined,
      statement: statement(1, largest),
    }),
  );
  t.is(open(flash).receiptCounter, STORED_RECEIPTS_MAX + 4);
});

test('a birth begins the receipts anew, in memory as on flash', t => {
  const flash = new MemoryFlash();
  const ledger = open(flash);
  ledger.commit({ birth: 0, statement: statement(1) });
  ledger.commit({ statement: statement(2) });
  ledger.commit({ birth: 9 });
  t.like(open(flash), { birth: 9, receiptCounter: 0 });
  const first = ledger.commit({ statement: statement(3) })!;
  t.like(first.receipt, { storeBirth: 9, counter: 1, previous: new Uint8Array(32) });
  const again = ledger.commit({ birth: 10, statement: statement(4) })!;
  t.like(again.receipt, { storeBirth: 10, counter: 1, previous: new Uint8Array(32) });
  t.deepEqual(open(flash).receiptHead, ledger.receiptHead);
  t.is(open(flash).receiptCounter, 1);
});

test('a cut at any flash operation leaves the state before or the state after, in memory as on flash', t => {
  let cuts = 0;
  for (const moment of ['before', 'torn', 'after'] as Moment[]) {
    for (let operation = 1; ; operation++) {
      const memory = new MemoryFlash();
      const power = new Power({ seed: operation });
      const flash = withFaults(memory, power);
      const ledger = open(flash);
      ledger.commit({ birth: 0, statement: statement(1) });
      const position = { epoch: 0, sequence: 2, head: word(2), block: 2 };
      power.cutAt(operation, moment);
      let cut = false;
      try {
        ledger.commit({ position, settled: position, statement: statement(2) });
      } catch (error) {
        if (!(error instanceof PowerCut)) throw error;
        cut = true;
      }
      if (!cut) break;
      cuts++;
      t.is(ledger.position.sequence, 0, 'memory never runs ahead of flash');
      t.is(ledger.receiptCounter, 1);
      power.restore();
      const after = open(flash);
      const text = `${after.position.sequence} ${after.settled.sequence} ${after.receiptCounter} ${after.receiptFor(word(2)) ? 'told' : ''}`;
      t.regex(text, /^(0 0 1 |2 2 2 told)$/, `${moment} ${operation}`);
      const next = after.commit({ statement: statement(3) })!;
      t.is(next.receipt.counter, after.receiptCounter);
    }
  }
  t.true(cuts >= 9, `${cuts}`);
});

test('an envelope that was never receipted costs no reading of flash; a receipted one is found, after a restart too', t => {
  const flash = new MemoryFlash();
  const first = open(flash);
  for (let n = 1; n <= STORED_RECEIPTS_MAX + 3; n++) first.commit({ statement: statement(n) });
  for (const reopened of [false, true]) {
    const journal = openJournal(flash.open('journal'));
    const ledger = reopened ? new Ledger({ journal, crypto, domain, privateKey, imageHash: word(9) }) : first;
    let reads = 0;
    const get = journal.get.bind(journal);
    journal.get = key => {
      reads++;
      return get(key);
    };
    for (let n = 100; n < 200; n++) t.is(ledger.receiptFor(word(n * 0x1000000)), undefined);
    t.is(reads, 0);
    t.is(ledger.receiptFor(word(20))?.receipt.counter, 20);
    t.is(ledger.receiptFor(word(3)), undefined, 'pushed out');
    t.is(ledger.receiptFor(word(STORED_RECEIPTS_MAX + 3))?.receipt.counter, STORED_RECEIPTS_MAX + 3);
  }
});
