/**
 * L1: a block hash is trusted when k of n JSON-RPC endpoints, k > n/2, agree on it at one number and tag.
 * To lie, k endpoints must collude. It needs no keys, so it is the level of development and of first trust.
 *
 * One endpoint is asked at a time, those that were slow last, and no more than it takes: a connection costs memory.
 */

import { readNumber } from '../bytes/bigEndian.js';
import { fromHex } from '../bytes/hex.js';
import { type Accepted, accepted, type TrustCause, undetermined, type Verdict } from '../bytes/verdict.js';
import type { Clock } from '../port/clock.js';
import { blockNameCall, chainIdCall, readBlockName } from '../rpc/blocks.js';
import { type CallResult, type RpcEndpoint, slowLast } from '../rpc/client.js';
import { Level, type Tag, type TrustedBlock } from './level.js';

/** Blocks by which an honest endpoint may be behind another: a head, or an epoch that is not final there yet. */
const LAG = { latest: 3, finalized: 64 } as const;

/** Milliseconds for which others are awaited once a quorum has named its newest blocks and they lie too far apart. */
const OTHERS_AWAITED = 5000;

interface Failure {
  failure: string;
  cause: TrustCause | 'malformed';
}

/** The words of one endpoint: its block at the tag and the hashes that it has at numbers, or why they do not count. */
type Claim = { endpoint: RpcEndpoint } & (
  | { number: number; hashes: Map<number, string | Failure> }
  | Failure
);
type Spoken = Extract<Claim, { number: number }>;

const spoken = (claims: readonly Claim[]): Spoken[] =>
  claims.filter((claim): claim is Spoken => 'number' in claim);

export class QuorumTrust {
  readonly level = Level.quorum;
  readonly #clock: Clock;
  readonly #endpoints: readonly RpcEndpoint[];
  readonly #quorum: number;
  readonly #chainId: number;
  /** Endpoints that named the right chain. */
  readonly #ofChain = new Set<RpcEndpoint>();

  /** Throws unless n/2 < quorum ≤ n. */
  constructor(options: {
    endpoints: readonly RpcEndpoint[];
    quorum: number;
    chainId: number;
    clock: Clock;
  }) {
    const count = options.endpoints.length;
    if (options.quorum * 2 <= count || options.quorum > count) throw new RangeError('a quorum is a majority');
    this.#endpoints = options.endpoints;
    this.#quorum = options.quorum;
    this.#chainId = options.chainId;
    this.#clock = options.clock;
  }

  /** The newest block at `tag` that a quorum has reached and agrees on. */
  head(tag: Tag): Promise<Verdict<TrustedBlock, never, TrustCause>> {
    return tag === 'finalized' ? this.#final() : this.#newest();
  }

  /** The final block of that number, once a quorum calls it final and agrees on its hash. */
  finalAt(number: number): Promise<Verdict<TrustedBlock, never, TrustCause>> {
    return this.#final(number);
  }

