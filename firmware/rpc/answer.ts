/** A JSON-RPC 2.0 response (section 5), matched to its call: by id, never by position. */
import { accepted, rejected, type TrustCause, undetermined, type Verdict } from '../bytes/verdict.js';
import { causeOf, classifyRefusal } from './refusal.js';

export type RpcCause = Extract<TrustCause, 'unreachable' | 'unsupported' | 'pruned'>;

/**
 * What came of one call. The value is JSON of unknown shape, as bounded by the endpoint's limits. Rejected:
 * the endpoint answered nonsense. Undetermined: it answered with an error object; the evidence quotes it.
 */
export type CallResult = Verdict<unknown, 'malformed', RpcCause>;

/** Characters of an endpoint's own words that are quoted as evidence. */
const longestQuote = 160;

/** The result for each of `count` calls whose ids are `firstId` and up, from the answer to a batch. */
export function matchBatch(answers: readonly unknown[], firstId: number, count: number): CallResult[] {
  const results: Array<CallResult | undefined> = new Array(count).fill(undefined);
  for (const answer of answers) {
    const at = idOf(answer) - firstId;
    if (!(at >= 0 && at < count)) continue;
    results[at] =
      results[at] === undefined ? readAnswer(answer) : rejected('malformed', 'two answers to one id');
  }
  return results.map(result => result ?? rejected('malformed', 'no answer to one of the ids'));
}

/** The result of one call from the answer to it alone. An error may lack the id (the request was not understood). */
export function matchSingle(answer: unknown, id: number): CallResult {
  const idless =
    isObject(answer) && (answer.id === null || answer.id === undefined) && isObject(answer.error);
  if (!idless && idOf(answer) !== id) return rejected('malformed', 'an answer to another id');
  return readAnswer(answer);
}

/** Whether this is one error object, and thus a batch refused as a whole. */
export function isRefusedWhole(answer: unknown): boolean {
  return isObject(answer) && isObject(answer.error);
}

function readAnswer(answer: unknown): CallResult {
  if (!isObject(answer)) return rejected('malformed', 'an answer that is no object');
  const { error, result } = answer;
  if (error !== undefined && error !== null) return readError(error);
  return result === undefined
    ? rejected('malformed', 'an answer with neither result nor error')
    : accepted(result);
}

function readError(error: unknown): CallResult {
  if (!isObject(error)) return rejected('malformed', 'an error that is no object');
  const code = typeof error.code === 'number' ? error.code : undefined;
  const message = typeof error.message === 'string' ? error.message : '';
  // Nethermind says "Internal error" and puts the reason into `data`.
  const data = typeof error.data === 'string' ? error.data : '';
  const cause = causeOf(
    classifyRefusal(code, message === '' || data === '' ? message + data : `${message}: ${data}`),
  );
  return undetermined(cause, `error ${code ?? 'without a code'}: ${quote(message || data)}`);
}

/** Printable ASCII only: it lands in logs. */
export function quote(text: string): string {
  return text.slice(0, longestQuote).replace(/[^ -~]/g, '?');
}

function idOf(answer: unknown): number {
  return isObject(answer) && typeof answer.id === 'number' ? answer.id : Number.NaN;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
