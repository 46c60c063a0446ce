/**
 * Junk of every kind that somebody at the broker, or at the console, can send to a board: from single bytes to envelopes
 * and offers that lack nothing but a link. Drawn from a seed; the twin of all of it is a genuine order.
 */
import { encodeParams } from '../../../firmware/app/params.js';
import { Authority, type Envelope, envelopeHash } from '../../../firmware/command/envelope.js';
import { encodeDelivery } from '../../../firmware/command/wire.js';
import type { Domain } from '../../../firmware/contract/typedData.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { seal } from '../../../firmware/seal/sealed.js';
import { sealShared } from '../../../firmware/seal/sharedSeal.js';
import { encodeOffer } from '../../../firmware/update/offer.js';
import type { Chance } from '../../node/chance.js';

/** All that junk may be made of: what somebody knows who reads the chain and the board's topics. */
export interface JunkTarget {
  domain: Domain;
  /** 33 bytes: the board's sealing key. */
  sealingKey: Uint8Array;
  /** 32 bytes: the key of what all say to each other on the board's topics. */
  sharedKey: Uint8Array;
  /** The Device's sequence and epoch, the fleet's epoch, and the chain's time, as they are now. */
  sequence: number;
  epoch: number;
  fleetEpoch: number;
  now: number;
  /** 32 bytes: the challenge of the board's boot. */
  challenge: Uint8Array;
  /** 20 bytes. */
  channel: Uint8Array;
  /** Messages to the board that were seen before, and are said again. */
  seen: readonly Uint8Array[];
}

/** One message, and the last level of the topic that it goes to; `finality` is the chain's topic. */
export interface Junk {
  topic: 'envelope' | 'offer' | 'proof' | 'finality';
  bytes: Uint8Array;
}

type Draw = (target: JunkTarget, chance: Chance) => Junk;

const crypto = portableCrypto();
const SEALED_SIZES = [1024, 2048, 4096];

const noise = (chance: Chance, length: number): Uint8Array =>
  Uint8Array.from({ length }, () => chance.byte());
const entropyOf = (chance: Chance) => ({
  fill(bytes: Uint8Array) {
    for (let i = 0; i < bytes.length; i++) bytes[i] = chance.byte();
  },
});

function envelope(target: JunkTarget, chance: Chance, fields: Partial<Envelope>): Envelope {
  return {
    authority: Authority.direct,
    device: target.domain.verifyingContract,
    sequence: target.sequence + chance.below(4),
    epoch: target.epoch,
    fleetEpoch: target.fleetEpoch,
    notBefore: target.now - 60,
    notAfter: target.now + 3600,
    class: 0,
    challenge: chance.below(2) === 0 ? target.challenge : new Uint8Array(32),
    follows: target.sequence,
    receipts: 0,
    replyKey: new Uint8Array(0),
    action: chance.of(['relay.set', 'relay.toggle', 'holdfast.void']),
    params: chance.below(2) === 0 ? encodeParams({ on: true }) : noise(chance, chance.below(512)),
    operator: noise(chance, 20),
    salt: noise(chance, 32),
    ...fields,
  };
}

/** Sealed to the board, or open, as a sender may choose. */
function sent(
  { domain, sealingKey }: JunkTarget,
  chance: Chance,
  made: Envelope,
  signature = new Uint8Array(0),
): Junk {
  const bytes = encodeDelivery({ envelope: made, signature });
  if (chance.below(3) === 0) return { topic: 'envelope', bytes };
  const hash = envelopeHash(crypto, domain, made);
  const sealed = seal({ crypto, entropy: entropyOf(chance) }, 'envelope', sealingKey, hash, bytes);
  return { topic: 'envelope', bytes: sealed ?? bytes };
}

const offered = ({ channel }: JunkTarget, chance: Chance): Uint8Array =>
  encodeOffer({
    channel: chance.below(4) === 0 ? noise(chance, 20) : channel,
    version: 2 + chance.below(100),
    imageSha256: noise(chance, 32),
    size: 1 + chance.below(1_000_000),
    manifestHash: noise(chance, 32),
  });

