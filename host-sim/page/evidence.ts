/**
 * A decision as a picture: from what signed the block to the decision, each edge checked, broken, or not reached. A board
 * says the values that it proved (firmware/trust/trail.ts); where a proof broke, it says by which code.
 */
import type { Decision, TrailStep } from './protocol.js';
import { short } from './short.js';

/** `checked`: the board verified it. `broken`: it is false. `open`: nothing is known of it. */
export type EdgeState = 'checked' | 'broken' | 'open';

export interface EvidenceNode {
  label: string;
  /** A line for a person. */
  value: string;
  /** The whole of it; empty where there is nothing more. */
  raw: string;
  /** The edge that leads here; the first node has none. */
  edge: EdgeState | undefined;
  /** Of an account: its slots. */
  parts: readonly { label: string; value: string; raw: string }[];
}

/** The places of the chain, in order: what can break. */
const PLACES = ['signatures', 'header', 'root', 'account', 'slot', 'decision'] as const;
type Place = (typeof PLACES)[number];

const LABELS: Readonly<Record<Place, string>> = {
  signatures: 'trust',
  header: 'block header',
  root: 'state root',
  account: 'account',
  slot: 'slot and value',
  decision: 'decision',
};

/** The edge that breaks, by code or cause; those that are not named here are decided on proven values. */
const BREAKS: Readonly<Record<string, Place>> = {
  equivocation: 'header',
  no_quorum: 'header',
  level: 'header',
  behind: 'header',
  unknown_fork: 'header',
  stale: 'header',
  not_now: 'header',
  unreachable: 'header',
  header_mismatch: 'header',
  malformed: 'header',
  oversized: 'header',
  no_witness: 'account',
  pruned: 'account',
  unsupported: 'account',
  code_mismatch: 'account',
};

/** The edge that a false proof, or the proof of another question, breaks, by the board's words. */
function brokenProof(evidence: string): Place {
  if (/signature|committee|absent|finality|execution|fork|signed by/i.test(evidence)) return 'header';
  return /storage|slot/i.test(evidence) ? 'slot' : 'account';
}

function placeOf({ about, code, evidence, trail }: Decision): Place {
  if (trail.length > 0) return 'decision';
  if (code === 'proof_invalid' || code === 'wrong_answer') return brokenProof(evidence);
  // An envelope that cannot be read was never compared with the chain.
  if (code === 'malformed' && about !== 'witness') return 'decision';
  return BREAKS[code] ?? 'decision';
}

/** The nodes of a decision, in order. @example nodesOf(decision).every(({ edge }) => edge !== 'broken') */
export function nodesOf(decision: Decision): EvidenceNode[] {
  const { code, evidence, trail, verdict } = decision;
  const said = code ? `${verdict} (${code})` : verdict;
  const end: EvidenceNode = {
    label: LABELS.decision,
    value: said,
    raw: evidence,
    edge: verdict === 'accepted' ? 'checked' : verdict === 'rejected' ? 'broken' : 'open',
    parts: [],
  };
  if (trail.length > 0) return [...proven(trail), end];
  const place = placeOf(decision);
  if (place === 'decision')
    return [{ label: 'message', value: 'as it came', raw: '', edge: undefined, parts: [] }, end];
  return [...unproven(place, verdict === 'rejected'), { ...end, edge: 'open' }];
}

/** Nodes of a chain of which no value was proven, up to the edge that broke. */
function unproven(place: Place, isFalse: boolean): EvidenceNode[] {
  const at = PLACES.indexOf(place);
  return PLACES.slice(0, -1).map((name, i) => ({
    label: LABELS[name],
    value: i < at ? 'checked' : i > at ? 'not reached' : isFalse ? 'false' : 'not shown',
    raw: '',
    edge: i === 0 ? undefined : i < at ? 'checked' : i === at && isFalse ? 'broken' : 'open',
    parts: [],
  }));
}

/** Nodes of the values that a board proved; slots stand in the node of their account. */
function proven(trail: readonly TrailStep[]): EvidenceNode[] {
  const nodes: EvidenceNode[] = [];
  for (const { value, what } of trail) {
    const step = { label: what, value: short(value), raw: value };
    const account = nodes.at(-1);
    if (what.startsWith('block ')) nodes.push(...blockNodes(what, value));
    else if (what.startsWith('slot ') && account) {
      nodes[nodes.length - 1] = { ...account, parts: [...account.parts, step] };
    } else nodes.push({ ...step, edge: nodes.length === 0 ? undefined : 'checked', parts: [] });
  }
  return nodes;
}

/** `0x… (L4, sync committee, 509 of 512 signed, slot 26, finalized)` is what signed, and the header. */
function blockNodes(what: string, value: string): EvidenceNode[] {
  const parts = /^(0x[0-9a-f]+) \((L\d), (.*), (finalized|newest)\)$/.exec(value);
  if (!parts) return [{ label: what, value: short(value), raw: value, edge: undefined, parts: [] }];
  const [, hash, level, basis, finality] = parts;
  return [
    { label: `trust ${level}`, value: basis, raw: '', edge: undefined, parts: [] },
    {
      label: `${finality === 'finalized' ? 'final' : 'newest'} header, ${what}`,
      value: short(hash),
      raw: hash,
      edge: 'checked',
      parts: [],
    },
  ];
}
