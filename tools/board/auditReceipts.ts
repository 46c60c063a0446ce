/** Receipts of one board against each other and against the chain. Pure: everything it needs is handed in. */
import type { Link } from '../../contracts/client/index.js';
import { toHex } from '../../firmware/bytes/hex.js';
import type { Domain } from '../../firmware/contract/typedData.js';
import { receiptHash } from '../../firmware/ledger/receipt.js';
import type { PublishedReceipt } from '../../firmware/ledger/receiptWire.js';
import type { Crypto } from '../../firmware/port/crypto.js';

export interface Finding {
  /** The rule that is broken, for programs. */
  rule: 'signature' | 'conflict' | 'gap' | 'previous' | 'head' | 'count' | 'link';
  /** For people. */
  what: string;
}

export interface AuditedReceipt {
  storeBirth: number;
  counter: number;
  hash: string;
  previous: string;
  envelopeHash: string;
  outcome: string;
  code: string;
  /** SHA-256 of the image that ran, and the trusted block that the decision rests on; 0 for none. */
  imageHash: string;
  blockNumber: number;
}

export interface ReceiptAudit {
  /** In order: by store, then counter. */
  receipts: AuditedReceipt[];
  findings: Finding[];
}

export interface ReceiptAuditInput {
  crypto: Crypto;
  domain: Domain;
  receipts: readonly PublishedReceipt[];
  /** The board's keys, past ones included; lower case. */
  keys: readonly string[];
  /** The receipts of the board's newest signed status; without it nobody sees that the newest receipts are missing. */
  newest?: { storeBirth: number; counter: number; head: string };
}

const ZERO = `0x${'00'.repeat(32)}`;

/** Signatures, then for each store: counters without gaps or doubles, each receipt naming the one before. */
export function auditReceipts({ crypto, domain, keys, newest, receipts }: ReceiptAuditInput): ReceiptAudit {
  const findings: Finding[] = [];
  const stores = new Map<number, Map<number, AuditedReceipt>>();
  for (const { receipt, signature } of receipts) {
    const digest = receiptHash(crypto, domain, receipt);
    const signer = crypto.recoverAddress(digest, signature);
    const name = `receipt ${receipt.counter} of store ${receipt.storeBirth}`;
    if (!signer || !keys.includes(toHex(signer))) {
      findings.push({
        rule: 'signature',
        what: `${name} is signed by ${signer ? toHex(signer) : 'nobody'}, not by the board`,
      });
      continue;
    }
    const store = stores.get(receipt.storeBirth) ?? new Map<number, AuditedReceipt>();
    stores.set(receipt.storeBirth, store);
    const hash = toHex(digest);
    const twin = store.get(receipt.counter);
    if (twin && twin.hash !== hash) {
      findings.push({
        rule: 'conflict',
        what: `${name} exists twice: ${twin.hash} and ${hash}, both signed by the board`,
      });
    }
    if (twin) continue;
    const { blockNumber, code, counter, outcome, storeBirth } = receipt;
    const envelopeHash = toHex(receipt.envelopeHash);
    store.set(counter, {
      storeBirth,
      counter,
      hash,
      previous: toHex(receipt.previous),
      envelopeHash,
      outcome,
      code,
      imageHash: toHex(receipt.imageHash),
      blockNumber,
    });
  }
  const births = [...stores.keys()].sort((a, b) => a - b);
  const ordered = births.flatMap(birth =>
    [...stores.get(birth)!.values()].sort((a, b) => a.counter - b.counter),
  );
  for (const birth of births)
    chained(
      ordered.filter(({ storeBirth }) => storeBirth === birth),
      findings,
    );
  if (newest) reachesNewest(ordered, newest, findings);
  return { receipts: ordered, findings };
}

function chained(store: readonly AuditedReceipt[], findings: Finding[]): void {
  let before: AuditedReceipt | undefined;
  for (const receipt of store) {
    const { counter, hash, previous, storeBirth } = receipt;
    const expected = (before?.counter ?? 0) + 1;
    if (counter !== expected) {
      const missing = counter - 1 === expected ? `${expected}` : `${expected} to ${counter - 1}`;
      findings.push({ rule: 'gap', what: `receipts ${missing} of store ${storeBirth} are missing` });
    } else if (previous !== (before?.hash ?? ZERO)) {
      findings.push({
        rule: 'previous',
        what: `receipt ${counter} of store ${storeBirth} (${hash}) names ${previous} as the one before, which was ${before?.hash ?? 'none'}`,
      });
    }
    before = receipt;
  }
}

function reachesNewest(
  ordered: readonly AuditedReceipt[],
  { counter, head, storeBirth }: NonNullable<ReceiptAuditInput['newest']>,
  findings: Finding[],
): void {
  const last = ordered.filter(receipt => receipt.storeBirth === storeBirth).pop();
  const seen = last?.counter ?? 0;
  if (seen < counter) {
    findings.push({
      rule: 'count',
      what: `the board has given ${counter} receipts, the newest here is ${seen === 0 ? 'none' : `number ${seen}`}`,
    });
  } else if (seen === counter && last && last.hash !== head) {
    findings.push({
      rule: 'head',
      what: `the board's newest receipt is ${head}, the newest here ${last.hash}`,
    });
  }
}

export interface AuditedLink {
  sequence: number;
  epoch: number;
  commandHash: string;
  /** The account that ordered it. */
  operator: string;
  blockNumber: number;
  notAfter: number;
  /** `open`: the board has not consumed it; `missing`: it has, and no receipt is here. */
  outcome: string;
  code: string;
}

/** Each link on chain beside its receipt. `consumed` is what the board signed last; `now` unix seconds. */
export function auditLinks(
  links: readonly Link[],
  { receipts }: ReceiptAudit,
  consumed: { epoch: number; sequence: number } | undefined,
): { links: AuditedLink[]; findings: Finding[] } {
  const findings: Finding[] = [];
  const newest = new Map(receipts.map(receipt => [receipt.envelopeHash, receipt]));
  const audited = links.map(({ blockNumber, commandHash, epoch, notAfter, operator, sequence }) => {
    const receipt = newest.get(commandHash.toLowerCase());
    const place = { sequence, epoch, commandHash, operator, blockNumber, notAfter };
    if (receipt) return { ...place, outcome: receipt.outcome, code: receipt.code };
    // A new epoch voids what was open in an older one; the board may receipt that range once.
    if (consumed && epoch < consumed.epoch) return { ...place, outcome: 'voided', code: 'epoch' };
    const done = consumed !== undefined && sequence <= consumed.sequence;
    if (done)
      findings.push({
        rule: 'link',
        what: `command ${sequence} (${commandHash}) was consumed, and its receipt is not here`,
      });
    return { ...place, outcome: done ? 'missing' : 'open', code: '' };
  });
  return { links: audited, findings };
}
