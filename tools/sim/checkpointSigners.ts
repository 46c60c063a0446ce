/**
 * The people who sign checkpoints for the fleets of a simulated world: each signs for a block that is final by chain and
 * beacon chain and not older than an hour, over the challenge of the board that asks, if that block names the set with
 * the signer's key. Provers hand their answers on, and keep every hand-over of keys for ever.
 */
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { readFleet } from '../../firmware/contract/facts.js';
import { fleetLayout } from '../../firmware/contract/layout.generated.js';
import { type Checkpoint, checkpointHash, encodeCheckpoint } from '../../firmware/trust/checkpoint.js';
import type { CheckpointConfiguration } from '../../firmware/trust/configuration.js';
import type { VirtualBeacon } from '../../host-sim/world/beacon.js';
import type { VirtualChain } from '../../host-sim/world/chain.js';
import { crypto } from '../operator/boardMail.js';
import { type Holders, holdersOf, KeyChain } from './keyChain.js';
import type { Place } from './place.js';

/** Seconds (protocol.md, *Now*). */
const AGE_SECONDS_MAX = 3600;
const CHECKPOINT = /^\/light\/v1\/checkpoint\?challenge=(0x[0-9a-f]{64})&fleet=(0x[0-9a-f]{40})$/;
const KEY_SET = /^\/light\/v1\/checkpoint-key-set\/(0x[0-9a-f]{64})$/;
const ROTATION = /^\/light\/v1\/checkpoint-keys\/(0x[0-9a-f]{64})\?fleet=(0x[0-9a-f]{40})$/;

/** A checkpoint as it is before anybody has signed it, and those who have to. */
export interface Unsigned {
  checkpoint: Checkpoint;
  holders: Holders;
}

export class CheckpointSigners {
  readonly #place: Place;
  readonly #chain: VirtualChain;
  readonly #beacon: VirtualBeacon | undefined;
  /** By fleet, 0x…, lower case. */
  readonly #chains = new Map<string, KeyChain>();

  constructor(place: Place, chain: VirtualChain, beacon: VirtualBeacon | undefined) {
    this.#place = place;
    this.#chain = chain;
    this.#beacon = beacon;
    const first = holdersOf(place.checkpointKeys, place.checkpointKeys.length);
    for (const fleet of [place.fleet, place.buyer?.fleet])
      if (fleet) this.#chains.set(fleet.toLowerCase(), new KeyChain(first));
  }

  /** The keys of that fleet, 0x…. */
  keysOf(fleet: string): KeyChain {
    return this.#chains.get(fleet.toLowerCase())!;
  }

  /** The signers as a board of that fleet, 0x…, is told to trust them. */
  configuration(fleet: string): CheckpointConfiguration {
    const { keys, threshold } = this.keysOf(fleet).last;
    return { fleet: fromHex(fleet.toLowerCase(), 20)!, keys, threshold };
  }

  /** True for a question that is theirs to answer. */
  answers(path: string): boolean {
    return CHECKPOINT.test(path) || KEY_SET.test(path) || ROTATION.test(path);
  }

  /**
   * Their answer to a path of a board; undefined where they have none, or nothing young enough is final.
   *
   * @param signers the number of those who sign; all who must if left out: fewer make no checkpoint
   */
  async answer(path: string, signers?: number): Promise<Uint8Array | undefined> {
    const [, set] = KEY_SET.exec(path) ?? [];
    const [, outgoing, fleet] = ROTATION.exec(path) ?? [];
    if (outgoing) return this.#chains.get(fleet)?.rotation(outgoing);
    for (const keys of this.#chains.values()) {
      const found = set && keys.keySet(set);
      if (found) return found;
    }
    const final = Math.min(this.#chain.finalNumber, this.#beacon?.finalNumber ?? Number.POSITIVE_INFINITY);
    const unsigned = await this.unsigned(path, final);
    if (!unsigned || unsigned.checkpoint.timestamp < this.#chain.nowSeconds - AGE_SECONDS_MAX)
      return undefined;
    const { secrets, threshold } = unsigned.holders;
    const all = secrets.slice(0, threshold);
    return this.signed(
      unsigned.checkpoint,
      all.map((own, at) => (at < (signers ?? threshold) ? own : all[0])),
    );
  }

  /** The record of a checkpoint with signatures by those secrets. */
  signed(checkpoint: Checkpoint, secrets: readonly Uint8Array[]): Uint8Array {
    const digest = checkpointHash(crypto, this.#place.chainId, checkpoint);
    const signatures = Buffer.concat(secrets.map(secret => crypto.sign(digest, secret)));
    return encodeCheckpoint({ checkpoint, path: new Uint8Array(0), signatures });
  }

  /** The checkpoint of that block that a question asks for; undefined where it asks for none, or no fleet has those keys. */
  async unsigned(path: string, number: number): Promise<Unsigned | undefined> {
    const [, asked, fleet] = CHECKPOINT.exec(path) ?? [];
    const challenge = fromHex(asked, 32);
    const keys = fleet && this.#chains.get(fleet);
    if (!challenge || !keys) return undefined;
    const at = `0x${number.toString(16)}`;
    const block = (await this.#chain.call('eth_getBlockByNumber', [at, false])) as Record<string, string>;
    const word = async (slot: number) => {
      const place = `0x${slot.toString(16).padStart(64, '0')}`;
      return `${await this.#chain.call('eth_getStorageAt', [fleet, place, at])}`;
    };
    const holders = keys.holders(await word(fleetLayout.checkpointKeys.slot));
    if (!holders) return undefined;
    const address = fromHex(fleet, 20)!;
    const policy = fromHex(await word(fleetLayout.paused.slot), 32)!;
    return {
      checkpoint: {
        ...{ fleet: address, number, challenge, timestamp: Number(block.timestamp) },
        blockHash: fromHex(block.hash, 32)!,
        fleetEpoch: readFleet(address, [policy]).epoch,
      },
      holders,
    };
  }

  /** The number of the chain's newest block, which no honest signer signs yet. */
  async newest(): Promise<number> {
    return Number(await this.#chain.call('eth_blockNumber', []));
  }

  /** The chain and the fleet, 0x…, that a signature about its keys is for. */
  domainOf(fleet: string): { chainId: number; fleet: Uint8Array } {
    return { chainId: this.#place.chainId, fleet: fromHex(fleet.toLowerCase(), 20)! };
  }

  /** The fleet, 0x…, of a question for the successor of its last set; undefined for any other question. */
  fleetHandingOver(path: string): string | undefined {
    const [, outgoing, fleet] = ROTATION.exec(path) ?? [];
    const keys = fleet && this.#chains.get(fleet);
    return keys && keys.holders(outgoing) === keys.last ? fleet : undefined;
  }
}

/** The hash, 0x…, that a fleet has for such a set is looked up as text. */
export const addressesOf = ({ keys }: Holders): `0x${string}`[] =>
  keys.map(key => toHex(key) as `0x${string}`);
