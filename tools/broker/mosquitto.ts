/**
 * The accounts and the access list of a broker, in the formats of mosquitto 2 (mosquitto.conf(5), mosquitto_passwd(1)):
 * each board reads and writes below its own user and nowhere else, a prover reads questions and writes answers, and
 * nobody without an account hears anything.
 */
import { pbkdf2Sync } from 'node:crypto';
import type { Account } from './account.js';

/** The access list. A board's operators use the account of the board, since they read and write the same topics. */
export const accessList = (
  prover: string,
): string => `# Boards, and those who command them: everything below the user that they log in as.
pattern readwrite holdfast/%u/#
# The newest finality, left there by provers.
topic read holdfast/+/light/finality
pattern read holdfast/+/light/finality

# A prover: the sealed questions of boards, and the answers to them.
user ${prover}
topic read holdfast/+/+/ask
topic write holdfast/+/+/proof
topic write holdfast/+/light/finality
`;

/** Iterations as mosquitto_passwd has them: the passwords are random and of 192 bits, so that none is guessed. */
const ITERATIONS = 101;
const HASH_BYTES = 64;

/**
 * One line of a password file: the user, and the password behind PBKDF2 with SHA-512 (type 7).
 *
 * @param salt 12 random bytes
 */
export function passwordLine({ password, user }: Account, salt: Uint8Array): string {
  const hash = pbkdf2Sync(password, salt, ITERATIONS, HASH_BYTES, 'sha512').toString('base64');
  return `${user}:$7$${ITERATIONS}$${Buffer.from(salt).toString('base64')}$${hash}\n`;
}

/** The broker's configuration; the paths are those of the two files above. */
export const configuration = (options: { listen: string; accessList: string; passwords: string }): string =>
  `# Written by holdfast broker mosquitto. For boards outside this machine: a listener with TLS (cafile, certfile, keyfile).
listener ${options.listen}
allow_anonymous false
password_file ${options.passwords}
acl_file ${options.accessList}
# A board that sleeps finds its orders; a stranger's session costs no memory for ever.
persistent_client_expiration 30d
max_packet_size 65536
max_queued_messages 100
`;
