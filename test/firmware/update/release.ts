/** A release, a board that it is for, and what both sides of the chain say when they want it. */
import { sha256 } from '@noble/hashes/sha2.js';
import type { ChannelFacts } from '../../../firmware/contract/facts.js';
import { encodeImage } from '../../../firmware/store/imageHeader.js';
import type { Installed } from '../../../firmware/update/decide.js';
import type { UpdateFacts } from '../../../firmware/update/facts.js';
import { approvalHash, type Offer, releaseRecord } from '../../../firmware/update/offer.js';
import { address, word } from '../../fakes/bytes.js';
import { rememberingCrypto } from '../../fakes/rememberingCrypto.js';

export const crypto = rememberingCrypto();
export const CHANNEL = address(0xcc);
export const DEVICE = address(0xde);
export const FLEET = address(0xf1);
export const HARDWARE = word(0x33);
export const PRIVATE_KEY = word(7);
export const KEY = crypto.addressOf(PRIVATE_KEY)!;

/** An image whose body tells its version and fills so many bytes. */
export function image(version: number, length = 10_000, hardware = HARDWARE): Uint8Array {
  const body = new Uint8Array(length);
  for (let i = 0; i < length; i++) body[i] = (i * 31 + version * 7 + (i >> 8)) & 0xff;
  return encodeImage(version, hardware, body);
}

export function offerOf(bytes: Uint8Array, version: number, fields: Partial<Offer> = {}): Offer {
  return {
    channel: CHANNEL,
    version,
    imageSha256: sha256(bytes),
    size: bytes.length,
    manifestHash: word(0x4d),
    ...fields,
  };
}

/** Both sides want this offer, and nothing holds it back. */
export function wanting(
  offer: Offer,
  change: {
    device?: Partial<UpdateFacts['device']>;
    fleet?: Partial<UpdateFacts['fleet']>;
    channel?: Partial<ChannelFacts>;
  } = {},
): UpdateFacts {
  return {
    device: {
      key: KEY,
      status: 2,
      fleet: FLEET,
      channel: offer.channel,
      approval: approvalHash(crypto, offer),
      ...change.device,
    },
    fleet: { address: FLEET, paused: false, epoch: 0, ...change.fleet },
    channel: {
      newest: offer.version,
      floor: 0,
      rollout: 1000,
      flags: 0,
      hardware: HARDWARE,
      record: releaseRecord(crypto, offer),
      ...change.channel,
    },
  };
}

export const installed = (fields: Partial<Installed> = {}): Installed => ({
  version: 1,
  hardware: HARDWARE,
  channel: CHANNEL,
  floor: 0,
  device: DEVICE,
  key: KEY,
  ...fields,
});
