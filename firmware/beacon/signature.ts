/**
 * The committee's signature over a header: the keys of absent positions are taken off the aggregate as they are proven,
 * then one BLS check. Where they come in pieces neither the message nor a list of keys is held meanwhile.
 */

import { accepted, type Rejected, rejected, type Verdict } from '../bytes/verdict.js';
import type { BlsOutcome, BlsSum } from '../port/bls.js';
import { provenAbsentKeys } from './absentKeys.js';
import { areRootsOfPieces, comesInPieces, nextPiece, type PieceQuestion, pieceBits } from './absentPieces.js';
import { type BeaconContext, periodAt } from './chain.js';
import type { Committee } from './committee.js';
import { signingRoot } from './domain.js';
import { headerRoot } from './header.js';
import type { Update } from './update.js';

/** The parts of a message that a committee signed, but for the keys of those who did not sign. */
export type SignedParts = Pick<Update, 'attested' | 'forkVersion' | 'bits' | 'signature' | 'signatureSlot'>;

type Refusal = Rejected<'proof_invalid'>;

const complaints: Readonly<Record<Exclude<BlsOutcome, 'valid'>, string>> = {
  mismatch: 'mismatch: not their signature over this header',
  key: 'key: no point of the curve, or a sum outside the subgroup',
  infinity: 'infinity: the keys of those who signed add up to nothing',
  signature: 'signature: no point of the subgroup',
};

/**
 * A signature, and the sum of its signers' keys as far as they are proven.
 *
 * @example
 * for (let piece = signature.missing; piece; piece = signature.missing) {
 *   const refusal = signature.take(await ask(piece));
 *   if (refusal) return refusal;
 * }
 * return signature.verify();
 */
export class CommitteeSignature {
  readonly #context: BeaconContext;
  readonly #signed: SignedParts;
  readonly #sum: BlsSum;
  /** The roots of the committee's pieces, 32 bytes each. */
  #roots: Uint8Array = new Uint8Array(0);
  /** The place of the piece that is to come next. */
  #piece: number | undefined = undefined;

  private constructor(context: BeaconContext, committee: Committee, signed: SignedParts) {
    this.#context = context;
    // Of a message that carries more than this, the rest is let go.
    const { attested, bits, forkVersion, signature, signatureSlot } = signed;
    this.#signed = { attested, bits, forkVersion, signature, signatureSlot };
    this.#sum = context.bls.begin(committee.aggregate);
  }

  /**
   * `committee` is that of the signature's period; `absent` came with the message: the whole proof of the absent keys,
   * or the roots of its pieces.
   */
  static begin(
    context: BeaconContext,
    committee: Committee,
    signed: SignedParts,
    absent: Uint8Array,
  ): CommitteeSignature | Refusal {
    const signature = new CommitteeSignature(context, committee, signed);
    return signature.#begin(committee.keysRoot, absent) ?? signature;
  }

  /** The piece that is to come next; undefined once all keys are known. */
  get missing(): PieceQuestion | undefined {
    const piece = this.#piece;
    if (piece === undefined) return undefined;
    const { bits, signatureSlot } = this.#signed;
    return { period: periodAt(this.#context.chain, signatureSlot), piece, bits: pieceBits(bits, piece) };
  }

  /** Takes the answer to `missing`, untrusted bytes; a refused one changes nothing. */
  take(proof: Uint8Array): Refusal | undefined {
    const piece = this.#piece;
    if (piece === undefined) return rejected('proof_invalid', 'absent: no piece is missing');
    const root = this.#roots.subarray(piece * 32, (piece + 1) * 32);
    const { bits } = this.#signed;
    const refusal = this.#subtract(root, pieceBits(bits, piece), proof);
    if (!refusal) this.#piece = nextPiece(bits, piece + 1);
    return refusal;
  }

  /** The verdict, under the fork version that the message itself names, once nothing is missing; any number of times. */
  verify(): Verdict<true, 'proof_invalid', never> {
    if (this.#piece !== undefined)
      return rejected('proof_invalid', `absent: piece ${this.#piece} is missing`);
    const { chain, crypto } = this.#context;
    const { attested, forkVersion, signature } = this.#signed;
    const message = signingRoot(crypto, chain, forkVersion, headerRoot(crypto, attested));
    const outcome = this.#sum.verify(message, signature);
    return outcome === 'valid' ? accepted(true) : rejected('proof_invalid', complaints[outcome]);
  }

  #begin(keysRoot: Uint8Array, absent: Uint8Array): Refusal | undefined {
    const { bits } = this.#signed;
    if (!comesInPieces(bits)) return this.#subtract(keysRoot, bits, absent);
    if (!areRootsOfPieces(this.#context.crypto, keysRoot, bits, absent))
      return rejected('proof_invalid', 'absent: not the roots of the pieces');
    // A copy, so that the message need not be kept.
    this.#roots = absent.slice();
    this.#piece = nextPiece(bits, 0);
    return undefined;
  }

  #subtract(root: Uint8Array, bits: Uint8Array, proof: Uint8Array): Refusal | undefined {
    const keys = provenAbsentKeys(this.#context.crypto, root, bits, proof);
    if (!keys) return rejected('proof_invalid', 'absent: not the keys of the positions');
    for (const key of keys) this.#sum.subtract(key);
    return undefined;
  }
}

/** Takes the pieces that are missing from where all are at hand. Undefined once there are none. */
export function takePieces(
  message: Pick<CommitteeSignature, 'missing' | 'take'>,
  pieceOf: (question: PieceQuestion) => Uint8Array,
): Refusal | undefined {
  for (let piece = message.missing; piece; piece = message.missing) {
    const refusal = message.take(pieceOf(piece));
    if (refusal) return refusal;
  }
  return undefined;
}
