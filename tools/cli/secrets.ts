/**
 * Secrets do not belong on a command line: every process of the machine sees it, and shells keep it for years.
 * What looks like one is refused before anything else is looked at, and is never repeated.
 */
import { UsageError } from './failure.js';

const WORDS = /^\s*[a-z]{3,8}(\s+[a-z]{3,8}){11,23}\s*$/;
const KEY = /(^|[^0-9a-zA-Z])(0x)?[0-9a-fA-F]{64}([^0-9a-zA-Z]|$)/;
const NAMES = /^(private-?key|key|secret|secret-?key|passphrase|password|passwd|pass|mnemonic|seed|phrase)$/i;

/** A 32-byte key or a recovery phrase, alone or as part of something else. */
export const looksSecret = (text: string): boolean => KEY.test(text) || WORDS.test(text);

/** Whether a flag of this name would carry a secret if there were one. */
export const namesSecret = (flag: string): boolean => NAMES.test(flag);

export function refuseSecret(where: string): never {
  throw new UsageError(
    `${where} looks like a secret. Other processes can read arguments and the shell keeps them: count it as known. ` +
      'Put keys into a keystore (holdfast key import FILE) or the environment (HOLDFAST_KEY), the passphrase into HOLDFAST_PASSPHRASE_FILE.',
    'secret_in_argument',
  );
}
