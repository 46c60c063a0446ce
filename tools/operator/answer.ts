/**
 * A board's answer to an envelope or offer: unsigned, for people. Everybody may publish on a broker, so that only text
 * of exactly this shape counts.
 */

import * as v from 'valibot';

const short = v.pipe(v.string(), v.maxLength(200));

const schema = v.object({
  profile: short,
  kind: v.picklist(['command', 'update', 'witness', 'network']),
  /** Envelope hash, approval hash, or the endpoint whose witness was no good. */
  subject: v.pipe(v.string(), v.maxLength(2048)),
  verdict: v.picklist(['accepted', 'rejected', 'undetermined']),
  code: v.optional(short),
  evidence: v.optional(v.pipe(v.string(), v.maxLength(4096))),
  trail: v.pipe(
    v.array(v.object({ what: short, value: v.pipe(v.string(), v.maxLength(400)) })),
    v.maxLength(64),
  ),
  receipt: v.optional(v.object({ counter: v.number(), outcome: short })),
});

export type Answer = v.InferOutput<typeof schema>;

/** The answer in a text of a broker; undefined when the text is not an answer. */
export function parseAnswer(text: string | undefined): Answer | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text ?? '');
  } catch {
    return undefined;
  }
  const parsed = v.safeParse(schema, value);
  return parsed.success ? parsed.output : undefined;
}
