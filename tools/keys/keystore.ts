/**
 * Keystores: private keys encrypted with a passphrase, as all Ethereum tools read them (Web3 Secret Storage
 * Definition, version 3). New ones use scrypt and AES-128-CTR; PBKDF2 is read as well.
 */
import { createCipheriv, createDecipheriv, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import { pbkdf2Async } from '@noble/hashes/pbkdf2.js';
import { scryptAsync } from '@noble/hashes/scrypt.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { keccak_256 } from '@noble/hashes/sha3.js';
import * as v from 'valibot';
import { Failure } from '../cli/failure.js';
import { addressOfKey } from './privateKey.js';

/** Bytes of a keystore's text. */
export const KEYSTORE_BYTES_MAX = 16_384;
/** Memory that deriving a key may take: a file from somewhere must not bring the machine down. */
const DERIVATION_BYTES_MAX = 1 << 30;
/** Blocks of 128·r bytes that are mixed, times p. */
const DERIVATION_BLOCKS_MAX = 1 << 21;
const PBKDF2_ROUNDS_MAX = 10_000_000;

const hex = (least: number, most: number) =>
  v.pipe(
    v.string(),
    v.regex(new RegExp(`^(0x)?([0-9a-fA-F]{2}){${least},${most}}$`), 'is not hexadecimal of its length'),
  );
const whole = (least: number, most: number) =>
  v.pipe(v.number(), v.integer(), v.minValue(least), v.maxValue(most));
const salt = hex(0, 256);

const keystoreSchema = v.object({
  version: v.literal(3),
  address: v.optional(hex(20, 20)),
  crypto: v.intersect([
    v.object({
      cipher: v.literal('aes-128-ctr', 'is a cipher that is not supported (aes-128-ctr is)'),
      cipherparams: v.object({ iv: hex(16, 16) }),
      ciphertext: hex(32, 32),
      mac: hex(32, 32),
    }),
    v.variant('kdf', [
      v.object({
        kdf: v.literal('scrypt'),
        kdfparams: v.pipe(
          v.object({
            n: whole(2, 1 << 22),
            r: whole(1, 1 << 10),
            p: whole(1, 1 << 10),
            dklen: whole(32, 64),
            salt,
          }),
          v.check(({ n }) => Number.isInteger(Math.log2(n)), 'scrypt needs a power of two as n'),
          v.check(
            ({ n, p, r }) => 128 * n * r <= DERIVATION_BYTES_MAX && (n * r * p) / 8 <= DERIVATION_BLOCKS_MAX,
            'asks for more work than any honest keystore',
          ),
        ),
      }),
      v.object({
        kdf: v.literal('pbkdf2'),
        kdfparams: v.object({
          c: whole(1, PBKDF2_ROUNDS_MAX),
          prf: v.literal('hmac-sha256'),
          dklen: whole(32, 64),
          salt,
        }),
      }),
    ]),
  ]),
});

export type Keystore = v.InferOutput<typeof keystoreSchema>;

const bytes = (text: string): Buffer => Buffer.from(text.replace(/^0x/, ''), 'hex');

/** A keystore's text as a keystore. `name` is what errors call it. @throws Failure */
export function parseKeystore(text: string, name: string): Keystore {
  let value: unknown;
  try {
    value = lowerMembers(JSON.parse(text));
  } catch {
    throw new Failure(
      'keystore_malformed',
      `${name} is not a keystore, since it is not JSON: name another file, or make a keystore with holdfast key new.`,
    );
  }
  const parsed = v.safeParse(keystoreSchema, value);
  if (parsed.success) return parsed.output;
  const issue = parsed.issues[0];
  const where = v.getDotPath(issue) ?? 'it';
  const what =
    issue.type === 'regex' || issue.type === 'check' || issue.type === 'literal'
      ? issue.message
      : 'is missing or wrong';
  throw new Failure(
    'keystore_malformed',
    `${name} is not a keystore of version 3: ${where} ${what}. Name another file.`,
  );
}

/** Some tools write `Crypto`; the definition does not say which. */
function lowerMembers(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key.toLowerCase(), member]));
}

