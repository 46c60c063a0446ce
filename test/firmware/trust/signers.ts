/** Operators who sign checkpoints, a model of the chain that they sign, and a prover of what they signed. */
import { fromHex, toHex } from '../../../firmware/bytes/hex.js';
import { accepted, undetermined } from '../../../firmware/bytes/verdict.js';
import type { WitnessRequest } from '../../../firmware/proof/witness.js';
import type { BlockReader, ReadingVerdict } from '../../../firmware/trust/chainReader.js';
import {
  type Checkpoint,
  checkpointHash,
  encodeCheckpoint,
  type SignedCheckpoint,
} from '../../../firmware/trust/checkpoint.js';
import {
  encodeRotation,
  type KeySet,
  keySetHash,
  rotationHash,
} from '../../../firmware/trust/checkpointKeys.js';
import type { TrustedBlock } from '../../../firmware/trust/level.js';
import type { Prover, ProverAnswer } from '../../../firmware/trust/prover.js';
import { address, word } from '../../fakes/bytes.js';
import { rememberingCrypto } from '../../fakes/rememberingCrypto.js';
import { hashAt } from './endpoint.js';

export const crypto = rememberingCrypto();
export const CHAIN_ID = 31337;
export const DEVICE = address(0xde);
export const FLEET = address(0xf1);

export const secret = (n: number): Uint8Array => word(1000 + n);
export const keySet = (threshold: number, ...secrets: number[]): KeySet => ({
  threshold,
  keys: secrets.map(n => crypto.addressOf(secret(n))!).sort((a, b) => Buffer.compare(a, b)),
});
const joined = (pieces: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(pieces));
export const signatures = (digest: Uint8Array, secrets: readonly number[]): Uint8Array =>
  joined(secrets.map(n => crypto.sign(digest, secret(n))));

export interface ModelState {
  fleet: Uint8Array;
  fleetEpoch: number;
  keys: KeySet;
  /** Any other fleet, such as the one that sold the board; as the board's own if left out. */
  former?: { fleetEpoch: number; keys: KeySet };
}

/** A block by its number; a branch of the chain has other hashes and may have another state. */
export interface ModelBlock {
  hash: Uint8Array;
  number: number;
  timestamp: number;
  state: ModelState;
}

export class SignedChain implements BlockReader {
  readonly #blocks = new Map<string, ModelBlock>();
  questions = 0;
  failure = false;

  block(number: number, state: ModelState, branch = 0): ModelBlock {
    const hash = fromHex(hashAt(number, branch), 32)!;
    const block = { hash, number, timestamp: 1_800_000_000 + number * 12, state };
    this.#blocks.set(toHex(hash), block);
    return block;
  }

  async read(block: TrustedBlock, accounts: WitnessRequest['accounts']): Promise<ReadingVerdict> {
    this.questions++;
    const known = this.#blocks.get(toHex(block.hash));
    if (!known || known.number !== block.number || this.failure)
      return undetermined('no_witness', 'no such block');
    const { hash, number, state, timestamp } = known;
    const factsOf = (fleet: Uint8Array) =>
      state.former && toHex(fleet) !== toHex(state.fleet) ? state.former : state;
    const policyOf = (fleet: Uint8Array) => {
      const policy = new Uint8Array(32);
      new DataView(policy.buffer).setUint32(27, factsOf(fleet).fleetEpoch);
      return policy;
    };
    const parentHash = Uint8Array.from(hash);
    new DataView(parentHash.buffer).setUint32(28, number - 1);
    return accepted({
      head: { ...block, timestamp },
      state: {
        parentHash,
        number,
        timestamp,
        stateRoot: word(1),
        blockHash: hash,
        accounts: accounts.map(asked => ({
          address: asked.address,
          balance: 0n,
          nonce: 0,
          storageRoot: word(1),
          codeHash: asked.codeHash ?? word(1),
          slots: asked.slots.map(slot => ({
            slot,
            value:
              toHex(asked.address) === toHex(DEVICE)
                ? joined([new Uint8Array(12), state.fleet])
                : slot[31] === 0
                  ? policyOf(asked.address)
                  : keySetHash(crypto, factsOf(asked.address).keys),
          })),
        })) as never,
      },
    });
  }
}

export class CheckpointProver implements Prover {
  readonly name = 'prover';
  readonly asked: string[] = [];
  checkpoint: Uint8Array | undefined;
  readonly answers = new Map<string, Uint8Array>();

  /** A checkpoint of a block as those secrets sign it. */
  sign(
    block: ModelBlock,
    secrets: readonly number[],
    fields: Partial<Checkpoint> = {},
    path: Uint8Array = new Uint8Array(0),
  ): this {
    const checkpoint: Checkpoint = {
      fleet: block.state.fleet,
      fleetEpoch: block.state.fleetEpoch,
      number: block.number,
      blockHash: block.hash,
      timestamp: block.timestamp,
      challenge: word(0),
      ...fields,
    };
    return this.serve({
      checkpoint,
      path,
      signatures: signatures(checkpointHash(crypto, CHAIN_ID, checkpoint), secrets),
    });
  }

  serve(signed: SignedCheckpoint): this {
    this.checkpoint = encodeCheckpoint(signed);
    return this;
  }

  /** Shows the set, and the rotation to it from another. */
  rotate(outgoing: KeySet, incoming: KeySet, secrets: readonly number[], fleet = FLEET): this {
    const hash = keySetHash(crypto, outgoing);
    const digest = rotationHash(crypto, { chainId: CHAIN_ID, fleet }, hash, incoming);
    const rotation = encodeRotation({ incoming, signatures: signatures(digest, secrets) });
    this.answers.set(`/light/v1/checkpoint-keys/${toHex(hash)}?fleet=${toHex(fleet)}`, rotation);
    return this.show(incoming);
  }

  show(incoming: KeySet): this {
    const bytes = encodeRotation({ incoming, signatures: new Uint8Array(0) });
    this.answers.set(`/light/v1/checkpoint-key-set/${toHex(keySetHash(crypto, incoming))}`, bytes);
    return this;
  }

  async ask(path: string, mostBytes: number): Promise<ProverAnswer> {
    this.asked.push(path);
    const answer = path.startsWith('/light/v1/checkpoint?') ? this.checkpoint : this.answers.get(path);
    if (!answer) return undetermined('unsupported', 'it answers 404');
    return answer.length > mostBytes ? undetermined('unreachable', 'too long') : accepted(answer);
  }

  close(): void {}
}
