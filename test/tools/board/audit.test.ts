import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { epochHead, nextHead } from '../../../firmware/command/link.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { type Receipt, receiptHash } from '../../../firmware/ledger/receipt.js';
import type { PublishedReceipt } from '../../../firmware/ledger/receiptWire.js';
import { auditHeads } from '../../../tools/board/auditHeads.js';
import { auditLinks, auditReceipts } from '../../../tools/board/auditReceipts.js';
import { nextSteps } from '../../../tools/board/auditRemedies.js';
import { keepReceipt, readReceipts } from '../../../tools/board/receiptLog.js';
import { temporaryDirectory } from '../support.js';

const crypto = portableCrypto();
const boardKey = new Uint8Array(32).fill(3);
const keys = [toHex(crypto.addressOf(boardKey)!)];
const device = new Uint8Array(20).fill(9);
const domain = { chainId: 31337, verifyingContract: device };

const bytes = (fill: number) => new Uint8Array(32).fill(fill);

function signed(receipt: Receipt, key = boardKey): PublishedReceipt {
  return {
    receipt,
    signature: crypto.sign(receiptHash(crypto, domain, receipt), key),
    result: new Uint8Array(0),
  };
}

/** The receipts of an honest board: `count` receipts of one store, each naming the one before. */
function chain(count: number, storeBirth = 0): PublishedReceipt[] {
  const receipts: PublishedReceipt[] = [];
  let previous = bytes(0);
  for (let counter = 1; counter <= count; counter++) {
    const receipt = signed({
      storeBirth,
      counter,
      previous,
      envelopeHash: bytes(counter),
      outcome: 'done',
      code: '',
      resultHash: bytes(0),
      imageHash: bytes(0xaa),
      blockNumber: 100 + counter,
      blockHash: bytes(0xbb),
    });
    previous = new Uint8Array(receiptHash(crypto, domain, receipt.receipt));
    receipts.push(receipt);
  }
  return receipts;
}

const newestOf = (receipts: readonly PublishedReceipt[]) => {
  const { receipt } = receipts[receipts.length - 1];
  return {
    storeBirth: receipt.storeBirth,
    counter: receipt.counter,
    head: toHex(receiptHash(crypto, domain, receipt)),
  };
};

const rulesOf = (receipts: readonly PublishedReceipt[], newest = newestOf(receipts)) =>
  auditReceipts({ crypto, domain, receipts, keys, newest }).findings.map(({ rule }) => rule);

const honest = chain(6);

test('an honest chain of receipts has no finding, in any order, seen any number of times, over several stores', t => {
  const two = [...honest, ...chain(3, 1_700_000_000)];
  fc.assert(
    fc.property(fc.shuffledSubarray(two, { minLength: two.length }), fc.subarray(two), (shuffled, again) => {
      t.deepEqual(rulesOf([...shuffled, ...again], newestOf(two)), []);
    }),
    { numRuns: 5 },
  );
});

test('a receipt that is left out shows, whichever it is', t => {
  for (let missing = 0; missing < honest.length; missing++) {
    const rest = honest.filter((_, i) => i !== missing);
    t.deepEqual(rulesOf(rest, newestOf(honest)), [missing === honest.length - 1 ? 'count' : 'gap']);
  }
  t.deepEqual(rulesOf(honest), []);
});

test('all receipts left out shows as well', t => {
  t.deepEqual(rulesOf([], newestOf(honest)), ['count']);
});

test('any changed member of a receipt shows: its signature is another’s', t => {
  const changes: Partial<Receipt>[] = [
    { storeBirth: 1 },
    { counter: 9 },
    { previous: bytes(1) },
    { envelopeHash: bytes(99) },
    { outcome: 'failed' },
    { code: 'params' },
    { resultHash: bytes(1) },
    { imageHash: bytes(1) },
    { blockNumber: 1 },
    { blockHash: bytes(1) },
  ];
  for (const change of changes) {
    const { receipt, ...rest } = honest[2];
    const changed = honest.map((one, i) => (i === 2 ? { ...rest, receipt: { ...receipt, ...change } } : one));
    const rules = rulesOf(changed, newestOf(honest));
    t.true(rules.includes('signature') && rules.includes('gap'), JSON.stringify(change));
  }
});

test('a receipt of another key shows; a key that the board had before is its own', t => {
  const foreign = new Uint8Array(32).fill(4);
  const exchanged = [...honest.slice(0, 5), signed(honest[5].receipt, foreign)];
  t.deepEqual(rulesOf(exchanged), ['signature', 'count']);
  const both = [...keys, toHex(crypto.addressOf(foreign)!)];
  t.deepEqual(auditReceipts({ crypto, domain, receipts: exchanged, keys: both }).findings, []);
});

test('a board that signs two receipts with one number is found out', t => {
  const twin = signed({ ...honest[2].receipt, outcome: 'failed' });
  t.deepEqual(rulesOf([...honest, twin]), ['conflict']);
});

test('a board that names another receipt as the one before is found out', t => {
  const other = signed({ ...honest[5].receipt, previous: bytes(5) });
  t.deepEqual(rulesOf([...honest.slice(0, 5), other]), ['previous']);
});

test('a newest receipt that is not the one the board signed last shows', t => {
  const { storeBirth, counter } = newestOf(honest);
  t.deepEqual(rulesOf(honest, { storeBirth, counter, head: toHex(bytes(1)) }), ['head']);
});

