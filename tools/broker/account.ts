/** Accounts at a broker: those of boards, as provisioning kept them, and that of the provers. */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import * as v from 'valibot';
import { Failure } from '../cli/failure.js';
import { readSecretFile, writeSecretFile } from '../keys/secretFile.js';

/** A user of the broker and its password. */
export interface Account {
  user: string;
  password: string;
}

const ACCOUNT_BYTES_MAX = 1024;
const PASSWORD_BYTES = 24;

const schema = v.object({
  user: v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,64}$/)),
  password: v.pipe(v.string(), v.minLength(1), v.maxLength(128)),
});

/** The account in a file. @throws Failure when the file is not there, is open to others, or holds no account */
export function readAccount(path: string): Account {
  const text = readSecretFile(path, ACCOUNT_BYTES_MAX);
  try {
    return v.parse(schema, JSON.parse(text));
  } catch {
    throw new Failure(
      'file',
      `${path} holds no account at a broker: make one with holdfast broker mosquitto, or write {"user":"…","password":"…"}.`,
    );
  }
}

/** The account in a file, or a fresh one with a random password, written there for this user only. */
export function accountFor(path: string, user: string): Account {
  if (existsSync(path)) return readAccount(path);
  const account = { user, password: randomBytes(PASSWORD_BYTES).toString('base64url') };
  writeSecretFile(path, `${JSON.stringify(account)}\n`);
  return account;
}
