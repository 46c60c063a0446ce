/**
 * HTTP to a node that nobody believes: every answer has a time and a size at which it is given up. What goes wrong
 * is told by kind, since "does not have it", "does not answer" and "answers nonsense" mean different things.
 */
import type { Clock } from '../../firmware/port/clock.js';

/**
 * `missing`: the node answered that it does not have it, so that nobody need ask it again. `limited`: it limits how
 * much it is asked. `unreachable`: no answer, or one that says that something is wrong with the node.
 */
export type ProblemKind = 'unreachable' | 'limited' | 'missing' | 'malformed' | 'too_large';

export class UpstreamProblem extends Error {
  readonly kind: ProblemKind;

  constructor(kind: ProblemKind, message: string) {
    super(message);
    this.kind = kind;
  }
}

/** The node proved something else than it claims. */
export class Lie extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The node answered that it does not have it. */
export const isMissing = (error: unknown): boolean =>
  error instanceof UpstreamProblem && error.kind === 'missing';

/** The part of a Response that is needed here. */
export interface Answer {
  ok: boolean;
  status: number;
  headers: { get(name: string): string | null };
  /** Its pieces, unless there is none. */
  body: (AsyncIterable<Uint8Array> & { cancel(): Promise<void> }) | null;
}

/** The part of `fetch` that is needed here. */
export type Fetch = (url: string, init: RequestInit) => Promise<Answer>;

export interface UpstreamOptions {
  clock: Clock;
  /** Milliseconds for a whole answer. */
  timeoutMs: number;
  /** Bytes of an answer. */
  bytesMax: number;
  signal?: AbortSignal;
  /** The way to the node; that of the process if left out. */
  fetch?: Fetch;
}

export interface UpstreamAnswer {
  bytes: Uint8Array;
  /** True when the content type is SSZ (application/octet-stream), else JSON. */
  binary: boolean;
}

/** @throws UpstreamProblem */
export async function request(
  url: string,
  init: { accept: string; body?: string },
  { bytesMax, clock, fetch: get = fetch as Fetch, timeoutMs, signal }: UpstreamOptions,
): Promise<UpstreamAnswer> {
  const time = new AbortController();
  const cancel = clock.after(timeoutMs, () => time.abort());
  try {
    const response = await get(url, {
      method: init.body === undefined ? 'GET' : 'POST',
      headers: {
        accept: init.accept,
        ...(init.body !== undefined && { 'content-type': 'application/json' }),
      },
      body: init.body,
      redirect: 'error',
      signal: signal ? AbortSignal.any([time.signal, signal]) : time.signal,
    });
    if (!response.ok) {
      await response.body?.cancel();
      throw new UpstreamProblem(kindOfStatus(response.status), `HTTP ${response.status}`);
    }
    const bytes = await readBounded(response, bytesMax);
    return { bytes, binary: /octet-stream/.test(response.headers.get('content-type') ?? '') };
  } catch (error) {
    if (error instanceof UpstreamProblem) throw error;
    const { cause, message } = error as Error & { cause?: { code?: string } };
    throw new UpstreamProblem(
      'unreachable',
      time.signal.aborted ? `no answer in ${timeoutMs} ms` : (cause?.code ?? message),
    );
  } finally {
    cancel();
  }
}

/** RFC 9110 section 15.5, RFC 6585 section 4 (429). The Beacon API answers 406 and 415 where it has no SSZ. */
function kindOfStatus(status: number): ProblemKind {
  if (status === 404 || status === 406 || status === 415) return 'missing';
  return status === 429 ? 'limited' : 'unreachable';
}

async function readBounded({ body }: Answer, bytesMax: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  if (!body) return new Uint8Array(0);
  for await (const piece of body) {
    length += piece.length;
    if (length > bytesMax) throw new UpstreamProblem('too_large', `more than ${bytesMax} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** @throws UpstreamProblem */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new UpstreamProblem('malformed', 'no JSON');
  }
}

/** The name of a node in logs and metrics: its host and its place in the list. Its path may hold a provider's key. */
export const nodeName = (url: string, place: number): string => `${new URL(url).host}#${place}`;
