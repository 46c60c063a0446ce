/**
 * What comes from a broker, before anybody reacts to it: everybody can publish there, so answers that have not their
 * shape are dropped, and so are statuses and receipts that somebody else signed. A forger delays nothing by it.
 */
import * as v from 'valibot';
import type { Answer, BoardChannel } from '../operator/boardChannel.js';

const short = v.pipe(v.string(), v.maxLength(200));

const answerSchema = v.object({
  profile: short,
  kind: v.picklist(['command', 'update', 'witness']),
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

export function parseAnswer(value: unknown): Answer | undefined {
  const parsed = v.safeParse(answerSchema, value);
  return parsed.success ? parsed.output : undefined;
}

/** `isForged` decides about signers; what it says true to is told to nobody. */
export function filterMessages(
  channel: BoardChannel,
  isForged: (kind: 'status' | 'receipt', signer: string | undefined) => boolean,
): void {
  const emit = channel.emit.bind(channel) as (event: string, value: unknown) => boolean;
  const filtered = (event: string, value: unknown): boolean => {
    if (event === 'answer') {
      const answer = parseAnswer(value);
      return answer !== undefined && emit(event, answer);
    }
    if (event === 'status' || event === 'receipt') {
      if (isForged(event, (value as { signer: string | undefined }).signer)) return false;
    }
    return emit(event, value);
  };
  channel.emit = filtered as typeof channel.emit;
}
