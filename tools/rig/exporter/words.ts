/** The words between an exporter of boards and a runner, and the proof that a runner knows the token. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import * as v from 'valibot';

const name = v.pipe(v.string(), v.minLength(1), v.maxLength(60));
const line = v.pipe(v.string(), v.maxLength(1000));
const id = v.pipe(v.number(), v.integer(), v.minValue(1));
const proof = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const bytes = v.pipe(v.string(), v.maxLength(22_000), v.base64());

/** Bytes of the serial line in one message. */
export const CHUNK_BYTES_MAX = 16_384;

/** The first word of a runner: a list is answered and hung up on, a board is held for as long as the connection. */
export const firstWord = v.union([
  v.strictObject({ proof, list: v.literal(true) }),
  v.strictObject({ proof, take: name, holder: v.pipe(v.string(), v.minLength(1), v.maxLength(120)) }),
]);

/** The wishes of a runner that holds a board, done one after another. */
export const request = v.variant('do', [
  v.strictObject({ id, do: v.literal('open') }),
  v.strictObject({ id, do: v.literal('write'), bytes }),
  v.strictObject({ id, do: v.literal('speed'), baud: v.pipe(id, v.maxValue(4_000_000)) }),
  v.strictObject({ id, do: v.literal('lines'), dtr: v.optional(v.boolean()), rts: v.optional(v.boolean()) }),
  v.strictObject({ id, do: v.literal('close') }),
  v.strictObject({ id, do: v.literal('power'), on: v.boolean() }),
  v.strictObject({ id, do: v.literal('state') }),
  v.strictObject({ id, do: v.literal('prepare') }),
  /** The board failed the look at it: nobody shall have it until somebody has seen to it. */
  v.strictObject({ id, do: v.literal('leave'), reason: line }),
  v.strictObject({ id, do: v.literal('release') }),
]);
export type Request = v.InferOutput<typeof request>;

/** A board as the exporter offers it. */
const offer = v.object({
  name,
  /** Its supply can be switched. */
  power: v.boolean(),
  /** Something makes it new. */
  prepare: v.boolean(),
  state: v.picklist(['free', 'held', 'left alone']),
  /** The holder, or the reason. */
  more: v.optional(line),
});
export type Offer = v.InferOutput<typeof offer>;

/** The word of an exporter. */
export const exporterWord = v.union([
  v.object({ challenge: proof }),
  v.object({ boards: v.pipe(v.array(offer), v.maxLength(1000)) }),
  v.object({ taken: v.object({ power: v.boolean(), prepare: v.boolean() }) }),
  v.object({ held: line }),
  v.object({ left: line }),
  v.object({ refused: line }),
  v.object({ line: v.picklist(['data']), bytes }),
  v.object({ line: v.picklist(['lost']) }),
  v.object({ answer: id, code: v.pipe(v.string(), v.maxLength(60)), error: line }),
  v.object({ answer: id, result: v.optional(v.unknown()) }),
]);
export type ExporterWord = v.InferOutput<typeof exporterWord>;

/** The proof that belongs to a challenge: the token itself never goes over the line. */
export const proofOf = (token: string, challenge: string): string =>
  createHmac('sha256', token).update(`holdfast rig serve ${challenge}`).digest('hex');

/** True for the proof of one who knows the token; takes as long for any other. @param given 64 digits */
export const proves = (given: string, token: string, challenge: string): boolean =>
  timingSafeEqual(Buffer.from(given, 'hex'), Buffer.from(proofOf(token, challenge), 'hex'));
