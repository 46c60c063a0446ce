/**
 * The levels, behind one `HeaderTrust` for each purpose. A purpose goes by its least level, or by a stronger one where
 * that level cannot speak. The newest block, which only restrains, comes from the quorum whatever the least level is. At L4
 * it comes from the sync committee as well: both are read, what either shows holds, and neither stands in for the other.
 * A lie there can only delay, as everybody on the path can. Silence gains nothing either: who does not answer must not
 * hide a pause, so nothing is decided without a newest block.
 */

import { equal } from '../bytes/equal.js';
import {
  type Accepted,
  accepted,
  type TrustCause,
  type Undetermined,
  undetermined,
  type Verdict,
} from '../bytes/verdict.js';
import type { BlockName } from './ancestry.js';
import type { HeaderTrust } from './chainReader.js';
import type { CheckpointHead, CheckpointTrust } from './checkpointTrust.js';
import type { PurposePolicy } from './configuration.js';
import type { Floors } from './floors.js';
import { type BlockTag, Level, type Purpose, type TrustedBlock, type TrustedHead } from './level.js';
import type { NewestBlock } from './newestBlock.js';
import type { QuorumTrust } from './quorum.js';
import type { SyncCommitteeTrust } from './syncCommittee.js';

/** The levels that a board has, and their rules. */
export interface LevelsOptions {
  floors: Floors;
  policies: Readonly<Record<Purpose, PurposePolicy>>;
  /** Missing where the configuration names no endpoints. */
  quorum?: QuorumTrust;
  /** The newest block by the sync committee, where L4 is configured: beside the quorum's, or instead where there is none. */
  newest?: Pick<NewestBlock, 'head'>;
  checkpoints?: Pick<CheckpointTrust, 'head' | 'learn'>;
  light?: Pick<SyncCommitteeTrust, 'attested' | 'head' | 'known' | 'settle' | 'standing'>;
  /** Told when L3 begins to stand in for L4, with the cause, or ceases to, without. */
  onStandIn?(purpose: Purpose, cause: string | undefined): void;
}

type Answer = Verdict<TrustedBlock, never, TrustCause>;
type HeadAnswer = Verdict<TrustedHead, never, TrustCause>;

/** Header trust of all levels that are configured. */
export class Levels {
  readonly #options: LevelsOptions;
  /** Purposes for which L3 stands in now. */
  readonly #standingIn = new Set<Purpose>();
  /** The block of the sync committee that the quorum was last compared with, and whether it agreed. */
  #compared: { block: BlockName; agrees: boolean } | undefined = undefined;

  constructor(options: LevelsOptions) {
    this.#options = options;
  }

  /** The header trust that a purpose goes by. */
  for(purpose: Purpose): HeaderTrust {
    return { head: tag => this.#head(tag, purpose) };
  }

  /** The policy of a purpose as it is in force: while L3 stands in, its least level is 3. */
  policy(purpose: Purpose): PurposePolicy {
    const policy = this.#options.policies[purpose];
    const standingIn = this.#standingIn;
    return {
      ...policy,
      get level() {
        return standingIn.has(purpose) ? Level.both : policy.level;
      },
    };
  }

  #head(tag: BlockTag, purpose: Purpose): Promise<Answer> {
    // Not an async function: see rpc/client.ts.
    const { newest, quorum } = this.#options;
    if (tag === 'signed') return newest?.head() ?? Promise.resolve(noCommittee);
    if (tag === 'latest') return quorum?.head('latest') ?? newest?.head() ?? Promise.resolve(noEndpoints);
    return this.#final(purpose);
  }