  /** A quorum that agrees suffices: nobody else could make it differ. */
  async #final(at?: number): Promise<Verdict<TrustedBlock, never, TrustCause>> {
    const claims: Claim[] = [];
    for (const endpoint of slowLast(this.#endpoints)) {
      const claim = await this.#ask(endpoint, 'finalized');
      claims.push(claim);
      if (at !== undefined && 'number' in claim && claim.number > at) await this.#hashAt(claim, at);
      const agreed = 'number' in claim && this.#agreed(claims, at ?? claim.number, 'finalized');
      if (agreed) return agreed;
    }
    if (at !== undefined) return this.#tooFew(claims, at);
    const numbers = this.#numbers(claims);
    // Endpoints finalise an epoch one after the other: the greatest number that a quorum has reached counts. If one
    // of those who claim to have reached it lies, the honest ones still agree on what lies just below.
    const [greatest, ...lower] = numbers.slice(this.#quorum - 1);
    const within = lower.filter(other => greatest - other <= LAG.finalized);
    return this.#firstAgreed(claims, numbers.length < this.#quorum ? [] : [greatest, ...within], 'finalized');
  }

  /** The newest is what a quorum's own newest blocks lie close to: one that is held back names nothing. */
  async #newest(): Promise<Verdict<TrustedBlock, never, TrustCause>> {
    const claims: Claim[] = [];
    let deadline: number | undefined;
    let last: Verdict<TrustedBlock, never, TrustCause> | undefined;
    for (const endpoint of slowLast(this.#endpoints)) {
      if (deadline !== undefined && deadline <= this.#clock.monotonic()) break;
      claims.push(await this.#ask(endpoint, 'latest', deadline));
      const numbers = this.#numbers(claims);
      if (numbers.length < this.#quorum) continue;
      deadline ??= this.#clock.monotonic() + OTHERS_AWAITED;
      const close = numbers.filter(
        (number, i) => i >= this.#quorum - 1 && numbers[i - this.#quorum + 1] - number <= LAG.latest,
      );
      last = await this.#firstAgreed(claims, close, 'latest');
      if (last.verdict === 'accepted') return last;
    }
    return last ?? this.#tooFew(claims);
  }

  /** Of those who said one, the greatest first. */
  #numbers(claims: readonly Claim[]): number[] {
    return spoken(claims)
      .map(({ number }) => number)
      .sort((a, b) => b - a);
  }

  /** The first of the numbers at which a quorum agrees, those who are further being asked what they have there. */
  async #firstAgreed(
    claims: readonly Claim[],
    numbers: readonly number[],
    tag: Tag,
  ): Promise<Verdict<TrustedBlock, never, TrustCause>> {
    let last: number | undefined;
    for (const number of new Set(numbers)) {
      last = number;
      for (const claim of spoken(claims)) if (claim.number > number) await this.#hashAt(claim, number);
      const agreed = this.#agreed(claims, number, tag);
      if (agreed) return agreed;
    }
    return this.#tooFew(claims, last);
  }

  #agreed(claims: readonly Claim[], number: number, tag: Tag): Accepted<TrustedBlock> | undefined {
    const votes = new Map<string, number>();
    for (const { hashes } of spoken(claims)) {
      const hash = hashes.get(number);
      if (typeof hash === 'string') votes.set(hash, (votes.get(hash) ?? 0) + 1);
    }
    for (const [hash, count] of votes) {
      if (count < this.#quorum) continue;
      return accepted({
        hash: fromHex(hash, 32)!,
        number,
        level: this.level,
        finalized: tag === 'finalized',
        basis: `quorum ${count} of ${this.#endpoints.length}`,
      });
    }
    return undefined;
  }

  async #ask(endpoint: RpcEndpoint, tag: Tag, deadline?: number): Promise<Claim> {
    if (!this.#ofChain.has(endpoint)) {
      const chain = await endpoint.call(chainIdCall, this.#left(deadline));
      if (chain.verdict !== 'accepted') return { endpoint, ...failure(chain) };
      if (!chain.value || readNumber(chain.value) !== this.#chainId)
        return { endpoint, cause: 'malformed', failure: 'another chain' };
      this.#ofChain.add(endpoint);
    }
    const block = blockIn(await endpoint.call(blockNameCall(tag), this.#left(deadline)));
    if ('failure' in block) return { endpoint, ...block };
    return { endpoint, number: block.number, hashes: new Map([[block.number, block.hash]]) };
  }

  #left(deadline: number | undefined): number | undefined {
    return deadline === undefined ? undefined : Math.max(1, deadline - this.#clock.monotonic());
  }

  async #hashAt(claim: Spoken, number: number): Promise<void> {
    if (claim.hashes.has(number)) return;
    const block = blockIn(await claim.endpoint.call(blockNameCall(number)));
    if ('failure' in block) claim.hashes.set(number, block);
    else if (block.number === number) claim.hashes.set(number, block.hash);
  }

  /** Nobody reachable is one answer, disagreement another. */
  #tooFew(claims: readonly Claim[], number?: number): Verdict<never, never, TrustCause> {
    const said = claims.map(claim => `${claim.endpoint.url}: ${describe(claim, number)}`);
    const evidence = `${this.#quorum} of ${this.#endpoints.length} must agree. ${said.join('; ')}`;
    const causes = claims.map(claim => ('cause' in claim ? claim.cause : undefined));
    const first = causes[0];
    const same = first !== undefined && first !== 'malformed' && causes.every(cause => cause === first);
    return undetermined(same ? first : 'no_quorum', evidence);
  }
}

/** By what it has at the number that was compared, if it was. */
function describe(claim: Claim, number: number | undefined): string {
  if ('failure' in claim) return claim.failure;
  const compared = number !== undefined && claim.hashes.has(number) ? number : claim.number;
  const hash = claim.hashes.get(compared)!;
  return typeof hash === 'string' ? `${hash.slice(0, 10)}… at ${compared}` : hash.failure;
}

/** Number and hash in an endpoint's answer to `blockNameCall`, or why there are none. */
function blockIn(
  answer: CallResult<Parameters<typeof readBlockName>[0]>,
): { number: number; hash: string } | Failure {
  if (answer.verdict !== 'accepted') return failure(answer);
  return readBlockName(answer.value) ?? { cause: 'malformed', failure: 'not a block' };
}

const failure = (result: Exclude<CallResult<never>, Accepted<never>>): Failure => ({
  cause: result.verdict === 'rejected' ? 'malformed' : result.cause,
  failure: result.evidence,
});
