/**
 * Provers, who have what a board must be shown, and are believed nothing. A question is a path, an answer is bytes of
 * our own formats; HTTP carries them, or any other way that brings bytes back.
 */

import { PIECE_BYTES_MAX, type PieceQuestion } from '../beacon/absentPieces.js';
import { toHex } from '../bytes/hex.js';
import { accepted, type Rejected, type Undetermined, undetermined, type Verdict } from '../bytes/verdict.js';
import type { Clock } from '../port/clock.js';
import type { Network } from '../port/socket.js';
import { LEAST_RATE } from '../rpc/exchange.js';
import { HttpClient } from '../rpc/http.js';
import { hostHeader, parseUrl } from '../rpc/url.js';

/** The bytes of an answer, untrusted; or the reason why there are none. */
export type ProverAnswer = Verdict<Uint8Array, never, 'unreachable' | 'unsupported'>;

/** One prover, over any way. */
export interface Prover {
  /** The name for people. */
  readonly name: string;
  /** True for one that is slow, or shared with many: it is asked only when no other answers. */
  readonly lastResort?: boolean;
  /** True when it gave no whole answer in time when it was asked last: others are asked first. */
  readonly slow?: boolean;
  /** The bytes at a path of `questions`, at most `bytesMax`. Never rejects its promise. */
  ask(path: string, bytesMax: number): Promise<ProverAnswer>;
  close(): void;
}

/** The paths of all questions. They are fixed, since boards of every age ask them. */
export const questions = {
  /** The bootstrap at a block's root, 32 bytes: a record of beacon/bootstrap.ts. */
  bootstrap: (root: Uint8Array): string => `/light/v1/bootstrap/${toHex(root)}`,
  /** The update that is signed in a period and names its successor: a record of beacon/update.ts. */
  committee: (period: number): string => `/light/v1/committee/${period}`,
  /** The keys of absent positions in one piece of a committee, with their proof (beacon/absentPieces.ts). */
  absent: ({ bits, period, piece }: PieceQuestion): string =>
    `/light/v1/absent/${period}/${piece}/${toHex(bits)}`,
  /** The newest finality: a record of beacon/update.ts. */
  finality: (): string => '/light/v1/finality',
  /** The newest block that the committee signed, final or not: a record of beacon/newest.ts. */
  newest: (): string => '/light/v1/newest',
  /** The newest checkpoint of a fleet, if possible over the challenge: a record of checkpoint.ts. */
  checkpoint: (challenge: Uint8Array, fleet: Uint8Array): string =>
    `/light/v1/checkpoint?challenge=${toHex(challenge)}&fleet=${toHex(fleet)}`,
  /** The rotation that the set with that hash signed for that fleet, since fleets may share a set: a record of checkpointKeys.ts. */
  rotation: (keySet: Uint8Array, fleet: Uint8Array): string =>
    `/light/v1/checkpoint-keys/${toHex(keySet)}?fleet=${toHex(fleet)}`,
  /** The set with that hash itself: the same record, without signatures. */
  keySet: (keySet: Uint8Array): string => `/light/v1/checkpoint-key-set/${toHex(keySet)}`,
  /** The links of a Device, for an encoded question (command/linkWire.ts). */
  links: (request: Uint8Array): string => `/light/v1/links/${toHex(request)}`,
  /** The witness for an encoded question (proof/witnessRequest.ts). */
  witness: (request: Uint8Array): string => `/light/v1/witness/${toHex(request)}`,
  /** A sector's worth of a release's file, from that byte on; `path` as at an image server (update/brokerSource.ts). */
  file: (path: string, from: number): string => `/light/v1/file${path}/${from}`,
};

/** The order in which provers are asked: those that lied (`marked`) come last, before them those that were slow. */
export function inOrder(provers: readonly Prover[], marked?: ReadonlySet<Prover>): Prover[] {
  const rank = (prover: Prover) => (marked?.has(prover) ? 2 : prover.slow ? 1 : 0);
  return [...provers].sort((a, b) => rank(a) - rank(b));
}

/**
 * Asks the prover of a message for the pieces of the absent keys (beacon/absentPieces.ts) that it lacks, one at a time.
 * Undefined once it has them; rejected for a wrong piece; undetermined where the prover does not give one.
 */
export async function askPieces(
  prover: Prover,
  message: {
    missing: PieceQuestion | undefined;
    take(piece: Uint8Array): Rejected<'proof_invalid'> | undefined;
  },
): Promise<Rejected<'proof_invalid'> | Undetermined<'unreachable' | 'unsupported'> | undefined> {
  for (let piece = message.missing; piece; piece = message.missing) {
    const answer = await prover.ask(questions.absent(piece), PIECE_BYTES_MAX);
    if (answer.verdict === 'undetermined') return answer;
    const refusal = message.take(answer.value);
    if (refusal) return refusal;
  }
  return undefined;
}

/** Milliseconds that one answer may take. */
const ANSWER_MILLISECONDS_MAX = 10_000;
/** Milliseconds for which a connection is kept: a chip has four sockets in all. */
const IDLE_MILLISECONDS = 500;

/** A prover over HTTP; its paths lie below a base URL. */
export class HttpProver implements Prover {
  readonly name: string;
  readonly #base: string;
  readonly #http: HttpClient;
  #slow = false;

  /** Throws a RangeError unless `url` is an http or https URL. */
  constructor(options: { network: Network; clock: Clock; url: string }) {
    const url = parseUrl(options.url);
    if (!url?.scheme.startsWith('http')) throw new RangeError('not an http URL');
    this.name = `${url.scheme}://${hostHeader(url)}`;
    this.#base = url.path.replace(/\/$/, '');
    const { clock, network } = options;
    this.#http = new HttpClient({ network, clock, url, idleMilliseconds: IDLE_MILLISECONDS });
  }

  get slow(): boolean {
    return this.#slow;
  }

  ask(path: string, bytesMax: number): Promise<ProverAnswer> {
    // Not an async function: see rpc/client.ts.
    return this.#http
      .request({
        method: 'GET',
        path: `${this.#base}${path}`,
        mostBytes: bytesMax,
        timeoutMilliseconds: ANSWER_MILLISECONDS_MAX,
        floor: LEAST_RATE,
      })
      .outcome.then(answer => {
        this.#slow = answer.verdict === 'undetermined' && answer.cause === 'unreachable';
        if (answer.verdict !== 'accepted') return undetermined('unreachable', answer.evidence);
        const { body, status } = answer.value;
        if (status === 200) return accepted(body);
        return undetermined(status === 404 ? 'unsupported' : 'unreachable', `it answers ${status}`);
      });
  }

  close(): void {
    this.#http.close();
  }
}
