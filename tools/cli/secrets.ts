/**
 * Secrets do not belong on a command line: every process of the machine sees it, and shells keep it for years. An
 * argument that looks like a secret is refused first of all, and is never repeated.
 */
import { UsageError } from './failure.js';

const WORDS = /^\s*[a-z]{3,8}(\s+[a-z]{3,8}){11,23}\s*$/;
const KEY = /(^|[^0-9a-zA-Z])(0x)?[0-9a-fA-F]{64}([^0-9a-zA-Z]|$)/;
const NAMES = /^(private-?key|key|secret|secret-?key|passphrase|password|passwd|pass|mnemonic|seed|phrase)$/i;

/** True for a text that holds a 32-byte key, or is a recovery phrase. */
export const looksSecret = (text: string): boolean => KEY.test(text) || WORDS.test(text);

/** True when a flag of this name would carry a secret. */
export const namesSecret = (flag: string): boolean => NAMES.test(flag);

/** `where` says which argument it was, without repeating it. @throws UsageError `secret_in_argument`, always */
export function refuseSecret(where: string): never {
  throw new UsageError(
    `${where} looks like a secret. Other processes can read arguments and the shell keeps them: count it as known. ` +
      'Put keys into a keystore (holdfast key import FILE) or the environment (HOLDFAST_KEY), the passphrase into HOLDFAST_PASSPHRASE_FILE.',
    'secret_in_argument',
  );
}
