/**
 * L1: a block hash is trusted when k of n JSON-RPC endpoints, k > n/2, agree on it at one number and tag.
 * To lie, k endpoints must collude. It needs no keys, so it is the level of development and of first trust.
 */

import { fromHex, toHex } from '../bytes/hex.js';
import { accepted, type TrustCause, undetermined, type Verdict } from '../bytes/verdict.js';
import type { CallResult, RpcCall, RpcEndpoint } from '../rpc/client.js';
import { readQuantity } from '../rpc/probe.js';
import { Level, type Tag, type TrustedBlock } from './level.js';

/** Blocks by which an honest endpoint may be behind another: a head, or an epoch that is not final there yet. */
const LAG = { latest: 3, finalized: 64 } as const;

/** What one endpoint said: a block, or why it said nothing that counts. */
type Claim = { number: number; hash: string } | { failure: string; cause: TrustCause | 'malformed' };

export class QuorumTrust {
  readonly level = Level.quorum;
  readonly #endpoints: readonly RpcEndpoint[];
  readonly #quorum: number;
  readonly #chainId: number;

  /** Throws unless n/2 < quorum ≤ n. */
  constructor(options: { endpoints: readonly RpcEndpoint[]; quorum: number; chainId: number }) {
    const count = options.endpoints.length;
    if (options.quorum * 2 <= count || options.quorum > count) throw new RangeError('a quorum is a majority');
    this.#endpoints = options.endpoints;
    this.#quorum = options.quorum;
    this.#chainId = options.chainId;
  }

  /** The newest block at `tag` that a quorum has reached and agrees on. */
  head(tag: Tag): Promise<Verdict<TrustedBlock, never, TrustCause>> {
    return this.#agreed(tag);
  }

  /** The final block of that number, once a quorum calls it final and agrees on its hash. */
  finalAt(number: number): Promise<Verdict<TrustedBlock, never, TrustCause>> {
    return this.#agreed('finalized', number);
  }

  async #agreed(tag: Tag, at?: number): Promise<Verdict<TrustedBlock, never, TrustCause>> {
    const reached = await Promise.all(this.#endpoints.map(endpoint => this.#ask(endpoint, tag)));
    const claims = at === undefined ? reached : await this.#at(at, reached);
    const numbers = claims.flatMap(claim => ('number' in claim ? [claim.number] : [])).sort((a, b) => b - a);
    if (numbers.length < this.#quorum) return this.#tooFew(claims);

    // Endpoints run ahead of each other by a block or two: the greatest number that a quorum has reached counts.
    // If one of those who claim to have reached it lies, the honest ones still agree on what lies just below.
    const [greatest, ...lower] = numbers.slice(this.#quorum - 1);
    let last: readonly Claim[] = claims;
    const within = lower.filter(other => greatest - other <= LAG[tag]);
    for (const number of at === undefined ? new Set([greatest, ...within]) : [at]) {
      last = await this.#at(number, claims);
      const votes = new Map<string, number>();
      for (const claim of last) {
        if ('number' in claim && claim.number === number)
          votes.set(claim.hash, (votes.get(claim.hash) ?? 0) + 1);
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
    }
    return this.#tooFew(last);
  }

  /** What those who are further say of one number; who is behind stays behind. */
  #at(number: number, claims: readonly Claim[]): Promise<Claim[]> {
    return Promise.all(
      claims.map((claim, i) => {
        if (!('number' in claim) || claim.number <= number) return claim;
        return this.#ask(this.#endpoints[i], `0x${number.toString(16)}`);
      }),
    );
  }

  async #ask(endpoint: RpcEndpoint, block: string): Promise<Claim> {
    const calls: RpcCall[] = [
      { method: 'eth_chainId', params: [] },
      { method: 'eth_getBlockByNumber', params: [block, false] },
    ];
    const answer = await endpoint.batch(calls);
    if (answer.verdict !== 'accepted') {
      return { cause: answer.verdict === 'rejected' ? 'malformed' : answer.cause, failure: answer.evidence };
    }
    return this.#parse(answer.value);
  }

  #parse(results: readonly CallResult[]): Claim {
    const [chain, block] = results;
    if (chain.verdict !== 'accepted' || block.verdict !== 'accepted') {
      const failed = chain.verdict !== 'accepted' ? chain : block;
      if (failed.verdict === 'undetermined') return { cause: failed.cause, failure: failed.evidence };
      return { cause: 'malformed', failure: 'no answer' };
    }
    if (readQuantity(chain.value) !== this.#chainId) return { cause: 'malformed', failure: 'another chain' };
    const claimed = block.value as { number?: unknown; hash?: unknown } | null;
    const number = readQuantity(claimed?.number);
    const hash = fromHex(claimed?.hash, 32);
    if (number === undefined || !hash) return { cause: 'malformed', failure: 'not a block' };
    return { number, hash: toHex(hash) };
  }

  /** Nobody reachable is one answer, disagreement another. */
  #tooFew(claims: readonly Claim[]): Verdict<never, never, TrustCause> {
    const said = claims.map((claim, i) => {
      const who = this.#endpoints[i].url;
      return 'number' in claim
        ? `${who}: ${claim.hash.slice(0, 10)}… at ${claim.number}`
        : `${who}: ${claim.failure}`;
    });
    const evidence = `${this.#quorum} of ${claims.length} must agree. ${said.join('; ')}`;
    const causes = claims.map(claim => ('cause' in claim ? claim.cause : undefined));
    const first = causes[0];
    const same = first !== undefined && first !== 'malformed' && causes.every(cause => cause === first);
    return undetermined(same ? first : 'no_quorum', evidence);
  }
}
