/**
 * Provisioning, at the local console only: whoever talks there has the board in hand. Trust is written until a
 * possession proof was signed, and never after.
 */

import { equal } from '../bytes/equal.js';
import { fromHex, toHex } from '../bytes/hex.js';
import { addresses } from '../contract/addresses.generated.js';
import { deviceAddress } from '../contract/create2.js';
import { typedDigest } from '../contract/typedData.js';
import type { Crypto } from '../port/crypto.js';
import { parseUrl } from '../rpc/url.js';
import { parseConfiguration } from '../trust/configuration.js';
import { REVISION_MAX } from '../update/manifestFields.js';
import { accessFault, type BrokerAccess } from './brokerAccess.js';
import {
  IMAGE_FLOOR_MAX,
  IMAGE_FLOOR_MIN,
  IMAGE_SERVERS_MAX,
  POSTPONE_HOURS_MAX,
  URL_BYTES_MAX,
} from './connections.js';
import { addressIn, judgeDeadline, refuse, toldByChain } from './consoleRefusal.js';
import type { Identity } from './identity.js';
import type { SignedPossession } from './possession.js';
import type { Registration } from './registration.js';

/** The EIP-712 type of a possession proof. */
export const POSSESSION_TYPE =
  'Possession(address board,address owner,address fleet,address channel,bytes32 trustConfiguration,uint64 deadline)';

/** The greatest time that a possession proof may wait for its transaction. */
const PROOF_SECONDS_MAX = 3600;

/** The identity to provision, and those who are told. */
export interface ProvisioningOptions {
  crypto: Crypto;
  identity: Identity;
  /** Reads the board's registration from the chain; in words, the reason why it cannot be read. */
  registration(): Promise<Registration | string>;
  /** Told when the trust configuration or the connections changed. */
  onConfigured(): void;
}

const publicKey = (value: unknown): Uint8Array => {
  const key = fromHex(value, 33);
  return key && (key[0] === 2 || key[0] === 3) ? key : refuse('proverKey is no compressed public key');
};

/** The board's access to its broker, if the console told any. */
function readAccess(value: unknown): BrokerAccess | undefined {
  if (value === undefined) return undefined;
  const { password, topicSecret, user } = (value ?? {}) as Record<string, unknown>;
  const secret = fromHex(topicSecret, 32);
  if (typeof user !== 'string' || typeof password !== 'string' || !secret) {
    return refuse('access is a user, a password and a topicSecret of 32 bytes in hexadecimal');
  }
  const access = { user, password, topicSecret: secret };
  const fault = accessFault(access);
  return fault === undefined ? access : refuse(`access is refused: ${fault}`);
}

/** A whole number within its bounds, or none. */
function bounded(name: string, value: unknown, least: number, most: number): number | undefined {
  if (value === undefined) return undefined;
  const isOne = Number.isInteger(value) && least <= Number(value) && Number(value) <= most;
  return isOne ? Number(value) : refuse(`${name} is a whole number, ${least} to ${most}`);
}

/**
 * The console method `configure`: stores trust (`trust`, hexadecimal of the encoded configuration) and connections
 * (`broker`, `images` and the `imageFloor` of their servers in bytes a second, the `postponeHours` of an update, the
 * `revision` of the hardware, `access` to the broker, `proverKey` of a prover there), each only if given. Answers the
 * configuration's hash. Throws a `ConsoleRefusal` on what the board could not live with, before it stores anything of
 * that part.
 */
export function configure({ identity, onConfigured }: ProvisioningOptions, parameters: unknown): unknown {
  const { access, broker, imageFloor, images, postponeHours, proverKey, revision, trust } = (parameters ??
    {}) as Record<string, unknown>;
  if (trust !== undefined) {
    if (identity.possession) {
      refuse('a possession proof was signed, so trust can only be changed by a lifecycle command now');
    }
    const bytes = fromHex(trust) ?? refuse('trust is not hexadecimal');
    const parsed = parseConfiguration(bytes);
    if (parsed.verdict === 'rejected') refuse(`the trust configuration is refused: ${parsed.evidence}`);
    identity.configure(bytes);
  }
  if (broker !== undefined) {
    const list = images ?? [];
    if (!isUrl(broker, 'mqtt')) {
      return refuse(`broker must be an mqtt URL of at most ${URL_BYTES_MAX} characters`);
    }
    if (!Array.isArray(list) || list.length > IMAGE_SERVERS_MAX || !list.every(url => isUrl(url, 'http'))) {
      return refuse(
        `images must be at most ${IMAGE_SERVERS_MAX} http URLs of at most ${URL_BYTES_MAX} characters`,
      );
    }
    const prover = proverKey === undefined ? undefined : publicKey(proverKey);
    const bounds = {
      imageFloor: bounded('imageFloor', imageFloor, IMAGE_FLOOR_MIN, IMAGE_FLOOR_MAX),
      postponeHours: bounded('postponeHours', postponeHours, 0, POSTPONE_HOURS_MAX),
      revision: bounded('revision', revision, 0, REVISION_MAX),
    };
    identity.connect({ broker, images: list, proverKey: prover, ...bounds }, readAccess(access));
  }
  onConfigured();
  return { trustConfiguration: toHex(identity.configurationHash) };
}