function batched(target: JunkTarget, chance: Chance): Junk {
  const later = Array.from({ length: chance.below(33) }, (_, i) => ({
    nonce: i,
    root: noise(chance, 32),
    notAfter: target.now,
    fleetEpoch: target.fleetEpoch,
    operator: noise(chance, 20),
    class: 0,
  }));
  const path = Array.from({ length: chance.below(21) }, () => noise(chance, 32));
  const made = envelope(target, chance, { authority: Authority.batch });
  const batch = { path, previousHead: noise(chance, 32), later };
  return {
    topic: 'envelope',
    bytes: encodeDelivery({ envelope: made, signature: new Uint8Array(0), batch }),
  };
}

function delegated(target: JunkTarget, chance: Chance, isSigned: boolean): Junk {
  const privateKey = noise(chance, 32);
  privateKey[0] = 1;
  const operator = crypto.addressOf(privateKey)!;
  const made = envelope(target, chance, { authority: Authority.delegate, operator });
  const signature = isSigned
    ? crypto.sign(envelopeHash(crypto, target.domain, made), privateKey)
    : noise(chance, 65);
  return sent(target, chance, made, Uint8Array.from(signature));
}

/** Every kind, by its name. */
export const junkKinds: Readonly<Record<string, Draw>> = {
  'one byte': (_, chance) => ({ topic: 'envelope', bytes: noise(chance, 1) }),
  noise: (_, chance) => ({ topic: 'envelope', bytes: noise(chance, chance.below(600)) }),
  'noise that looks sealed': (_, chance) => {
    const bytes = noise(chance, chance.of(SEALED_SIZES));
    bytes[0] = 2 + chance.below(2);
    return { topic: 'envelope', bytes };
  },
  'noise that is sealed': ({ sealingKey }, chance) => {
    const entropy = entropyOf(chance);
    const bytes = noise(chance, chance.below(2000));
    const sealed = seal({ crypto, entropy }, 'envelope', sealingKey, noise(chance, 32), bytes);
    return { topic: 'envelope', bytes: sealed ?? bytes };
  },
  'an envelope longer than one may be': (_, chance) => ({
    topic: 'envelope',
    bytes: noise(chance, chance.of([4097, 16_000, 60_000])),
  }),
  'an envelope in no link': (target, chance) => sent(target, chance, envelope(target, chance, {})),
  'an envelope of another epoch': (target, chance) =>
    sent(target, chance, envelope(target, chance, { epoch: chance.of([0, 1, 2, 0xffffffff]) })),
  'an envelope for another board': (target, chance) =>
    sent(target, chance, envelope(target, chance, { device: noise(chance, 20) })),
  'an envelope of a batch that is none': batched,
  'a delegate whom nobody listed': (target, chance) => delegated(target, chance, true),
  'a delegate’s signature that is none': (target, chance) => delegated(target, chance, false),
  'a message that was seen before': ({ seen }, chance) => ({
    topic: 'envelope',
    bytes: seen.length > 0 ? chance.of(seen) : noise(chance, 2),
  }),
  'one byte of an offer': (_, chance) => ({ topic: 'offer', bytes: noise(chance, 1) }),
  'noise for an offer': (_, chance) => ({ topic: 'offer', bytes: noise(chance, chance.of([94, 256, 1024])) }),
  'an offer longer than one may be': (_, chance) => ({ topic: 'offer', bytes: noise(chance, 16_000) }),
  'an offer of what nobody published': (target, chance) => {
    const entropy = entropyOf(chance);
    const bytes = offered(target, chance);
    return {
      topic: 'offer',
      bytes: chance.below(2) ? bytes : sealShared({ crypto, entropy }, target.sharedKey, 'offer', bytes),
    };
  },
  'an answer of a prover that was not asked': (_, chance) => ({
    topic: 'proof',
    bytes: noise(chance, chance.of([10, 1000, 20_000])),
  }),
  'finality that nobody signed': (_, chance) => ({
    topic: 'finality',
    bytes: noise(chance, chance.of([10, 2000, 22_000, 40_000])),
  }),
};

/** One message of a kind. */
export const drawJunk = (kind: string, target: JunkTarget, chance: Chance): Junk =>
  junkKinds[kind](target, chance);
