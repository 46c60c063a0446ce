/** Catching up: which links lie between what the board consumed and what is proven, and what they say beside that. */

import { equal } from '../bytes/equal.js';
import { toHex } from '../bytes/hex.js';
import { accepted, type Verdict } from '../bytes/verdict.js';
import type { Domain } from '../contract/typedData.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Crypto } from '../port/crypto.js';
import type { Floors } from '../trust/floors.js';
import type { CommandCause } from './answer.js';
import type { CommandChain } from './commands.js';
import { confirmed } from './confirmed.js';
import { type CommandFacts, provenPosition } from './facts.js';
import type { ProofOfNow } from './proofOfNow.js';
import type { DirectQueue, Waiting } from './queue.js';
import { type Walk, walkBack } from './walk.js';

export interface CatchUpOptions {
  chain: Pick<CommandChain, 'links'>;
  challenge: Uint8Array;
  crypto: Crypto;
  domain: Domain;
  floors: Floors;
  ledger: Ledger;
  now: ProofOfNow;
  queue: DirectQueue;
}

export class CatchUp {
  readonly #options: CatchUpOptions;

  constructor(options: CatchUpOptions) {
    this.#options = options;
  }

  /** The links between what is known and what is proven; a link that carries the challenge proves now. */
  async walk(facts: CommandFacts): Promise<Verdict<Walk, never, CommandCause>> {
    const { floors, now } = this.#options;
    now.begin();
    const walk = await this.#walk(facts);
    if (walk.verdict === 'accepted') now.arrive(walk.value.from.head);
    if (now.contains(facts.device.head)) floors.proveNow(facts.head);
    return walk;
  }

  #walk(facts: CommandFacts): Promise<Verdict<Walk, never, CommandCause>> {
    const { chain, challenge, crypto, domain, ledger, now, queue } = this.#options;
    const proven = provenPosition(facts);
    const behind = confirmed(ledger, proven);
    const believed = ledger.settled.block <= facts.head.number && ledger.settled.epoch <= facts.device.epoch;
    if (behind) return Promise.resolve(accepted({ from: behind, start: 'behind', links: [] }));
    return walkBack({
      crypto,
      chainId: domain.chainId,
      device: domain.verifyingContract,
      proven,
      known: ledger.position,
      settled: ledger.settled,
      // From the settled position on: after a fork, links lie in other blocks than before.
      // A forged head may have named a block of the future or an epoch that never was: then from the beginning.
      sources: chain.links(believed ? ledger.settled.block : 0, facts.head.number),
      onLink: link => {
        const waiting = queue.waiting.find(candidate => equal(candidate.hash, link.commandHash));
        now.see(link.head, waiting !== undefined && equal(waiting.delivery.envelope.challenge, challenge));
      },
    });
  }

  /**
   * Hashes that links beyond `facts` commit to, in blocks that are not final yet, so that what no link speaks of takes
   * nobody's place. Undefined when no waiting envelope asks for it, or nobody tells.
   */
  async ahead(facts: CommandFacts, newest: CommandFacts): Promise<ReadonlySet<string> | undefined> {
    const { chain, crypto, domain, queue } = this.#options;
    const between = ({ delivery: { envelope } }: Waiting) =>
      envelope.sequence > facts.device.sequence && envelope.sequence <= newest.device.sequence;
    if (newest.device.epoch !== facts.device.epoch || !queue.waiting.some(between)) return undefined;
    const hashes = new Set<string>();
    const from = provenPosition(facts);
    const walk = await walkBack({
      crypto,
      chainId: domain.chainId,
      device: domain.verifyingContract,
      proven: provenPosition(newest),
      known: from,
      settled: from,
      sources: chain.links(facts.head.number, newest.head.number),
      onLink: link => void hashes.add(toHex(link.commandHash)),
    });
    return walk.verdict === 'accepted' ? hashes : undefined;
  }
}
