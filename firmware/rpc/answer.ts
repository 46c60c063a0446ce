/** A JSON-RPC 2.0 response (section 5) to one call, as far as anything of it is wanted. */
import { accepted, rejected, type TrustCause, undetermined, type Verdict } from '../bytes/verdict.js';
import { type Kept, number, object, type Shape, text } from '../json/shape.js';
import { causeOf, classifyRefusal } from './refusal.js';

export type RpcCause = Extract<TrustCause, 'unreachable' | 'unsupported' | 'pruned'>;

/**
 * The outcome of one call. Rejected: the endpoint answered nonsense, or more than was asked for. Undetermined: it did
 * not answer, or with an error object; the evidence quotes it.
 */
export type CallResult<T> = Verdict<T, 'malformed', RpcCause>;

/** Characters of an endpoint's own words that are quoted as evidence, and bytes in which known ones are looked for. */
const QUOTE_MAX = 160;
const WORDS_BYTES_MAX = 512;

/** Bytes that an error object, an id and what holds them take at most where they are kept. */
export const ERROR_BYTES_MAX = 2 * WORDS_BYTES_MAX + 128;

const refusal = object({
  code: number(),
  message: text(WORDS_BYTES_MAX),
  // Nethermind says "Internal error" and puts the reason into `data`.
  data: text(WORDS_BYTES_MAX),
});

export const answerShape = <S extends Shape>(result: S) => object({ id: number(), error: refusal, result });

type Answer<S extends Shape> = Kept<ReturnType<typeof answerShape<S>>>;

/** An error may lack the id (the request was not understood). */
export function readAnswer<S extends Shape>(answer: Answer<S>, id: number): CallResult<Kept<S>> {
  if (!answer) return rejected('malformed', 'an answer that is no object');
  const { error, result } = answer as { id?: unknown; error?: Kept<typeof refusal>; result?: Kept<S> };
  const said = (answer as { id?: unknown }).id;
  if (said !== id && !(error && (said === null || said === undefined))) {
    return rejected('malformed', 'an answer to another id');
  }
  if (error) return readError(error);
  return result === undefined
    ? rejected('malformed', 'an answer with neither result nor error')
    : accepted(result);
}

function readError({ code, data, message }: NonNullable<Kept<typeof refusal>>): CallResult<never> {
  const words = [message, data].filter(Boolean).join(': ');
  const cause = causeOf(classifyRefusal(code ?? undefined, words));
  return undetermined(cause, `error ${code ?? 'without a code'}: ${quote(message || data || '')}`);
}

/** Printable ASCII only: it lands in logs. */
export function quote(text: string): string {
  return text.slice(0, QUOTE_MAX).replace(/[^ -~]/g, '?');
}
