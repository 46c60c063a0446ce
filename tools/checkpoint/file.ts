/**
 * Checkpoints and sets of checkpoint keys as files: JSON that operators can read before they sign, one of each a
 * file, in a directory that any number of provers may share. Nothing in them is secret.
 */
import * as v from 'valibot';
import { envelopeLeaf, merkleTree } from '../../contracts/client/merkle.js';
import { concat } from '../../firmware/bytes/concat.js';
import { equal } from '../../firmware/bytes/equal.js';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { KEYS_MAX } from '../../firmware/contract/layout.generated.js';
import type { Checkpoint, SignedCheckpoint } from '../../firmware/trust/checkpoint.js';
import { isKeySet, type KeySet } from '../../firmware/trust/checkpointKeys.js';
import type { Hex } from '../cli/kinds.js';

/** The ends of the names of both kinds of files. */
export const checkpointEnding = '.checkpoint.json';
export const keysEnding = '.keys.json';
/** Bytes of a file of either kind. */
export const CHECKPOINT_FILE_BYTES_MAX = 1_048_576;
/** Challenges, one a board, that one signature answers. */
export const CHALLENGES_MAX = 4096;

const bytes = (length: number) =>
  v.pipe(v.string(), v.regex(new RegExp(`^0x[0-9a-fA-F]{${2 * length}}$`), `must be ${length} bytes`));
const number = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const signatures = v.pipe(v.array(bytes(65)), v.maxLength(KEYS_MAX));

const checkpointSchema = v.strictObject({
  chainId: number,
  fleet: bytes(20),
  fleetEpoch: number,
  number,
  blockHash: bytes(32),
  timestamp: number,
  /** Challenges of boards: one is signed as it is, several as the root of their Merkle tree in this order. */
  challenges: v.pipe(v.array(bytes(32)), v.maxLength(CHALLENGES_MAX)),
  signatures,
});

const keysSchema = v.strictObject({
  chainId: number,
  fleet: bytes(20),
  threshold: number,
  keys: v.pipe(v.array(bytes(20)), v.minLength(1), v.maxLength(KEYS_MAX)),
  /** Hash of the set before, whose keys signed; left out where nobody did. */
  outgoing: v.optional(bytes(32)),
  signatures,
});

export type CheckpointFile = v.InferOutput<typeof checkpointSchema>;
export type KeysFile = v.InferOutput<typeof keysSchema>;

/** @throws Error that says what is wrong with the text */
export const parseCheckpointFile = (text: string): CheckpointFile => parse(checkpointSchema, text);

/** @throws Error that says what is wrong with the text */
export function parseKeysFile(text: string): KeysFile {
  const file = parse(keysSchema, text);
  if (!isKeySet(keySetOf(file))) throw new Error('the keys are not a set of m of n different keys');
  return file;
}

function parse<T>(schema: v.GenericSchema<unknown, T>, text: string): T {
  if (text.length > CHECKPOINT_FILE_BYTES_MAX)
    throw new Error(`is longer than ${CHECKPOINT_FILE_BYTES_MAX} bytes`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error('is not JSON');
  }
  const result = v.safeParse(schema, json);
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new Error(`${v.getDotPath(issue) ?? 'it'}: ${issue.message}`);
}

const read = (hex: string): Uint8Array => fromHex(hex.toLowerCase())!;

/** The set of keys in a file. */
export const keySetOf = ({ keys, threshold }: Pick<KeysFile, 'keys' | 'threshold'>): KeySet => ({
  threshold,
  keys: keys.map(read),
});

/** The signatures of a file, 65 bytes each, one after the other. */
export const signaturesOf = (file: { signatures: readonly string[] }): Uint8Array =>
  concat(...file.signatures.map(read));

/** The checkpoint that the signatures are over. */
export const checkpointOf = (file: CheckpointFile): Checkpoint => ({
  fleet: read(file.fleet),
  fleetEpoch: file.fleetEpoch,
  number: file.number,
  blockHash: read(file.blockHash),
  timestamp: file.timestamp,
  challenge: challengeOf(file.challenges),
});

function challengeOf(challenges: readonly string[]): Uint8Array {
  if (challenges.length === 0) return new Uint8Array(32);
  return challenges.length === 1 ? read(challenges[0]) : read(treeOf(challenges).root);
}

const treeOf = (challenges: readonly string[]) =>
  merkleTree(challenges.map(challenge => envelopeLeaf(challenge.toLowerCase() as Hex)));

/** As a board takes it: with the way from its challenge to what was signed, if it is among them. */
export function signedCheckpoint(
  file: CheckpointFile,
  challenge?: Uint8Array,
): { answer: SignedCheckpoint; fresh: boolean } {
  const at = challenge ? file.challenges.findIndex(one => equal(read(one), challenge)) : -1;
  const path = at >= 0 && file.challenges.length > 1 ? treeOf(file.challenges).proof(at).map(read) : [];
  const answer = { checkpoint: checkpointOf(file), path: concat(...path), signatures: signaturesOf(file) };
  return { answer, fresh: at >= 0 };
}

/** The text of a file of either kind. */
export const toText = (file: CheckpointFile | KeysFile): string => `${JSON.stringify(file, null, 2)}\n`;

/** A set of keys as a file; `before` is the set that signed for it, by its hash, with its signatures. */
export const keysFile = (
  where: { chainId: number; fleet: Uint8Array },
  { keys, threshold }: KeySet,
  before?: { outgoing: Uint8Array; signatures: Uint8Array },
): KeysFile => ({
  chainId: where.chainId,
  fleet: toHex(where.fleet),
  threshold,
  keys: keys.map(toHex),
  ...(before && { outgoing: toHex(before.outgoing) }),
  signatures: before
    ? Array.from({ length: before.signatures.length / 65 }, (_, i) =>
        toHex(before.signatures.subarray(65 * i, 65 * i + 65)),
      )
    : [],
});