/**
 * The console method `possess`: signs that this board is its own, and the `owner`, `fleet`, `channel` and trust that it
 * starts with, until `deadline` (unix seconds). Answers the signature (65 bytes, hexadecimal). One proof at a time:
 * another is signed only once a final block past the deadline shows that the first was not used. Throws a
 * `ConsoleRefusal` otherwise.
 */
export async function possess(options: ProvisioningOptions, parameters: unknown): Promise<unknown> {
  const { crypto, identity } = options;
  const configuration = identity.configuration ?? refuse('configure the board first');
  const asked = parsePossession(parameters);
  const { channel, deadline, fleet, owner } = asked;

  const before = identity.possession;
  if (before && isSame(before, asked)) return { signature: toHex(before.signature) };

  const found = toldByChain(await options.registration());
  // Another request may have come while the chain was asked.
  if (identity.possession !== before || identity.configuration?.chainId !== configuration.chainId) {
    refuse('another request changed the board meanwhile; ask again');
  }
  judgeProof(deadline, found, before);
  const domain = { chainId: configuration.chainId, verifyingContract: fromHex(addresses.factory, 20)! };
  const digest = typedDigest(
    crypto,
    domain,
    POSSESSION_TYPE,
    identity.address,
    owner,
    fleet,
    channel,
    identity.configurationHash,
    deadline,
  );
  const signature = crypto.sign(digest, identity.privateKey);
  identity.possess({ ...asked, signature });
  return { signature: toHex(signature) };
}

/** The console method `identify`: the board's public identity, hashes and addresses in hexadecimal. No secrets. */
export const identify = ({ crypto, identity }: ProvisioningOptions): Record<string, unknown> => ({
  key: toHex(identity.address),
  originalKey: toHex(identity.originalAddress),
  device: toHex(deviceAddress(crypto, identity.originalAddress)),
  trustConfiguration: toHex(identity.configurationHash),
  possession: identity.possession !== undefined,
});

type AskedPossession = Omit<SignedPossession, 'signature'>;

function parsePossession(parameters: unknown): AskedPossession {
  const owner = address(parameters, 'owner');
  const fleet = address(parameters, 'fleet');
  const channel = address(parameters, 'channel');
  const { deadline } = parameters as { deadline?: unknown };
  if (typeof deadline !== 'number' || !Number.isSafeInteger(deadline)) {
    return refuse('deadline must be a whole number of unix seconds');
  }
  return { owner, fleet, channel, deadline };
}

const isSame = (before: SignedPossession, asked: AskedPossession): boolean =>
  before.deadline === asked.deadline &&
  equal(before.owner, asked.owner) &&
  equal(before.fleet, asked.fleet) &&
  equal(before.channel, asked.channel);

/** Refuses a proof for a registered board, beside an open proof, or with a deadline that is past or too far away. */
function judgeProof(
  deadline: number,
  registration: Registration,
  before: SignedPossession | undefined,
): void {
  const { finalized, registered } = registration;
  if (registered) refuse('this board is registered already');
  if (before && finalized <= before.deadline) {
    refuse(
      `an earlier proof is open until ${before.deadline}; wait for a final block after it, the newest is of ${finalized}`,
    );
  }
  judgeDeadline(deadline, registration, PROOF_SECONDS_MAX);
}

function text(parameters: unknown, name: string): string {
  const value = (parameters as Record<string, unknown> | null | undefined)?.[name];
  return typeof value === 'string' ? value : refuse(`${name} is missing`);
}

const address = (parameters: unknown, name: string): Uint8Array => addressIn(name, text(parameters, name));

/** True for a URL that can be connected to; the board would fault with any other at every start. */
const isUrl = (value: unknown, scheme: 'mqtt' | 'http'): value is string =>
  typeof value === 'string' &&
  value.length <= URL_BYTES_MAX &&
  (parseUrl(value)?.scheme.startsWith(scheme) ?? false);
