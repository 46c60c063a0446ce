/**
 * The keys a command acts with. They come from keystores or the environment; their order is: a keystore that was
 * named, the role's own variable, the general variable, the project's keystore for the role.
 */
import type { RemoteAccount } from '../../contracts/client/index.js';
import { KEYS_MAX } from '../../firmware/contract/layout.generated.js';
import type { Surroundings } from '../cli/command.js';
import { Failure } from '../cli/failure.js';
import type { Hex } from '../cli/kinds.js';
import type { Project } from '../project/project.js';
import { KEYSTORE_BYTES_MAX, openKeystore, parseKeystore } from './keystore.js';
import { passphraseFor } from './passphrase.js';
import { addressOfKey, keyHex, parsePrivateKey } from './privateKey.js';
import { remoteAccount } from './remoteAccount.js';
import { readSecretFile } from './secretFile.js';

/** The roles that act alone. Each has a variable HOLDFAST_<ROLE>_KEY. */
export const roles = [
  'deployer',
  'operator',
  'owner',
  'releaser',
  'guardian',
  'provisioner',
  'vendor',
  'delegate',
] as const;
export type Role = (typeof roles)[number];

/** Several who decide together. Each variable lists keys, separated by commas. */
export const bodies = {
  signers: 'HOLDFAST_SIGNER_KEYS',
  releaseKeys: 'HOLDFAST_RELEASE_KEYS',
  checkpointKeys: 'HOLDFAST_CHECKPOINT_KEYS',
} as const;
export type Body = keyof typeof bodies;

/** A key at hand, or one that a signer elsewhere holds. */
export type SigningKey = {
  address: Hex;
  /** Name of the file, variable or signer that it came from, for people. */
  source: string;
} & ({ privateKey: Hex; signer?: undefined } | { privateKey?: undefined; signer: RemoteAccount });

/** Name of the environment variable of a role's key. */
export const variableOf = (role: Role): string => `HOLDFAST_${role.toUpperCase()}_KEY`;

type Asking = Pick<Surroundings, 'environment' | 'progress' | 'signal'>;

/** The key in a keystore, or the account of a signer (`remoteAccount`); a keystore's passphrase is asked for if need be. @throws Failure that names the file */
export async function keyFromFile(asking: Asking, path: string, project?: Project): Promise<SigningKey> {
  const elsewhere = remoteAccount(path);
  if (elsewhere) return { address: elsewhere.address, signer: elsewhere, source: path };
  const keystore = parseKeystore(readSecretFile(path, KEYSTORE_BYTES_MAX), path);
  const passphrase = await passphraseFor(asking, path, project?.passphraseFile);
  asking.progress?.(`opens the keystore ${path}`);
  const key = await openKeystore(keystore, passphrase, path);
  return { privateKey: keyHex(key), address: addressOfKey(key)!, source: path };
}

/** The variable's key, or undefined when it is not set. Its value appears nowhere. */
export function keyFromVariable({ environment }: Asking, variable: string): SigningKey | undefined {
  const text = environment[variable];
  return text === undefined || text === '' ? undefined : toSigningKey(text, variable);
}

/** The key that a text holds, or the account that it names. @throws Failure `key` that names the source and not the text */
export function toSigningKey(text: string, source: string): SigningKey {
  const elsewhere = remoteAccount(text.trim());
  if (elsewhere) return { address: elsewhere.address, signer: elsewhere, source: text.trim() };
  const key = parsePrivateKey(text);
  if (!key)
    throw new Failure('key', `${source} does not hold a private key: set it to 32 bytes in hexadecimal.`);
  return { privateKey: keyHex(key), address: addressOfKey(key)!, source };
}

export interface KeyOptions {
  role: Role;
  /** From --keystore. */
  keystore?: string;
  project?: Project;
}

/** The key of a role, from the first place that has one. @throws Failure `no_key` that names all places */
export async function signingKey(
  asking: Asking,
  { keystore, project, role }: KeyOptions,
): Promise<SigningKey> {
  if (keystore !== undefined) return keyFromFile(asking, keystore, project);
  const variable = variableOf(role);
  const fromEnvironment = keyFromVariable(asking, variable) ?? keyFromVariable(asking, 'HOLDFAST_KEY');
  if (fromEnvironment) return fromEnvironment;
  const known = project?.keystores?.[role];
  if (known !== undefined) return keyFromFile(asking, known, project);
  throw new Failure(
    'no_key',
    `There is no key to act as ${role} with: name a keystore with --keystore FILE (holdfast key new FILE makes one) or an account of a signer (http://127.0.0.1:8550#0x…), or set ${variable} or HOLDFAST_KEY.`,
  );
}

export interface BodyOptions {
  body: Body;
  /** From --signer, one each. */
  keystores: readonly string[];
  project?: Project;
}

/** The keys at hand of those who decide together; whether they are enough, the contract says. */
export async function signingKeys(
  asking: Asking,
  { body, keystores, project }: BodyOptions,
): Promise<SigningKey[]> {
  const variable = bodies[body];
  const list = (asking.environment[variable] ?? '').split(',').filter(text => text.trim() !== '');
  if (Math.max(list.length, keystores.length) > KEYS_MAX) {
    throw new Failure('keys', `More than ${KEYS_MAX} keys cannot decide together.`);
  }
  if (keystores.length === 0 && list.length > 0) {
    return list.map((text, index) => toSigningKey(text, `${variable}, key ${index + 1},`));
  }
  const files = keystores.length > 0 ? keystores : (project?.keystores?.[body] ?? []);
  const keys: SigningKey[] = [];
  for (const file of files) keys.push(await keyFromFile(asking, file, project));
  if (keys.length > 0) return keys;
  throw new Failure(
    'no_key',
    `There are no keys to sign with: name keystores with --signer FILE, once for each, or list keys in ${variable}, separated by commas.`,
  );
}
