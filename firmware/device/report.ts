/** A board's reports: the same facts as a JSON answer for tools and as lines for people. */

import { decodeParams } from '../app/params.js';
import { toHex } from '../bytes/hex.js';
import { encodeText } from '../bytes/text.js';
import type { PublishedReceipt } from '../ledger/receiptWire.js';
import { SEALABLE_BYTES_MAX } from '../seal/sealed.js';
import type { TrailStep } from '../trust/trail.js';

/** The greatest evidence in an answer; the log has all of it. */
const EVIDENCE_CHARACTERS_MAX = 400;

type AnyVerdict =
  | { verdict: 'accepted' }
  | { verdict: 'rejected'; code: string; evidence: string }
  | { verdict: 'undetermined'; cause: string; evidence: string };

/** One decision, of a command, of an update, or on an endpoint's witness. */
export interface Report {
  kind: 'command' | 'update' | 'witness' | 'network';
  /** The hexadecimal hash of the envelope or of the approval; for a witness its endpoint or prover; empty for a network. */
  subject: string;
  verdict: AnyVerdict;
  trail?: readonly TrailStep[];
  receipt?: PublishedReceipt;
}

/** The answer as published, JSON. It is not signed, so it proves nothing: it is for people and tools. */
export function toAnswer(profile: string, { kind, receipt, subject, trail, verdict }: Report): string {
  return JSON.stringify({
    profile,
    kind,
    subject,
    verdict: verdict.verdict,
    ...(verdict.verdict === 'rejected' ? { code: verdict.code } : {}),
    ...(verdict.verdict === 'undetermined' ? { code: verdict.cause } : {}),
    ...('evidence' in verdict ? { evidence: verdict.evidence.slice(0, EVIDENCE_CHARACTERS_MAX) } : {}),
    trail: trail ?? [],
    ...(receipt ? { receipt: { counter: receipt.receipt.counter, outcome: receipt.receipt.outcome } } : {}),
  });
}

/** An answer's text, short enough to be sealed: without its trail when it would be too long with it. */
export function answerBytes(profile: string, report: Report): Uint8Array {
  const whole = encodeText(toAnswer(profile, report));
  return whole.length <= SEALABLE_BYTES_MAX ? whole : encodeText(toAnswer(profile, { ...report, trail: [] }));
}

/** The report as lines of the log: the decision, the trail of proof, the receipt. */
export function toLines({ kind, receipt, subject, trail, verdict }: Report): string[] {
  const decision = describe(verdict);
  const lines = [`${kind} ${subject.length > 20 ? `${subject.slice(0, 12)}…` : subject}: ${decision}`];
  for (const { value, what } of trail ?? []) lines.push(`  → ${what}: ${value}`);
  if (trail && trail.length > 0) lines.push(`  → decision: ${verdict.verdict}`);
  if (receipt) {
    const { code, counter, outcome } = receipt.receipt;
    const result = receipt.result.length > 0 ? `, result ${resultText(receipt.result)}` : '';
    lines.push(`  → receipt ${counter}: ${outcome}${code ? ` (${code})` : ''}${result}`);
  }
  return lines;
}

/** A result as JSON, its bytes in hexadecimal as everywhere else. */
const resultText = (result: Uint8Array): string =>
  JSON.stringify(decodeParams(result), (_, value) =>
    ArrayBuffer.isView(value) ? toHex(value as Uint8Array) : value,
  ) ?? toHex(result);

function describe(verdict: AnyVerdict): string {
  if (verdict.verdict === 'accepted') return 'accepted';
  const name = verdict.verdict === 'rejected' ? verdict.code : verdict.cause;
  return `${verdict.verdict} (${name}): ${verdict.evidence}`;
}
