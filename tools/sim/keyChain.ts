/** The checkpoint keys of one fleet in a simulated world, set after set: each outgoing set has signed the next one. */
import { toHex } from '../../firmware/bytes/hex.js';
import {
  encodeRotation,
  type KeySet,
  keySetHash,
  rotationHash,
  type SignedRotation,
} from '../../firmware/trust/checkpointKeys.js';
import { crypto } from '../operator/boardMail.js';

/** A set, and the secrets of its keys in the same order. */
export interface Holders extends KeySet {
  secrets: readonly Uint8Array[];
}

/** The holders of those secrets, 32 bytes each, in the order of their addresses. */
export function holdersOf(secrets: readonly Uint8Array[], threshold: number): Holders {
  const sorted = secrets.map(secret => ({ secret, key: crypto.addressOf(secret)! }));
  sorted.sort((a, b) => Buffer.compare(a.key, b.key));
  return { threshold, keys: sorted.map(({ key }) => key), secrets: sorted.map(({ secret }) => secret) };
}

/** The outgoing holders' signatures of the incoming set, by as many as must sign. */
export function handOver(
  domain: { chainId: number; fleet: Uint8Array },
  outgoing: Holders,
  incoming: KeySet,
): SignedRotation {
  const digest = rotationHash(crypto, domain, keySetHash(crypto, outgoing), incoming);
  const signers = outgoing.secrets.slice(0, outgoing.threshold);
  return { incoming, signatures: Buffer.concat(signers.map(secret => crypto.sign(digest, secret))) };
}

export class KeyChain {
  /** By the hash of the set, hexadecimal. */
  readonly #holders = new Map<string, Holders>();
  /** By the hash of the outgoing set. */
  readonly #rotations = new Map<string, Uint8Array>();
  #last: Holders;

  constructor(first: Holders) {
    this.#last = first;
    this.#holders.set(hashOf(first), first);
  }

  /** The holders that the last one of all hand-overs named, in a block or on its way there. */
  get last(): Holders {
    return this.#last;
  }

  /** They hand over; a block names the incoming ones a little later. */
  add(incoming: Holders, signed: SignedRotation): void {
    this.#rotations.set(hashOf(this.#last), encodeRotation(signed));
    this.#holders.set(hashOf(incoming), incoming);
    this.#last = incoming;
  }

  /** The holders of the set of that hash, 0x…. */
  holders(hash: string): Holders | undefined {
    return this.#holders.get(hash);
  }

  /** The record with the set of that hash. */
  keySet(hash: string): Uint8Array | undefined {
    const incoming = this.#holders.get(hash);
    return incoming && encodeRotation({ incoming, signatures: new Uint8Array(0) });
  }

  /** The record with the successor of the set of that hash. */
  rotation(outgoing: string): Uint8Array | undefined {
    return this.#rotations.get(outgoing);
  }
}

const hashOf = (set: KeySet): string => toHex(keySetHash(crypto, set));
