/** The question whether a release is wanted: both sides of the chain, freshness, and this board's own state. */

import { accepted, undetermined, type Verdict } from '../bytes/verdict.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Crypto } from '../port/crypto.js';
import type { PurposePolicy } from '../trust/configuration.js';
import type { Floors } from '../trust/floors.js';
import { asksSigned } from '../trust/level.js';
import type { TrailStep } from '../trust/trail.js';
import { decideUpdate, type UpdateCause, type UpdateCode } from './decide.js';
import type { ProvenUpdateFacts, UpdateChain } from './facts.js';
import type { Offer } from './offer.js';
import type { Line } from './progress.js';

/** The chain, and the board's side of the question. */
export interface WantedOptions {
  chain: UpdateChain;
  crypto: Crypto;
  /** 20 bytes each: the addresses of the board's Device and of its key. */
  device: Uint8Array;
  key: Uint8Array;
  floors: Floors;
  image: { version: number; hardware: Uint8Array };
  ledger: Ledger;
  /** The owner, the channel and the floor as the board keeps them. */
  known: KnownToBoard;
  /** The policy of the purpose `firmware`. */
  policy: PurposePolicy;
}

/** The owner as a board knows it, and the line of images that it follows; what is set is durable on return. */
export interface KnownToBoard {
  readonly ownership: { readonly owner: Uint8Array };
  /** Undefined while none is known. */
  line: Line | undefined;
}

/** The verdict on an offer, with the trail of the facts that it rests on if they were proven. */
export interface Wanted {
  verdict: Verdict<ProvenUpdateFacts, UpdateCode, UpdateCause>;
  trail: readonly TrailStep[];
  /** 32 bytes: the release that the owner wants by the final block, whatever was offered; zero for none. */
  approval?: Uint8Array;
}

/** Proves the facts at the final and at the newest block, and decides; accepted with the facts of the final block. */
export async function proveWanted(options: WantedOptions, offer: Offer): Promise<Wanted> {
  const { chain, crypto, device, floors, image, key, known, ledger, policy } = options;
  const facts = await chain.facts('finalized', offer.version);
  if (facts.verdict === 'undetermined') return { verdict: facts, trail: [] };
  const newest = await chain.facts('latest', offer.version);
  if (newest.verdict === 'undetermined') return { verdict: newest, trail: [] };
  // Facts that only restrain are never shown, and the newest block that the committee signed is read where endpoints
  // vouch for the newest: see readPair.
  newest.value.trail = [];
  const asksForSigned = asksSigned(facts.value.head, newest.value.head);
  const signed = asksForSigned ? await chain.facts('signed', offer.version) : undefined;
  if (signed?.verdict === 'undetermined') return { verdict: signed, trail: [] };
  const restraining = signed ? [newest.value, signed.value] : [newest.value];
  const { approval } = facts.value.device;
  const { trail } = facts.value;
  const fresh = floors.admit(facts.value.head, policy);
  if (fresh.verdict === 'undetermined') return { verdict: fresh, trail };
  const { line, ownership } = known;
  const installed = {
    version: image.version,
    hardware: image.hardware,
    channel: line?.channel,
    floor: line?.floor ?? 0,
    device,
    key,
    owner: ownership.owner,
  };
  for (const shown of restraining) {
    const recent = floors.admitNewest(shown.head, policy.maximumAge);
    if (recent.verdict === 'undetermined') return { verdict: recent, trail };
    const decided = decideUpdate(crypto, offer, facts.value, shown, installed);
    if (decided.verdict !== 'accepted') return { verdict: decided, trail, approval };
  }
  // A receipt of a journal without a birth would stand in the place of one of the board's first journal.
  const isBorn = ledger.birth !== undefined;
  if (isBorn && floors.nowProven(policy.level)) return { verdict: accepted(facts.value), trail, approval };
  const why = isBorn ? 'now is not proven since the restart' : 'the journal was lost';
  const evidence = `${why}: send a direct command that carries the challenge`;
  return { verdict: undetermined('not_now', evidence), trail, approval };
}