const link = (sequence: number, fill: number, epoch = 0) => ({
  sequence,
  commandHash: toHex(bytes(fill)) as `0x${string}`,
  notAfter: 2_000_000_000,
  epoch,
  fleetEpoch: 2,
  operator: `0x${'77'.repeat(20)}` as const,
  class: 0,
  blockNumber: 100 + sequence,
});

/** The events of a device whose links and epoch bumps come in this order. */
function eventsOf(steps: readonly (ReturnType<typeof link> | { bump: number })[]) {
  let head = bytes(0);
  let sequence = 0;
  const history: { name: string; values: Record<string, unknown> }[] = [];
  const links = steps.flatMap(step => {
    if ('bump' in step) {
      head = new Uint8Array(epochHead(crypto, 31337, device, step.bump, sequence));
      history.push({ name: 'EpochBumped', values: { epoch: step.bump, sequence, head: toHex(head) } });
      return [];
    }
    sequence = step.sequence;
    const { commandHash, operator } = step;
    const packed = { ...step, commandHash: fromHex(commandHash, 32)!, operator: fromHex(operator, 20)! };
    head = new Uint8Array(nextHead(crypto, head, packed));
    history.push({ name: 'Linked', values: { sequence } });
    return [{ ...step, head: toHex(head) as `0x${string}` }];
  });
  const epoch = steps.reduce((last, step) => ('bump' in step ? step.bump : last), 0);
  return { links, history, facts: { head: toHex(head) as `0x${string}`, sequence, epoch } };
}

const steps = [link(1, 1), link(2, 2), { bump: 1 }, link(3, 3, 1), link(4, 4, 1)];

test('links lead to the head that the device holds, over epochs; one changed, left out or invented does not', t => {
  const audit = (given: ReturnType<typeof eventsOf>) =>
    auditHeads({ crypto, chainId: 31337, device, ...given });
  t.deepEqual(audit(eventsOf(steps)), []);
  t.deepEqual(audit(eventsOf([])), []);
  const whole = eventsOf(steps);
  for (const [i, { sequence }] of whole.links.entries()) {
    const changed = whole.links.map((one, k) =>
      k === i ? { ...one, commandHash: toHex(bytes(77)) as `0x${string}` } : one,
    );
    t.true(audit({ ...whole, links: changed }).length > 0, `changed ${sequence}`);
    const rest = whole.links.filter((_, k) => k !== i);
    const hidden = whole.history.filter(
      ({ name, values }) => name !== 'Linked' || values.sequence !== sequence,
    );
    t.true(audit({ ...whole, links: rest, history: hidden }).length > 0, `hidden ${sequence}`);
  }
  const invented = { ...whole.links[3], sequence: 5 };
  const more = [...whole.history, { name: 'Linked', values: { sequence: 5 } }];
  t.true(audit({ ...whole, links: [...whole.links, invented], history: more }).length > 0);
  const unbumped = whole.history.filter(({ name }) => name !== 'EpochBumped');
  t.true(audit({ ...whole, history: unbumped }).length > 0);
});

test('each command has its receipt, or is open, or voided by its epoch; a consumed one without a receipt shows', t => {
  const { links } = eventsOf(steps);
  const receipts = auditReceipts({ crypto, domain, receipts: honest.filter((_, i) => i !== 2), keys });
  const outcomes = (consumed: { epoch: number; sequence: number }) => {
    const audited = auditLinks(links, receipts, consumed);
    return [audited.links.map(({ outcome }) => outcome), audited.findings.map(({ rule }) => rule)];
  };
  t.deepEqual(outcomes({ epoch: 1, sequence: 2 }), [['done', 'done', 'open', 'done'], []]);
  t.deepEqual(outcomes({ epoch: 1, sequence: 4 }), [['done', 'done', 'missing', 'done'], ['link']]);
  t.deepEqual(outcomes({ epoch: 2, sequence: 4 }), [['done', 'done', 'voided', 'done'], []]);
});

test('kept receipts are read back, of this board on this chain only; lines that hold none are counted', t => {
  const file = join(temporaryDirectory(t), 'deep', 'receipts.jsonl');
  const board = { chainId: 31337, device: toHex(device) };
  for (const receipt of honest) keepReceipt(file, board, receipt);
  keepReceipt(file, { ...board, chainId: 1 }, honest[0]);
  keepReceipt(file, { ...board, device: `0x${'00'.repeat(20)}` }, honest[0]);
  appendFileSync(
    file,
    `nonsense\n{"chainId":31337}\n${'x'.repeat(5000)}\n{"chainId":31337,"device":"0x","receipt":"0xc0"}\n`,
  );
  const read = readReceipts(file, board);
  t.deepEqual(read.receipts, honest);
  t.is(read.unreadable, 4);
});

test('what is missing and what was changed have next steps of their own, each said once; nothing wrong has none', t => {
  t.deepEqual(nextSteps([]), []);
  const gaps = auditReceipts({
    crypto,
    domain,
    receipts: [honest[1], honest[3]],
    keys,
    newest: newestOf(honest),
  });
  t.deepEqual(
    gaps.findings.map(({ rule }) => rule),
    ['gap', 'gap', 'count'],
  );
  t.is(nextSteps(gaps.findings).length, 1);
  t.regex(nextSteps(gaps.findings)[0], /^holdfast receipts asks the board again/);
  const changed = { rule: 'conflict', what: '' } as const;
  t.regex(nextSteps([...gaps.findings, changed])[1], /holdfast device suspend/);
});