/** The private key, 32 bytes. @throws Failure, the same for every wrong passphrase and every changed byte */
export async function openKeystore(
  keystore: Keystore,
  passphrase: string,
  name: string,
): Promise<Uint8Array> {
  const { cipherparams, ciphertext, mac } = keystore.crypto;
  const derived = await derive(keystore, passphrase);
  const encrypted = bytes(ciphertext);
  if (!timingSafeEqual(macOf(derived, encrypted), bytes(mac))) {
    throw new Failure(
      'passphrase',
      `The passphrase does not open ${name}, or the file was changed: try again.`,
    );
  }
  const decipher = createDecipheriv('aes-128-ctr', derived.subarray(0, 16), bytes(cipherparams.iv));
  const privateKey = new Uint8Array(Buffer.concat([decipher.update(encrypted), decipher.final()]));
  const address = addressOfKey(privateKey);
  if (address === undefined)
    throw new Failure('keystore_malformed', `${name} does not hold a private key: name another file.`);
  if (keystore.address && bytes(keystore.address).compare(bytes(address)) !== 0) {
    throw new Failure('keystore_malformed', `${name} names another address than its key has: do not use it.`);
  }
  return privateKey;
}

export interface Cost {
  /** A power of two. */
  n: number;
  r: number;
  p: number;
}

/** About a second and 128 MiB for each guess. */
const FULL_COST: Cost = { n: 1 << 17, r: 8, p: 1 };

/** The text of a new keystore. */
export async function createKeystore(
  privateKey: Uint8Array,
  passphrase: string,
  cost: Cost = FULL_COST,
): Promise<string> {
  const iv = randomBytes(16);
  const kdfparams = { dklen: 32, ...cost, salt: randomBytes(32).toString('hex') };
  const derived = await derive({ crypto: { kdf: 'scrypt', kdfparams } }, passphrase);
  const cipher = createCipheriv('aes-128-ctr', derived.subarray(0, 16), iv);
  const ciphertext = Buffer.concat([cipher.update(privateKey), cipher.final()]);
  const keystore = {
    version: 3,
    id: randomUUID(),
    address: addressOfKey(privateKey)?.slice(2),
    crypto: {
      cipher: 'aes-128-ctr',
      cipherparams: { iv: iv.toString('hex') },
      ciphertext: ciphertext.toString('hex'),
      kdf: 'scrypt',
      kdfparams,
      mac: macOf(derived, ciphertext).toString('hex'),
    },
  };
  return `${JSON.stringify(keystore, null, 2)}\n`;
}

type Derivation =
  | { kdf: 'scrypt'; kdfparams: Cost & { dklen: number; salt: string } }
  | { kdf: 'pbkdf2'; kdfparams: { c: number; dklen: number; salt: string } };

async function derive({ crypto }: { crypto: Derivation }, passphrase: string): Promise<Uint8Array> {
  const secret = Buffer.from(passphrase, 'utf8');
  const { dklen: dkLen } = crypto.kdfparams;
  const salty = new Uint8Array(bytes(crypto.kdfparams.salt));
  if (crypto.kdf === 'pbkdf2') {
    return pbkdf2Async(sha256, new Uint8Array(secret), salty, { c: crypto.kdfparams.c, dkLen });
  }
  const { n: N, p, r } = crypto.kdfparams;
  return scryptAsync(new Uint8Array(secret), salty, { N, r, p, dkLen, maxmem: 2 * DERIVATION_BYTES_MAX });
}

const macOf = (derived: Uint8Array, ciphertext: Uint8Array): Buffer =>
  Buffer.from(keccak_256(Buffer.concat([derived.subarray(16, 32), ciphertext])));
