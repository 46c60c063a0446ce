/** Catching up: the links between what the board consumed and what is proven, and the proof of now that they bring. */

import { equal } from '../bytes/equal.js';
import { toHex } from '../bytes/hex.js';
import { accepted, type Verdict } from '../bytes/verdict.js';
import type { Domain } from '../contract/typedData.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Crypto } from '../port/crypto.js';
import type { Floors } from '../trust/floors.js';
import type { CommandCause } from './answer.js';
import { type CommandChain, type CommandFacts, provenPosition } from './facts.js';
import { disagreement } from './judge.js';
import type { ProofOfNow } from './proofOfNow.js';
import type { DirectQueue } from './queue.js';
import { isTrustOrder } from './trustOrder.js';
import { isConsumed, type Walk, walkBack } from './walk.js';
import type { Waiting } from './wire.js';

/** The greatest number of newest links that are known by their envelopes' hashes. */
const NEWEST_LINKS_MAX = 4;

/** The board's side of catching up. */
export interface CatchUpOptions {
  chain: Pick<CommandChain, 'linkSources'>;
  /** 32 bytes: this boot's challenge. */
  challenge: Uint8Array;
  crypto: Crypto;
  domain: Domain;
  floors: Floors;
  ledger: Ledger;
  now: ProofOfNow;
}

/** Walks from what is proven to what is known, and notes what the links say of now. */
export class CatchUp {
  readonly #options: CatchUpOptions;
  readonly #queue: Pick<DirectQueue, 'waiting'>;
  #trustAt: number | undefined = undefined;
  #newest: Uint8Array[] = [];

  constructor(options: CatchUpOptions, queue: Pick<DirectQueue, 'waiting'>) {
    this.#options = options;
    this.#queue = queue;
  }

  /** The sequence of the oldest link of the last walk whose waiting envelope sets trust; undefined for none. */
  get trustAt(): number | undefined {
    return this.#trustAt;
  }

  /** The envelopes' hashes of the newest links of the last walk, the newest first; none once a link has shown now. */
  get newest(): readonly Uint8Array[] {
    return this.#newest;
  }

  /** The links between the known position and the proven one. A link that carries the challenge proves now. */
  walk(facts: CommandFacts): Promise<Verdict<Walk, never, CommandCause>> {
    // Not an async function: see rpc/client.ts.
    const { floors, now } = this.#options;
    now.begin();
    this.#trustAt = undefined;
    this.#newest = [];
    return this.#walk(facts).then(walk => {
      if (walk.verdict === 'accepted') now.arrive(walk.value.from.head);
      if (now.contains(facts.device.head)) floors.proveNow(facts.head);
      if (now.known) this.#newest = [];
      return walk;
    });
  }

  #walk(facts: CommandFacts): Promise<Verdict<Walk, never, CommandCause>> {
    const { chain, challenge, crypto, domain, ledger, now } = this.#options;
    const { settled } = ledger;
    const proven = provenPosition(facts);
    if (isConsumed(ledger, proven))
      return Promise.resolve(accepted({ from: proven, start: 'behind', links: [] }));
    // Links are looked for from the settled position on: after a fork they lie in other blocks than before. A settled
    // position beyond the facts is a forged head's, with a block of the future or an epoch that never was.
    const plausible = settled.block <= facts.head.number && settled.epoch <= facts.device.epoch;
    return walkBack({
      crypto,
      chainId: domain.chainId,
      device: domain.verifyingContract,
      proven,
      known: ledger.position,
      settled,
      sources: chain.linkSources(plausible ? settled.block : 0, facts.head.number),
      onLink: link => {
        if (this.#newest.length < NEWEST_LINKS_MAX) this.#newest.push(link.commandHash);
        const waiting = this.#queue.waiting.find(candidate => equal(candidate.hash, link.commandHash));
        const envelope = waiting?.delivery.envelope;
        if (envelope && isTrustOrder(envelope) && !disagreement(envelope, link))
          this.#trustAt = link.sequence;
        now.see(link.head, envelope && equal(envelope.challenge, challenge) ? envelope.receipts : undefined);
      },
    });
  }

  /**
   * Hexadecimal hashes that links in blocks after `facts` commit to, so that an envelope in no link takes nobody's
   * place. Undefined when no waiting envelope may lie there, or when the links are not to be had.
   */
  async ahead(facts: CommandFacts, newest: CommandFacts): Promise<ReadonlySet<string> | undefined> {
    const { chain, crypto, domain } = this.#options;
    const between = ({ delivery: { envelope } }: Waiting) =>
      envelope.sequence > facts.device.sequence && envelope.sequence <= newest.device.sequence;
    if (newest.device.epoch !== facts.device.epoch || !this.#queue.waiting.some(between)) return undefined;
    const hashes = new Set<string>();
    const from = provenPosition(facts);
    const walk = await walkBack({
      crypto,
      chainId: domain.chainId,
      device: domain.verifyingContract,
      proven: provenPosition(newest),
      known: from,
      settled: from,
      sources: chain.linkSources(facts.head.number, newest.head.number),
      onLink: link => void hashes.add(toHex(link.commandHash)),
    });
    return walk.verdict === 'accepted' ? hashes : undefined;
  }
}
