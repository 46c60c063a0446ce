/** The orders that an epoch ended before the board consumed them, from the links on chain and the board's receipts. Pure. */
import type { AuditedLink, ReceiptAudit } from './auditReceipts.js';

export interface OpenOrders<Envelope> {
  /** In the order of their links. */
  open: { link: AuditedLink; envelope: Envelope }[];
  /** Open, but the envelope is not kept here. */
  lost: AuditedLink[];
  /** Open until their time was over. */
  expired: AuditedLink[];
}

/** `envelopeOf` gives the kept envelope of a hash; `now` unix seconds. */
export function openOrders<Envelope>(
  links: readonly AuditedLink[],
  epoch: number,
  now: number,
  envelopeOf: (hash: string) => Envelope | undefined,
): OpenOrders<Envelope> {
  const orders: OpenOrders<Envelope> = { open: [], lost: [], expired: [] };
  for (const link of links) {
    if (link.epoch >= epoch || link.outcome !== 'voided') continue;
    const envelope = envelopeOf(link.commandHash);
    if (link.notAfter <= now) orders.expired.push(link);
    else if (envelope) orders.open.push({ link, envelope });
    else orders.lost.push(link);
  }
  return orders;
}

/**
 * The findings by which an order may have run although no receipt of it is here: it would then run twice. An empty list
 * when the receipts are whole up to the board's newest.
 */
export const doubts = ({ findings }: ReceiptAudit): string[] => findings.map(({ what }) => what);
