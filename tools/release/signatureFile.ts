/**
 * A release on its way between those who sign it: JSON that a person can read before signing, with every field of the
 * EIP-712 type Publish, and the signatures so far. Nothing in it is secret.
 */
import * as v from 'valibot';
import {
  digestOf,
  domainOf,
  joinSignatures,
  type TypedData,
  typedData,
} from '../../contracts/client/index.js';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { KEYS_MAX } from '../../firmware/contract/layout.generated.js';
import { portableCrypto } from '../../firmware/crypto/portable.js';
import { readBoundedFile } from '../cli/boundedFile.js';
import { Failure } from '../cli/failure.js';
import type { Hex } from '../cli/kinds.js';
import type { ImageFacts } from './imageFacts.js';

const FILE_BYTES_MAX = 16_384;

const hex = <const Length extends number>(length: Length) =>
  v.pipe(
    v.string(),
    v.regex(new RegExp(`^0x[0-9a-f]{${2 * length}}$`), `must be ${length} bytes in lower-case hexadecimal`),
    v.transform(text => text as Hex),
  );
const whole = (most: number) => v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(most));

const schema = v.strictObject({
  chainId: whole(Number.MAX_SAFE_INTEGER),
  channel: hex(20),
  version: whole(0xffffffff),
  imageSha256: hex(32),
  size: whole(0xffffffff),
  manifestHash: hex(32),
  /** The oldest version that may still be installed. */
  floor: whole(0xffffffff),
  /** Boards of a thousand. */
  rollout: whole(1000),
  /** Unix seconds until which the signatures are good. */
  deadline: whole(Number.MAX_SAFE_INTEGER),
  signatures: v.pipe(v.array(hex(65)), v.maxLength(KEYS_MAX)),
});

export type SignatureFile = v.InferOutput<typeof schema>;

/** @throws Failure `signatures`, with the member that is wrong */
export function readSignatureFile(path: string): SignatureFile {
  const wrong = (what: string): Failure =>
    new Failure('signatures', `${path} ${what}: ask the first signer for the file again.`);
  let bytes: Uint8Array;
  try {
    bytes = readBoundedFile(path, FILE_BYTES_MAX);
  } catch (error) {
    throw wrong((error as Error).message);
  }
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(bytes).toString());
  } catch {
    throw wrong('is not JSON');
  }
  const parsed = v.safeParse(schema, json);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw wrong(`is no release to sign: ${v.getDotPath(issue) ?? 'it'}: ${issue.message.slice(0, 200)}`);
}

/** The text of a file. */
export const signatureText = (file: SignatureFile): string => `${JSON.stringify(file, null, 2)}\n`;

/** The data that each signature is over. */
export function publishData({ chainId, channel, signatures: _, ...release }: SignatureFile): TypedData {
  return typedData(domainOf(chainId, channel), 'Publish', { ...release });
}

/** The signers so far, in the order of their signatures; undefined for one that is nobody's. */
export async function signersOf(file: SignatureFile): Promise<(Hex | undefined)[]> {
  const crypto = portableCrypto();
  const digest = fromHex(await digestOf(publishData(file)), 32)!;
  return file.signatures.map(signature => {
    const by = crypto.recoverAddress(digest, fromHex(signature, 65)!);
    return by && (toHex(by) as Hex);
  });
}

/** With more signatures, each signer's once, in ascending order of the signers, as the contract wants them. */
export async function withReleaseSignatures(
  file: SignatureFile,
  signatures: readonly Hex[],
): Promise<SignatureFile> {
  const all = { ...file, signatures: [...file.signatures, ...signatures] };
  const signers = await signersOf(all);
  const bySigner = new Map(signers.map((signer, i) => [signer ?? '', all.signatures[i]]));
  const ascending = [...bySigner].sort(([a], [b]) => (a < b ? -1 : 1));
  return { ...file, signatures: ascending.map(([, signature]) => signature) };
}

/** The signatures as the client takes them. */
export const releaseAuthority = ({ deadline, signatures }: SignatureFile) => ({
  deadline,
  signatures: joinSignatures(signatures),
});

/**
 * The file is of this image, for this channel.
 *
 * @throws Failure `signatures` that names the first difference
 */
export function refuseOtherRelease(
  file: SignatureFile,
  here: ImageFacts & { chainId: number; channel: Hex; manifestHash: Hex },
): void {
  for (const name of ['chainId', 'channel', 'version', 'imageSha256', 'size', 'manifestHash'] as const) {
    const [theirs, own] = [file[name], here[name]].map(each => `${each}`.toLowerCase());
    if (theirs === own) continue;
    throw new Failure(
      'signatures',
      `The file to sign is of another release: its ${name} is ${theirs}, and here it is ${own}. Do not sign; build the image from the same source, or ask who sent the file.`,
    );
  }
}
