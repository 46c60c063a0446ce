/**
 * The evidence of a fleet report, as a file: what boards signed, what a block's state proves, and the documents that the
 * records on chain name by their hashes. Whoever reads it needs to believe one thing, the hash of the block.
 */
import * as v from 'valibot';
import { CRASH_RECEIPT_BYTES_MAX } from '../../firmware/device/crashReceipt.js';
import { readBoundedFile } from '../cli/boundedFile.js';
import { Failure } from '../cli/failure.js';
import type { Hex } from '../cli/kinds.js';

/** Bytes of a file: some 6 KB a board, and up to 1.5 KB a crash. */
export const EVIDENCE_BYTES_MAX = 64 * 1024 * 1024;
export const BOARDS_MAX = 10_000;
export const CHANNELS_MAX = 32;
/** Of one channel, the newest: as many as fit the slots of a witness. */
export const RELEASES_MAX = 60;
/** Of one board. */
export const RECEIPTS_MAX = 16;
/** Of one board. */
export const CRASHES_MAX = 16;
const DOCUMENTS_MAX = CHANNELS_MAX * RELEASES_MAX * 4;

const text = (most: number) => v.pipe(v.string(), v.maxLength(most));
const hex = (length: number) =>
  v.pipe(
    v.string(),
    v.regex(new RegExp(`^0x[0-9a-f]{${2 * length}}$`), `must be ${length} bytes in lower-case hexadecimal`),
    v.transform(each => each as Hex),
  );
const bytes = (most: number) =>
  v.pipe(v.string(), v.maxLength(2 + 2 * most), v.regex(/^0x([0-9a-f]{2})*$/, 'must be hexadecimal'));
const number = v.pipe(v.number(), v.safeInteger(), v.minValue(0));

const releaseSchema = v.strictObject({
  version: number,
  imageSha256: hex(32),
  size: number,
  manifestHash: hex(32),
  /** By the event, which nothing proves: for people who ask since when. */
  blockNumber: number,
});

const schema = v.strictObject({
  format: v.literal(1),
  chainId: number,
  fleet: hex(20),
  block: v.strictObject({ number, hash: hex(32) }),
  boards: v.pipe(
    v.array(
      v.strictObject({
        device: hex(20),
        /** The Device at that block (firmware/proof/witnessCodec.ts). */
        witness: bytes(65_536),
        /** Signed by the board, the newest of each image and those about updates. */
        receipts: v.pipe(v.array(bytes(1536)), v.maxLength(RECEIPTS_MAX)),
        /** Crash receipts, signed by the board. Evidence of before has none. */
        crashes: v.optional(v.pipe(v.array(bytes(CRASH_RECEIPT_BYTES_MAX)), v.maxLength(CRASHES_MAX)), []),
      }),
    ),
    v.maxLength(BOARDS_MAX),
  ),
  channels: v.pipe(
    v.array(
      v.strictObject({
        channel: hex(20),
        witness: bytes(65_536),
        releases: v.pipe(v.array(releaseSchema), v.maxLength(RELEASES_MAX)),
      }),
    ),
    v.maxLength(CHANNELS_MAX),
  ),
  /** Heads of manifests. */
  manifests: v.pipe(v.array(bytes(1024)), v.maxLength(CHANNELS_MAX * RELEASES_MAX)),
  /** Documents of images, lists of their parts, statements of their origin: JSON, each found by its hash. */
  documents: v.pipe(v.array(text(65_536)), v.maxLength(DOCUMENTS_MAX)),
});

export type Evidence = v.InferOutput<typeof schema>;
export type EvidenceRelease = Evidence['channels'][number]['releases'][number];

/** @throws Failure `report`, with the member that is wrong */
export function readEvidence(path: string): Evidence {
  const wrong = (what: string): Failure =>
    new Failure('report', `${path} ${what}: ask for the file again, or make one with holdfast report --out.`);
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(readBoundedFile(path, EVIDENCE_BYTES_MAX)).toString());
  } catch (error) {
    throw wrong(error instanceof SyntaxError ? 'is not JSON' : (error as Error).message);
  }
  const parsed = v.safeParse(schema, json);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw wrong(
    `is no evidence of a fleet report: ${v.getDotPath(issue) ?? 'it'}: ${issue.message.slice(0, 200)}`,
  );
}

/** The text of a file. */
export const evidenceText = (evidence: Evidence): string => `${JSON.stringify(evidence)}\n`;
