/** The judge of a campaign: compares what a board did, by its pins and by its receipts, with what was anchored. */
import type { CampaignRecord, GenuineOrder, Hold, SignedReceipt } from './record.js';

export interface Finding {
  /**
   * `wrong`: something ran that no link commits to, ran out of order or while paused, or was signed and did not run.
   * `twice`: an order ran, or was receipted, more than once. `lost`: a genuine order or release had no effect in time.
   * `restart`: the board began anew, and nobody of ours made it.
   */
  kind: 'wrong' | 'twice' | 'lost' | 'restart';
  what: string;
  atMs: number;
}

export interface JudgeOptions {
  /** The time of the judgement. */
  nowMs: number;
  /** Milliseconds, holds left out, after which an order that was not receipted is lost. */
  orderMsMax: number;
  /** The same for a release, beside the time that its bytes take. */
  releaseMsMax: number;
  /** Milliseconds in which the receipt of what the pins show, or the other way round, may be on its way. */
  reportMsMax: number;
}

/** Bytes in a millisecond at the floor that boards hold sources to. */
const BYTES_PER_MS = 2.048;

/** Everything that went wrong, each thing once, in the order of time; nothing when all went well. */
export function judge(record: CampaignRecord, options: JudgeOptions): Finding[] {
  const findings = [
    ...judgeEffects(record, options),
    ...judgeOrder(record),
    ...judgeReceipts(record, options),
    ...judgeLate(record, options),
    ...record.strays.map(({ atMs, what }) => wrong(atMs, `pins moved and no order did it: ${what}`)),
    ...record.restarts
      .filter(({ isPlanned }) => !isPlanned)
      .map(({ atMs, why }): Finding => ({ kind: 'restart', atMs, what: `the board restarted: ${why}` })),
  ];
  return findings.sort((a, b) => a.atMs - b.atMs);
}

const wrong = (atMs: number, what: string): Finding => ({ kind: 'wrong', what, atMs });
const isOver = ({ holds }: CampaignRecord, why: Hold['why'], fromMs: number, toMs: number): boolean =>
  holds.some(
    hold => hold.why === why && hold.fromMs <= toMs && (hold.toMs ?? Number.POSITIVE_INFINITY) >= fromMs,
  );

/** Each effect has one order with a link, and comes once, outside of pauses. */
function judgeEffects(record: CampaignRecord, { nowMs, reportMsMax }: JudgeOptions): Finding[] {
  const orders = new Map(record.orders.map(order => [order.mark, order]));
  const linked = new Set(record.links);
  const seen = new Set<number>();
  return record.effects.flatMap(({ atMs, mark }) => {
    const order = orders.get(mark);
    if (!order || !linked.has(order.hash))
      return [wrong(atMs, `mark ${mark} ran, and no link commits to it`)];
    const found: Finding[] = [];
    if (isOver(record, 'paused', atMs, atMs))
      found.push(wrong(atMs, `order ${nameOf(order)} ran while the fleet was paused`));
    if (seen.has(mark)) found.push({ kind: 'twice', what: `order ${nameOf(order)} ran again`, atMs });
    seen.add(mark);
    const receipts = record.receipts.filter(({ hash }) => hash === order.hash);
    const isSigned = receipts.some(({ outcome }) => outcome === 'done' || outcome === 'interrupted');
    if (receipts.length > 0 && !isSigned)
      found.push(wrong(atMs, `order ${nameOf(order)} ran, its receipt says ${receipts[0].outcome}`));
    if (receipts.length === 0 && nowMs - atMs > reportMsMax && !isOver(record, 'off', atMs, nowMs))
      found.push(wrong(atMs, `order ${nameOf(order)} ran and was not receipted`));
    return found;
  });
}

/** Direct orders run in the order of their links. */
function judgeOrder({ effects, links, orders }: CampaignRecord): Finding[] {
  const place = new Map(links.map((hash, at) => [hash, at]));
  const hashOf = new Map(orders.map(({ hash, mark }) => [mark, hash]));
  let last = -1;
  return effects.flatMap(({ atMs, mark }) => {
    const at = place.get(hashOf.get(mark) ?? '') ?? last;
    const isBack = at < last;
    last = Math.max(at, last);
    return isBack ? [wrong(atMs, `mark ${mark} ran after an order that was linked later`)] : [];
  });
}

/** Each receipt is for something anchored, is the only one for it, and what it says was done is seen on the pins. */
function judgeReceipts(record: CampaignRecord, { nowMs, reportMsMax }: JudgeOptions): Finding[] {
  const orders = new Map(record.orders.map(order => [order.hash, order]));
  const known = new Set([...record.links, ...record.releases.map(({ hash }) => hash)]);
  const ran = new Set(record.effects.map(({ mark }) => mark));
  const first = new Map<string, SignedReceipt>();
  return record.receipts.flatMap(receipt => {
    const { atMs, hash, outcome, place } = receipt;
    const earlier = first.get(hash);
    if (earlier?.place === place) return [];
    first.set(hash, receipt);
    if (!known.has(hash)) return [wrong(atMs, `${outcome} is signed of ${hash}, which nobody anchored`)];
    if (earlier)
      return [{ kind: 'twice', what: `${hash} is receipted at ${earlier.place} and ${place}`, atMs }];
    const order = orders.get(hash);
    if (!order || outcome !== 'done' || ran.has(order.mark) || nowMs - atMs <= reportMsMax) return [];
    return [wrong(atMs, `order ${nameOf(order)} is signed as done, and the pins did not move`)];
  });
}

/** Orders and releases come to their end in time, and to the one that was wanted. */
function judgeLate(record: CampaignRecord, options: JudgeOptions): Finding[] {
  // The first counts: a board sends a receipt again when its order is delivered again.
  const receipts = new Map([...record.receipts].reverse().map(receipt => [receipt.hash, receipt]));
  const ended = (hash: string, fromMs: number, msMax: number, name: string): Finding[] => {
    const receipt = receipts.get(hash);
    const atMs = receipt?.atMs ?? options.nowMs;
    const lost = (what: string): Finding[] => [{ kind: 'lost', what: `${name} ${what}`, atMs }];
    const tookMs = atMs - fromMs - heldMs(record, fromMs, atMs);
    // A cut of the power in the middle of an action that may not run again.
    const isCut = receipt?.outcome === 'interrupted' && isOver(record, 'off', fromMs, atMs);
    if (receipt && receipt.outcome !== 'done' && !isCut)
      return lost(`ended as ${receipt.outcome} (${receipt.code || 'no code'})`);
    if (tookMs <= msMax) return [];
    const seconds = Math.round(tookMs / 1000);
    return lost(receipt ? `took ${seconds} s` : `has no receipt after ${seconds} s`);
  };
  return [
    ...record.orders.flatMap(order =>
      ended(order.hash, order.fromMs, options.orderMsMax, `order ${nameOf(order)}`),
    ),
    ...record.releases.flatMap(({ fromMs, hash, sizeBytes, version }) =>
      ended(hash, fromMs, options.releaseMsMax + sizeBytes / BYTES_PER_MS, `release ${version}`),
    ),
  ];
}

/** Milliseconds of a time that lie in holds, which do not overlap. */
function heldMs({ holds }: CampaignRecord, fromMs: number, toMs: number): number {
  return holds.reduce((sum, hold) => {
    const end = Math.min(hold.toMs ?? toMs, toMs);
    return sum + Math.max(0, end - Math.max(hold.fromMs, fromMs));
  }, 0);
}

const nameOf = ({ hash, mark }: GenuineOrder): string => `${mark} (${hash.slice(0, 10)}…)`;
