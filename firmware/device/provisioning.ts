/**
 * Provisioning, at the local console only: who talks here holds the board in hand. Trust is written until a
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
import type { Identity } from './identity.js';

export const POSSESSION_TYPE =
  'Possession(address board,address owner,address fleet,address channel,bytes32 trustConfiguration,uint64 deadline)';

/** A proof may wait this long for its transaction, in seconds. */
const DEADLINE_SECONDS_MAX = 3600;

/** What a console method refuses, in words for the person at it. */
export class ConsoleRefusal extends Error {}

const refuse = (reason: string): never => {
  throw new ConsoleRefusal(reason);
};

/** What the chain says when a proof is to be signed. */
export interface Registration {
  /** Unix seconds of the newest head. */
  now: number;
  /** Unix seconds of the finalized head, and whether the Device exists there. */
  finalized: number;
  registered: boolean;
}

export interface ProvisioningOptions {
  crypto: Crypto;
  identity: Identity;
  registration(): Promise<Registration | string>;
  /** Told when the configuration or the connections changed. */
  onConfigured(): void;
  /** Told the channel that a signed proof names. */
  onPossession(channel: Uint8Array): void;
}

const text = (parameters: unknown, name: string): string => {
  const value = (parameters as Record<string, unknown> | null | undefined)?.[name];
  return typeof value === 'string' ? value : refuse(`${name} is missing`);
};

const address = (parameters: unknown, name: string): Uint8Array =>
  fromHex(text(parameters, name), 20) ?? refuse(`${name} is no address`);

/** Image servers that a board may be given. */
const IMAGE_SERVERS_MAX = 4;

/** What could not be connected to must not be stored: the board would fault with it at every start. */
const isUrl = (value: unknown, scheme: 'mqtt' | 'http'): value is string =>
  typeof value === 'string' && value.length <= 200 && (parseUrl(value)?.scheme.startsWith(scheme) ?? false);

/** Writes trust (`trust`, hex of the configuration) and connections (`broker`, `images`). */
export function configure({ identity, onConfigured }: ProvisioningOptions, parameters: unknown): unknown {
  const { broker, images, trust } = (parameters ?? {}) as Record<string, unknown>;
  if (trust !== undefined) {
    if (identity.possession)
      refuse('a possession proof was signed: trust is changed by a lifecycle command now');
    const bytes = fromHex(trust) ?? refuse('trust is no hexadecimal');
    const parsed = parseConfiguration(bytes);
    if (parsed.verdict === 'rejected') refuse(`the trust configuration is refused: ${parsed.evidence}`);
    identity.configure(bytes);
  }
  if (broker !== undefined) {
    const list = images ?? [];
    if (!isUrl(broker, 'mqtt')) return refuse('broker is no mqtt URL of at most 200 characters');
    if (
      !Array.isArray(list) ||
      list.length > IMAGE_SERVERS_MAX ||
      !list.every(image => isUrl(image, 'http'))
    ) {
      return refuse(`images are at most ${IMAGE_SERVERS_MAX} http URLs of at most 200 characters`);
    }
    identity.connect({ broker, images: list });
  }
  onConfigured();
  return { trustConfiguration: toHex(identity.configurationHash) };
}

/**
 * Signs that this board is its own and which owner, fleet, channel and trust it starts with. One proof at a time:
 * another is signed only once a final block past the deadline shows that the first was not used.
 */
export async function possess(options: ProvisioningOptions, parameters: unknown): Promise<unknown> {
  const { crypto, identity } = options;
  const configuration = identity.configuration ?? refuse('configure the board first');
  const owner = address(parameters, 'owner');
  const fleet = address(parameters, 'fleet');
  const channel = address(parameters, 'channel');
  const { deadline } = parameters as { deadline?: unknown };
  if (typeof deadline !== 'number' || !Number.isSafeInteger(deadline)) return refuse('deadline is no time');

  const before = identity.possession;
  const same =
    before?.deadline === deadline &&
    equal(before.owner, owner) &&
    equal(before.fleet, fleet) &&
    equal(before.channel, channel);
  if (before && same) return { signature: toHex(before.signature) };

  const found = await options.registration();
  if (typeof found === 'string')
    return refuse(`what time it is could not be learnt from the chain: ${found}`);
  // Others may have asked meanwhile.
  if (identity.possession !== before || identity.configuration?.chainId !== configuration.chainId)
    refuse('another request came in between');
  if (found.registered) refuse('this board is registered already');
  if (before && found.finalized <= before.deadline) {
    refuse(`an earlier proof is open until ${before.deadline}; the final block is of ${found.finalized}`);
  }
  if (deadline > found.now + DEADLINE_SECONDS_MAX) refuse('a proof may be valid for an hour at most');
  if (deadline <= found.now) refuse('the deadline has passed already');
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
  // First what the proof entails: cut in between, it is simply asked for again.
  options.onPossession(channel);
  identity.possess({ deadline, owner, fleet, channel, signature });
  return { signature: toHex(signature) };
}

/** Who this board is; no secrets. */
export const identify = ({ crypto, identity }: ProvisioningOptions): Record<string, unknown> => ({
  key: toHex(identity.address),
  originalKey: toHex(identity.originalAddress),
  device: toHex(deviceAddress(crypto, identity.originalAddress)),
  trustConfiguration: toHex(identity.configurationHash),
  possession: identity.possession !== undefined,
});
