/**
 * Header trust by checkpoints (L2): the newest block that m of n checkpoint keys signed. The keys follow from what was
 * proven last: the Fleet's slot at a trusted head, or a chain of rotations, each signed by the outgoing set. The signed
 * block itself must name the same fleet, epoch and keys, so that an old set speaks for nobody once the board has seen
 * a newer one.
 */

import { equal } from '../bytes/equal.js';
import { toHex } from '../bytes/hex.js';
import { encodeRecord, RecordReader } from '../bytes/record.js';
import { accepted, rejected, type TrustCause, undetermined, type Verdict } from '../bytes/verdict.js';
import { codeHash, readFleet } from '../contract/facts.js';
import { deviceLayout, fleetLayout } from '../contract/layout.generated.js';
import type { Crypto } from '../port/crypto.js';
import { slotKey } from '../proof/slots.js';
import type { BlockReader } from './chainReader.js';
import {
  answers,
  CHECKPOINT_BYTES_MAX,
  checkpointHash,
  parseCheckpoint,
  type SignedCheckpoint,
} from './checkpoint.js';
import {
  isSignedBy,
  type KeySet,
  keySetFields,
  keySetHash,
  parseRotation,
  ROTATION_BYTES_MAX,
  readKeySet,
  rotationHash,
} from './checkpointKeys.js';
import type { CheckpointConfiguration } from './configuration.js';
import { Level, type TrustedBlock, type TrustedHead } from './level.js';
import { readLinked, wordsOf } from './linkedReading.js';
import { inOrder, type Prover, questions } from './prover.js';

export interface CheckpointTrustOptions {
  crypto: Crypto;
  chainId: number;
  /** Address of the board's Device. */
  device: Uint8Array;
  configuration: CheckpointConfiguration;
  /** 32 random bytes, of this boot. */
  challenge: Uint8Array;
  provers: readonly Prover[];
  reader: BlockReader;
  /** The record in flash. */
  load(): Uint8Array | undefined;
  /** Keeps the record; durable on return. */
  save(record: Uint8Array): void;
  /** Told of every bad answer: the prover's name, a code, and the evidence in words. */
  onBadAnswer(prover: string, code: string, evidence: string): void;
}

/** A head; `fresh` when operators signed it over this boot's challenge: then it is newer than the restart. */
export interface CheckpointHead extends TrustedHead {
  fresh: boolean;
}

/** The signers, as they were last proven or followed. */
interface Signers extends KeySet {
  fleet: Uint8Array;
  fleetEpoch: number;
}

/** A fleet as a block has it: the hash of its checkpoint keys. */
interface Named {
  fleet: Uint8Array;
  fleetEpoch: number;
  keys: Uint8Array;
}

type Failure = Verdict<never, never, TrustCause>;

/** Rotations that are followed from one set for one head. Each is on flash before the next is asked for. */
const ROTATIONS_MAX = 16;
/** Bytes of the record: two sets of sixteen keys, and what stands beside them. */
const SIGNERS_RECORD_BYTES_MAX = 768;

export class CheckpointTrust {
  readonly level = Level.checkpoint;
  readonly #options: CheckpointTrustOptions;
  readonly #origin: Uint8Array;
  /** The adopted set. Only this set speaks, and sets that are named by the block which they signed. */
  #signers: Signers;
  /** The last set on the way of rotations, which no block has named yet. */
  #tentative: KeySet | undefined = undefined;
  /** The head that was accepted last, so that the same block is not proven twice. */
  #last: TrustedHead | undefined = undefined;
  /** Number of the block at which the signers were last proven by a stronger level. */
  #learnt = 0;
  readonly #marked = new Set<Prover>();

  constructor(options: CheckpointTrustOptions) {
    this.#options = options;
    const { configuration, crypto } = options;
    this.#origin = crypto
      .keccak256(encodeRecord([configuration.fleet, ...keySetFields(configuration)]))
      .slice(0, 4);
    this.#signers = { ...configuration, fleetEpoch: 0 };
    this.#restore(options.load());
  }

