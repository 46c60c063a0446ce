/** The claim code that a buyer gives: as a flag, from standard input or a file, or typed at the terminal unseen. */
import type { Surroundings } from '../cli/command.js';
import { Failure, UsageError } from '../cli/failure.js';
import type { Hex } from '../cli/kinds.js';
import { promptSecret, readStandardInput } from '../keys/prompt.js';
import { readSecretFile } from '../keys/secretFile.js';
import { NotAClaimCode, readClaimCode } from './code.js';
import { type ClaimKey, claimKeyOf } from './key.js';
import { readQrText } from './label.js';

const CODE_CHARACTERS_MAX = 256;

export interface GivenCode {
  key: ClaimKey;
  /** Named by a QR. */
  chainId?: number;
  device?: Hex;
}

/**
 * From `code` (`-`: standard input), `file`, or the terminal. What a QR holds is taken in place of the code.
 *
 * @throws UsageError `claim_code` that names the group which is mistyped
 */
export async function givenCode(
  { signal }: Pick<Surroundings, 'signal'>,
  { code, file }: { code: string | undefined; file: string | undefined },
): Promise<GivenCode> {
  if (code !== undefined && file !== undefined) throw new UsageError('Give --code or --code-file, not both.');
  const text = await textOf(code, file, signal);
  try {
    const { code, ...named } = readQrText(text);
    return { key: claimKeyOf(readClaimCode(code)), ...named };
  } catch (error) {
    if (!(error instanceof NotAClaimCode)) throw error;
    throw new UsageError(
      `That is not a claim code: ${error.message}. Compare it with the label.`,
      'claim_code',
    );
  }
}

async function textOf(
  code: string | undefined,
  file: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  if (file !== undefined) return readSecretFile(file, CODE_CHARACTERS_MAX);
  if (code === '-') return readStandardInput(CODE_CHARACTERS_MAX);
  if (code !== undefined) return code;
  if (process.stdin.isTTY) return promptSecret('Claim code: ', signal);
  throw new UsageError(
    'holdfast device claim needs the code from the box: --code CODE, --code - for standard input, or --code-file FILE.',
  );
}

/** @throws Failure `claim_code` where the QR names another chain or another board */
export function refuseOtherLabel(given: GivenCode, chainId: number, device: Hex): void {
  if (given.chainId !== undefined && given.chainId !== chainId) {
    throw new Failure(
      'claim_code',
      `The label is of chain ${given.chainId}, this is chain ${chainId}: give --rpc of the label's chain.`,
    );
  }
  if (given.device !== undefined && given.device !== device) {
    throw new Failure(
      'claim_code',
      `The label is of ${given.device}, not of ${device}: name the board of the label.`,
    );
  }
}
