/** The document of `holdfast audit` as a report: who ordered what, what the board answered, which image it ran when, gaps. */
import type { Json } from './protocol.js';

export interface ReportedOrder {
  sequence: number;
  /** The account that ordered it. */
  operator: string;
  hash: string;
  /** Action and params, where the envelope is kept in the folder of the world. */
  ordered?: string;
  blockNumber: number;
  /** The board's answer; `open` and `missing` where there is none. */
  outcome: string;
  code: string;
  /** Its receipt; undefined for none. */
  counter?: number;
}

/** An image, by the receipts that the board signed while it ran. */
export interface ReportedImage {
  hash: string;
  receipts: number;
  /** Blocks that its first and last decisions rest on. */
  fromBlock: number;
  toBlock: number;
}

export interface Report {
  device: string;
  orders: readonly ReportedOrder[];
  images: readonly ReportedImage[];
  receipts: number;
  findings: readonly string[];
  /** True when the board itself was asked for its newest status. */
  complete: boolean;
}

type Members = { readonly [name: string]: Json };

const membersOf = (value: Json | undefined): Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : {};
const listOf = (value: Json | undefined): readonly Members[] =>
  Array.isArray(value) ? value.map(each => membersOf(each as Json)) : [];
const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
const numberOf = (value: Json | undefined): number => (typeof value === 'number' ? value : 0);

/** The report; undefined for a document of something else. */
export function reportOf(document: Json | undefined): Report | undefined {
  const { commands, complete, device, findings, receipts } = membersOf(document);
  if (!Array.isArray(commands) || !Array.isArray(receipts)) return undefined;
  const signed = listOf(receipts);
  const counters = new Map(
    signed.map(each => [textOf(each.envelopeHash).toLowerCase(), numberOf(each.counter)]),
  );
  const orders = listOf(commands).map(
    ({ blockNumber, code, commandHash, operator, ordered, outcome, sequence }) => ({
      ...{ sequence: numberOf(sequence), operator: textOf(operator), hash: textOf(commandHash) },
      ...(typeof ordered === 'string' && { ordered }),
      ...{ blockNumber: numberOf(blockNumber), outcome: textOf(outcome), code: textOf(code) },
      counter: counters.get(textOf(commandHash).toLowerCase()),
    }),
  );
  return {
    device: textOf(device),
    orders,
    images: imagesIn(signed),
    receipts: signed.length,
    findings: listOf(findings).map(({ rule, what }) => `${textOf(rule)}: ${textOf(what)}`),
    complete: complete === true,
  };
}

/** A row for each run of receipts under one image, the oldest first: an image that came back has two. */
function imagesIn(receipts: readonly Members[]): ReportedImage[] {
  const rows: ReportedImage[] = [];
  for (const { blockNumber, imageHash } of receipts) {
    const [hash, block] = [textOf(imageHash), numberOf(blockNumber)];
    const last = rows.at(-1);
    if (last?.hash === hash)
      rows[rows.length - 1] = {
        ...last,
        receipts: last.receipts + 1,
        toBlock: Math.max(last.toBlock, block),
      };
    else rows.push({ hash, receipts: 1, fromBlock: block, toBlock: block });
  }
  return rows;
}
