/** Key pairs of the tools' own, for what is sealed to them: made when they are first needed, in files for this user only. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import type { KeyPair } from '../../firmware/seal/sealed.js';
import { Failure } from '../cli/failure.js';
import { readSecretFile, writeSecretFile } from '../keys/secretFile.js';
import { crypto, newReplyKey } from './boardMail.js';

/**
 * Opens the answers and results of the envelopes that are sent from a project; `home` is where its file lies. Who sends
 * none makes none.
 */
export function replyKeyOf(home: string, sends: boolean): KeyPair | undefined {
  const path = join(home, 'reply-key');
  return sends || existsSync(path) ? keyFromFile(path) : undefined;
}

/** The file, in a project's `home`, of the key that boards seal to what nobody asked for, and results without a reply key. */
export const telemetryKeyFile = (home: string): string => join(home, 'telemetry-key');

/** The pair in that file; undefined where none was made (`holdfast key telemetry`). */
export const telemetryKeyOf = (home: string): KeyPair | undefined =>
  existsSync(telemetryKeyFile(home)) ? keyFromFile(telemetryKeyFile(home)) : undefined;

/** The file, in a project's `home`, of the key that opens what boards at a broker ask the prover. */
export const proverKeyFile = (home: string): string => join(home, 'prover-key');

/** The key pair in a file, which is made with a fresh one when it is not there. @throws Failure */
export function keyFromFile(path: string): KeyPair {
  if (!existsSync(path)) {
    const made = newReplyKey();
    writeSecretFile(path, `${toHex(made.privateKey)}\n`);
    return made;
  }
  const privateKey = fromHex(readSecretFile(path, 128).trim(), 32);
  const publicKey = privateKey && crypto.publicKeyOf(privateKey);
  if (!privateKey || !publicKey) {
    throw new Failure('file', `${path} holds no key: move it away, and a new one is made.`);
  }
  return { privateKey, publicKey };
}