  async #final(purpose: Purpose): Promise<Answer> {
    const { checkpoints, light, policies } = this.#options;
    const policy = policies[purpose];
    const failures: Undetermined<TrustCause>[] = [];
    for (const level of [policy.level, ...stronger(policy.level)]) {
      if (((level === 2 || level === 3) && !checkpoints) || (level === 4 && !light)) continue;
      const answer = await this.#at(level, policy.maximumAge);
      if (answer.verdict === 'accepted') {
        this.#standIn(purpose, undefined);
        return answer;
      }
      failures.push(answer);
    }
    const [first = undetermined('level' as const, `level ${policy.level} is not configured`)] = failures;
    if (policy.level === 4 && checkpoints && this.#mayStandIn(first.cause, purpose)) {
      const answer = await this.#both();
      if (answer.verdict === 'accepted') {
        this.#standIn(purpose, first.cause);
        return accepted({ ...answer.value, basis: `${answer.value.basis}, in place of the sync committee` });
      }
      return undetermined(first.cause, `${first.evidence}; nor L3: ${answer.evidence}`);
    }
    const evidence = failures.map(failure => failure.evidence).join('; ');
    return undetermined(first.cause, evidence === '' ? first.evidence : evidence);
  }

  #at(level: Level, maximumAge: number): Promise<Answer> {
    if (level === 1) return this.#quorum();
    if (level === 2) return this.#checkpoint();
    return level === 3 ? this.#both() : this.#syncCommittee(maximumAge);
  }

  async #quorum(): Promise<Answer> {
    const head = (await this.#options.quorum?.head('finalized')) ?? noEndpoints;
    if (head.verdict === 'undetermined') return head;
    return (await this.#agrees(head.value)) ? head : undetermined('no_quorum', contradiction);
  }

  /** False when the quorum's chain lacks the sync committee's block; true where the two cannot be compared. */
  async #agrees({ hash, number }: TrustedBlock): Promise<boolean> {
    const block = this.#options.light?.known;
    if (!block || block.number > number) return true;
    if (block.number === number) return equal(block.hash, hash);
    if (this.#compared && equal(this.#compared.block.hash, block.hash) && this.#compared.agrees) return true;
    const there = await this.#options.quorum?.finalAt(block.number);
    const agrees = there?.verdict === 'accepted' && equal(there.value.hash, block.hash);
    this.#compared = { block, agrees };
    return agrees;
  }

  #checkpoint(): Promise<Verdict<CheckpointHead, never, TrustCause>> {
    const { checkpoints, floors, light } = this.#options;
    // Not an async function: see rpc/client.ts. And a job of its own: `learn` reads the chain, and on a stack of 512 slots
    // an async function takes its frame twice.
    return Promise.resolve()
      .then(() => {
        const known = light?.known;
        return known && checkpoints!.learn({ ...known, level: 4, finalized: true, basis: 'sync committee' });
      })
      .then(() => checkpoints!.head())
      .then(head => {
        if (head.verdict === 'accepted' && head.value.fresh) floors.proveNow(head.value);
        return head;
      });
  }

  /** L3: operators and endpoints on the same hash. */
  async #both(): Promise<Answer> {
    const { floors, light, quorum } = this.#options;
    const signed = await this.#checkpoint();
    if (signed.verdict === 'undetermined') return signed;
    const { fresh, ...block } = signed.value;
    const agreed = (await quorum?.finalAt(block.number)) ?? noEndpoints;
    if (agreed.verdict === 'undetermined') return agreed;
    if (!equal(agreed.value.hash, block.hash)) {
      return undetermined('no_quorum', `checkpoint and quorum name two blocks ${block.number}`);
    }
    const head = { ...block, level: Level.both, basis: `${block.basis}, and ${agreed.value.basis}` };
    if (fresh) floors.proveNow(head);
    await light?.settle(head);
    return accepted(head);
  }

  #syncCommittee(maximumAge: number): Promise<Answer> {
    // Not an async function: see rpc/client.ts.
    const { checkpoints } = this.#options;
    const light = this.#options.light!;
    return light
      .head()
      .then(head => (light.standing === 'suspended' && checkpoints ? this.#settled(head) : head))
      .then(head => (head.verdict === 'accepted' ? this.#young(head, maximumAge) : head));
  }

  /** The sync committee's word once L3 has settled what suspended it; else the one that it had. */
  async #settled(head: HeadAnswer): Promise<HeadAnswer> {
    return (await this.#both()).verdict === 'accepted' ? this.#options.light!.head() : head;
  }

  #young(head: Accepted<TrustedHead>, maximumAge: number): Answer {
    const { floors, light } = this.#options;
    if (light?.attested) floors.reached(Level.syncCommittee, light.attested.time);
    const age = floors.now(Level.syncCommittee) - head.value.timestamp;
    if (age <= maximumAge) return head;
    return undetermined(
      'stale',
      `the newest final block, ${head.value.number}, is ${age} s old: finality stalls`,
    );
  }

  /**
   * True when L3 may stand in for L4. On an unknown fork for `firmware` alone, so that the image which knows the fork
   * gets in. In a stall where the policy allows it, once the stall is shown: by a header that two thirds signed, no
   * older than the purpose's age, in whose own state the final block lies further back than that age. An old message,
   * a withheld one and silence show nothing.
   */
  #mayStandIn(cause: TrustCause, purpose: Purpose): boolean {
    if (cause === 'unknown_fork') return purpose === 'firmware';
    const { floors, light, policies } = this.#options;
    const { maximumAge, standIn } = policies[purpose];
    const attested = light?.attested;
    if (cause !== 'stale' || !standIn || !attested) return false;
    const age = floors.now(Level.syncCommittee) - attested.time;
    return age <= maximumAge && attested.time - attested.finalizedTime > maximumAge;
  }

  #standIn(purpose: Purpose, cause: string | undefined): void {
    if (this.#standingIn.has(purpose) === (cause !== undefined)) return;
    if (cause === undefined) this.#standingIn.delete(purpose);
    else this.#standingIn.add(purpose);
    this.#options.onStandIn?.(purpose, cause);
  }
}

const noCommittee = undetermined('level' as const, 'level 4 is not configured');

const noEndpoints = undetermined('no_quorum' as const, 'the trust configuration names no endpoints');

const contradiction = 'the endpoints name another block than the one that the sync committee signed';

/** The levels that may speak where a level cannot. L3 is never among them: it cannot speak where L2 cannot. */
const stronger = (level: Level): Level[] => (level === 1 ? [2, 4] : level === 4 ? [] : [4]);