  /** The newest checkpoint that a prover has, if the fleet's keys signed it and its block confirms that. */
  async head(): Promise<Verdict<CheckpointHead, never, TrustCause>> {
    const { challenge, onBadAnswer, provers } = this.#options;
    let failure: Failure = undetermined('unreachable', 'no prover is configured');
    for (const prover of inOrder(provers, this.#marked)) {
      const answer = await prover.ask(
        questions.checkpoint(challenge, this.#signers.fleet),
        CHECKPOINT_BYTES_MAX,
      );
      if (answer.verdict === 'undetermined') {
        failure = undetermined(answer.cause, `${prover.name}: ${answer.evidence}`);
        continue;
      }
      const parsed = parseCheckpoint(answer.value);
      const judged = parsed.verdict === 'accepted' ? await this.#judge(prover, parsed.value) : parsed;
      if (judged.verdict === 'accepted') {
        this.#marked.delete(prover);
        return judged;
      }
      if (judged.verdict === 'rejected') {
        this.#marked.add(prover);
        onBadAnswer(prover.name, judged.code, judged.evidence);
        failure = undetermined('no_quorum', `${prover.name}: ${judged.code} (${judged.evidence})`);
      } else failure = judged;
    }
    return failure;
  }

  /** Takes over the signers that are proven at a block of a stronger level. A failure leaves them as they are. */
  async learn(block: TrustedBlock): Promise<void> {
    if (block.number <= this.#learnt) return;
    const found = await this.#readSigners(block);
    if (found.verdict === 'undetermined') return;
    for (const prover of inOrder(this.#options.provers, this.#marked)) {
      if (await this.#adopt(prover, found.value.named)) {
        this.#learnt = block.number;
        return;
      }
    }
  }

  async #judge(
    prover: Prover,
    signed: SignedCheckpoint,
  ): Promise<Verdict<CheckpointHead, 'wrong_answer' | 'proof_invalid', TrustCause>> {
    const { chainId, challenge, crypto } = this.#options;
    const { checkpoint } = signed;
    const digest = checkpointHash(crypto, chainId, checkpoint);
    if (!equal(checkpoint.fleet, this.#signers.fleet)) {
      return rejected('wrong_answer', `a checkpoint of the fleet ${toHex(checkpoint.fleet)}`);
    }
    const set = await this.#setBehind(prover, digest, signed.signatures);
    if (!set)
      return rejected('proof_invalid', `not signed by ${this.#signers.threshold} of the fleet's keys`);
    if (checkpoint.fleetEpoch < this.#signers.fleetEpoch) {
      return undetermined(
        'stale',
        `a checkpoint of fleet epoch ${checkpoint.fleetEpoch}, before ${this.#signers.fleetEpoch}`,
      );
    }
    const fresh = answers(crypto, signed, challenge);
    const { blockHash: hash, number } = checkpoint;
    const basis = `checkpoint, ${set.threshold} of ${set.keys.length} keys`;
    const block: TrustedBlock = { hash, number, level: this.level, finalized: true, basis };
    if (this.#last && equal(this.#last.hash, hash)) return accepted({ ...this.#last, fresh });
    const found = await this.#readSigners(block);
    if (found.verdict === 'undetermined') return found;
    const { head, signing } = found.value;
    if (head.timestamp !== checkpoint.timestamp || signing.fleetEpoch !== checkpoint.fleetEpoch)
      return rejected('proof_invalid', 'its block has another time or another fleet epoch');
    if (set !== this.#signers) {
      // A set that was signed and never enacted speaks for nobody: the block that it signed must name it, as the set of
      // the fleet that signs, which may have sold the board by then.
      if (!equal(signing.keys, keySetHash(crypto, set)))
        return rejected('proof_invalid', 'signed by keys that the fleet did not take on in that block');
      this.#keep({ ...this.#signers, ...set, fleetEpoch: signing.fleetEpoch }, undefined);
    }
    // The block itself may replace the set, or the board's fleet: from there on others sign.
    if (!(await this.#adopt(prover, found.value.named)))
      return undetermined('unreachable', `${prover.name} does not have the keys that the block names`);
    this.#last = head;
    return accepted({ ...head, fresh });
  }

  /** The signers as a block names them: Device{fleet}, Fleet{policy, checkpointKeys}; and those of the known fleet. */
  async #readSigners(
    block: TrustedBlock,
  ): Promise<Verdict<{ named: Named; signing: Named; head: TrustedHead }, never, TrustCause>> {
    const { device, reader } = this.#options;
    const fleetRequest = (address: Uint8Array) => ({
      address,
      codeHash: codeHash.fleet(),
      slots: [slotKey(fleetLayout.paused.slot), slotKey(fleetLayout.checkpointKeys.slot)],
    });
    const known = [fleetRequest(this.#signers.fleet)];
    const reading = await readLinked(
      reader,
      block,
      { address: device, codeHash: codeHash.device(), slots: [slotKey(deviceLayout.fleet.slot)] },
      ([word]) => {
        const fleet = word.slice(12);
        return equal(fleet, this.#signers.fleet) ? known : [fleetRequest(fleet), ...known];
      },
      known,
    );
    if (reading.verdict === 'undetermined') {
      const cause = reading.cause === 'no_witness' ? 'unreachable' : reading.cause;
      return undetermined(cause, `no witness for the checkpoint's block: ${reading.evidence}`);
    }
    const [named, signing = named] = reading.value.accounts.slice(1).map(account => {
      const words = wordsOf(account);
      return { fleet: account.address, fleetEpoch: readFleet(account.address, words).epoch, keys: words[1] };
    });
    return accepted({ named, signing, head: reading.value.head });
  }

  /** Takes over the signers from proven facts; false when the prover does not show the keys behind the proven hash. */
  async #adopt(prover: Prover, { fleet, fleetEpoch, keys }: Named): Promise<boolean> {
    const { crypto } = this.#options;
    const same = equal(fleet, this.#signers.fleet) && equal(keys, keySetHash(crypto, this.#signers));
    if (same && fleetEpoch === this.#signers.fleetEpoch) return true;
    if (same) {
      this.#keep({ ...this.#signers, fleetEpoch }, this.#tentative);
      return true;
    }
    const answer = await prover.ask(questions.keySet(keys), ROTATION_BYTES_MAX);
    const parsed = answer.verdict === 'accepted' ? parseRotation(answer.value) : answer;
    if (parsed.verdict !== 'accepted' || !equal(keySetHash(crypto, parsed.value.incoming), keys))
      return false;
    this.#keep({ ...parsed.value.incoming, fleet, fleetEpoch }, undefined);
    return true;
  }

  /**
   * The set that signed: the adopted one, or one that rotations lead to from there. Sets on the way are tentative. The
   * last of them is kept in flash, so that a long way is gone once. Signers of a set that was never enacted lead nobody
   * astray, since the adopted set goes on speaking and every way begins at it again.
   */
  async #setBehind(prover: Prover, digest: Uint8Array, signatures: Uint8Array): Promise<KeySet | undefined> {
    const { crypto } = this.#options;
    const signedBy = (set: KeySet) => isSignedBy(crypto, set, digest, signatures);
    if (signedBy(this.#signers)) return this.#signers;
    if (this.#tentative && signedBy(this.#tentative)) return this.#tentative;
    for (const start of this.#tentative ? [this.#tentative, this.#signers] : [this.#signers]) {
      let set: KeySet | undefined = start;
      for (let followed = 0; followed < ROTATIONS_MAX; followed++) {
        set = await this.#next(prover, set);
        if (!set) break;
        if (!this.#tentative || !equal(keySetHash(crypto, set), keySetHash(crypto, this.#tentative)))
          this.#keep(this.#signers, set);
        if (signedBy(set)) return set;
      }
    }
    return undefined;
  }

  /** The set that `outgoing` signed as its successor, if the prover has the rotation. */
  async #next(prover: Prover, outgoing: KeySet): Promise<KeySet | undefined> {
    const { chainId, crypto } = this.#options;
    const hash = keySetHash(crypto, outgoing);
    const { fleet } = this.#signers;
    const answer = await prover.ask(questions.rotation(hash, fleet), ROTATION_BYTES_MAX);
    const parsed = answer.verdict === 'accepted' ? parseRotation(answer.value) : answer;
    if (parsed.verdict !== 'accepted') return undefined;
    const { incoming, signatures } = parsed.value;
    const digest = rotationHash(crypto, { chainId, fleet }, hash, incoming);
    return isSignedBy(crypto, outgoing, digest, signatures) ? incoming : undefined;
  }

  #keep(signers: Signers, tentative: KeySet | undefined): void {
    const { fleet, fleetEpoch } = signers;
    const adopted = [this.#origin, fleet, fleetEpoch, ...keySetFields(signers)];
    this.#options.save(encodeRecord(tentative ? [...adopted, keySetFields(tentative)] : adopted));
    this.#signers = signers;
    this.#tentative = tentative;
  }

  /** Takes over the record in flash, unless it belongs to another configuration. */
  #restore(bytes: Uint8Array | undefined): void {
    if (!bytes) return;
    const reader = new RecordReader(bytes, SIGNERS_RECORD_BYTES_MAX);
    const origin = reader.fixed(4);
    const fleet = reader.fixed(20);
    const fleetEpoch = reader.number();
    const keys = readKeySet(reader);
    const list = reader.more ? reader.list() : undefined;
    const tentative = list && readKeySet(list);
    const whole = reader.end() && (!list || (tentative !== undefined && list.end()));
    if (!keys || !whole || !equal(origin, this.#origin)) return;
    this.#signers = { ...keys, fleet, fleetEpoch };
    this.#tentative = tentative;
  }
}
