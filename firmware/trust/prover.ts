/**
 * A prover: somebody who has what a board must be shown, and is believed nothing. What it says is bytes of our own
 * formats, asked for by a path, over HTTP or over any other way that carries a question and brings back bytes.
 */

import { toHex } from '../bytes/hex.js';
import { accepted, undetermined, type Verdict } from '../bytes/verdict.js';
import type { Clock } from '../port/clock.js';
import type { Network } from '../port/socket.js';
import { HttpClient } from '../rpc/http.js';
import { hostHeader, parseUrl } from '../rpc/url.js';

export type ProverAnswer = Verdict<Uint8Array, never, 'unreachable' | 'unsupported'>;

export interface Prover {
  /** For people. */
  readonly name: string;
  /** Slow, or shared with many: asked only when no other one answers. */
  readonly lastResort?: boolean;
  /** The bytes at a path of `questions`, at most `mostBytes`. Never rejects. */
  ask(path: string, mostBytes: number): Promise<ProverAnswer>;
  close(): void;
}

/** The questions that there are. Fixed: boards of every age ask them. */
export const questions = {
  bootstrap: (root: Uint8Array): string => `/light/v1/bootstrap/${toHex(root)}`,
  committee: (period: number): string => `/light/v1/committee/${period}`,
  finality: (): string => '/light/v1/finality',
  checkpoint: (challenge: Uint8Array, fleet: Uint8Array): string =>
    `/light/v1/checkpoint?challenge=${toHex(challenge)}&fleet=${toHex(fleet)}`,
  /** The rotation that the set of that hash signed. */
  rotation: (keySet: Uint8Array): string => `/light/v1/checkpoint-keys/${toHex(keySet)}`,
  /** The set of that hash itself. */
  keySet: (keySet: Uint8Array): string => `/light/v1/checkpoint-key-set/${toHex(keySet)}`,
  witness: (request: Uint8Array): string => `/light/v1/witness/${toHex(request)}`,
};

/** Milliseconds for one answer, and for which a connection is kept: a chip has four sockets in all. */
const TIMEOUT = 10_000;
const IDLE = 500;

export class HttpProver implements Prover {
  readonly name: string;
  readonly #base: string;
  readonly #http: HttpClient;

  /** Throws a RangeError on what is no http URL. */
  constructor(options: { network: Network; clock: Clock; url: string }) {
    const url = parseUrl(options.url);
    if (!url?.scheme.startsWith('http')) throw new RangeError('not an http URL');
    this.name = `${url.scheme}://${hostHeader(url)}`;
    this.#base = url.path.replace(/\/$/, '');
    const { clock, network } = options;
    this.#http = new HttpClient({ network, clock, url, idleMilliseconds: IDLE });
  }

  async ask(path: string, mostBytes: number): Promise<ProverAnswer> {
    const { outcome } = this.#http.request({
      method: 'GET',
      path: `${this.#base}${path}`,
      mostBytes,
      timeoutMilliseconds: TIMEOUT,
    });
    const answer = await outcome;
    if (answer.verdict !== 'accepted') return undetermined('unreachable', answer.evidence);
    const { body, status } = answer.value;
    if (status === 200) return accepted(body);
    return undetermined(status === 404 ? 'unsupported' : 'unreachable', `it answers ${status}`);
  }

  close(): void {
    this.#http.close();
  }
}
