/** Passphrases: from the environment, from a file that the environment names, or from a person at the terminal. */
import type { Surroundings } from '../cli/command.js';
import { Failure } from '../cli/failure.js';
import { promptSecret } from './prompt.js';
import { readSecretFile } from './secretFile.js';

const PASSPHRASE_BYTES_MAX = 1024;
const GUESSABLE_CHARACTERS_MAX = 12;

const fromFile = (path: string): string => readSecretFile(path, PASSPHRASE_BYTES_MAX).replace(/\r?\n$/, '');

type Asking = Pick<Surroundings, 'environment' | 'signal'>;

/** The passphrase that is known without asking a person; `fallbackFile` is the simulator's. */
function atHand({ environment }: Asking, fallbackFile?: string): string | undefined {
  const direct = environment.HOLDFAST_PASSPHRASE;
  if (direct !== undefined) return direct;
  const file = environment.HOLDFAST_PASSPHRASE_FILE || fallbackFile;
  return file ? fromFile(file) : undefined;
}

/** The passphrase of an existing keystore; `name` is told to the person who is asked. */
export async function passphraseFor(asking: Asking, name: string, fallbackFile?: string): Promise<string> {
  const known = atHand(asking, fallbackFile);
  if (known !== undefined) return known;
  if (!process.stdin.isTTY) throw missing(name);
  return promptSecret(`Passphrase of ${name}: `, asking.signal);
}

/** A passphrase for a new keystore, asked for twice. */
export async function newPassphrase(surroundings: Surroundings, name: string): Promise<string> {
  const known = atHand(surroundings);
  if (known === undefined && !process.stdin.isTTY) throw missing(name);
  const passphrase = known ?? (await promptSecret(`New passphrase for ${name}: `, surroundings.signal));
  if (passphrase === '')
    throw new Failure('passphrase', `An empty passphrase protects nothing: choose another.`);
  if (Buffer.byteLength(passphrase) > PASSPHRASE_BYTES_MAX) {
    throw new Failure('passphrase', `A passphrase has ${PASSPHRASE_BYTES_MAX} bytes at most.`);
  }
  if (known === undefined) {
    const again = await promptSecret('The same once more: ', surroundings.signal);
    if (again !== passphrase)
      throw new Failure('passphrase', 'Those were two different passphrases: start again.');
  }
  if (passphrase.length < GUESSABLE_CHARACTERS_MAX) {
    surroundings.warn(
      `A passphrase of ${passphrase.length} characters can be guessed: take several random words.`,
    );
  }
  return passphrase;
}

const missing = (name: string): Failure =>
  new Failure(
    'passphrase',
    `The passphrase of ${name} is needed and nobody sits at a terminal: set HOLDFAST_PASSPHRASE_FILE to a file that only you can read.`,
  );
