/**
 * The people who sign checkpoints for the fleets of a simulated world, two keys of two: each signs for a block that is
 * final by chain and beacon chain and not older than an hour, over the challenge of the board that asks. Provers hand
 * their answers on.
 */
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { readFleet } from '../../firmware/contract/facts.js';
import { fleetLayout } from '../../firmware/contract/layout.generated.js';
import { type Checkpoint, checkpointHash, encodeCheckpoint } from '../../firmware/trust/checkpoint.js';
import { encodeRotation, type KeySet, keySetHash } from '../../firmware/trust/checkpointKeys.js';
import type { CheckpointConfiguration } from '../../firmware/trust/configuration.js';
import type { VirtualBeacon } from '../../host-sim/world/beacon.js';
import type { VirtualChain } from '../../host-sim/world/chain.js';
import { crypto } from '../operator/boardMail.js';
import type { Place } from './place.js';

/** Seconds (protocol.md, *Now*). */
const AGE_SECONDS_MAX = 3600;
const ZERO_HASH = new Uint8Array(32);
const CHECKPOINT = /^\/light\/v1\/checkpoint\?challenge=(0x[0-9a-f]{64})&fleet=(0x[0-9a-f]{40})$/;
const KEY_SET = /^\/light\/v1\/checkpoint-key-set\/(0x[0-9a-f]{64})$/;

export class CheckpointSigners {
  readonly #place: Place;
  readonly #chain: VirtualChain;
  readonly #beacon: VirtualBeacon;
  readonly #set: KeySet;

  constructor(place: Place, chain: VirtualChain, beacon: VirtualBeacon) {
    this.#place = place;
    this.#chain = chain;
    this.#beacon = beacon;
    const keys = place.checkpointKeys.map(key => crypto.addressOf(key)!);
    keys.sort(Buffer.compare);
    this.#set = { keys, threshold: keys.length };
  }

  /** The signers as a board of that fleet, 0x…, is told to trust them. */
  configuration(fleet: string): CheckpointConfiguration {
    return { fleet: fromHex(fleet.toLowerCase(), 20)!, ...this.#set };
  }

  /** True for a question that is theirs to answer. */
  answers(path: string): boolean {
    return CHECKPOINT.test(path) || KEY_SET.test(path);
  }

  /**
   * Their answer to a path of a board; undefined where they have none, or nothing young enough is final.
   *
   * @param signers the number of those who sign: fewer than all make no checkpoint
   */
  async answer(path: string, signers = this.#set.threshold): Promise<Uint8Array | undefined> {
    const [, wanted] = KEY_SET.exec(path) ?? [];
    if (wanted) {
      const isKnown = wanted === toHex(keySetHash(crypto, this.#set));
      return isKnown ? encodeRotation({ incoming: this.#set, signatures: new Uint8Array(0) }) : undefined;
    }
    const [, challenge, fleet] = CHECKPOINT.exec(path) ?? [];
    const { buyer, chainId, checkpointKeys } = this.#place;
    const fleets = [this.#place.fleet, buyer?.fleet].map(each => each?.toLowerCase());
    if (!challenge || !fleets.includes(fleet as `0x${string}`)) return undefined;
    const checkpoint = await this.#checkpoint(fleet, fromHex(challenge, 32) ?? ZERO_HASH);
    if (checkpoint.timestamp < this.#chain.nowSeconds - AGE_SECONDS_MAX) return undefined;
    const digest = checkpointHash(crypto, chainId, checkpoint);
    const signatures = checkpointKeys.map((_, at) =>
      crypto.sign(digest, checkpointKeys[at < signers ? at : 0]),
    );
    return encodeCheckpoint({ checkpoint, path: new Uint8Array(0), signatures: Buffer.concat(signatures) });
  }

  async #checkpoint(fleet: string, challenge: Uint8Array): Promise<Checkpoint> {
    const number = Math.min(this.#chain.finalNumber, this.#beacon.finalNumber);
    const at = `0x${number.toString(16)}`;
    const block = (await this.#chain.call('eth_getBlockByNumber', [at, false])) as Record<string, string>;
    const slot = `0x${fleetLayout.paused.slot.toString(16).padStart(64, '0')}`;
    const word = await this.#chain.call('eth_getStorageAt', [fleet, slot, at]);
    const address = fromHex(fleet, 20)!;
    return {
      ...{ fleet: address, number, challenge, timestamp: Number(block.timestamp) },
      blockHash: fromHex(block.hash, 32)!,
      fleetEpoch: readFleet(address, [fromHex(word, 32)!]).epoch,
    };
  }
}
