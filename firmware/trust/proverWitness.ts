/** Witnesses from a prover, in their compact form: all accounts of a question in one answer. */

import type { Crypto } from '../port/crypto.js';
import { verifyWitness, type WitnessRequest } from '../proof/witness.js';
import { decodeWitness } from '../proof/witnessCodec.js';
import { encodeWitnessRequest } from '../proof/witnessRequest.js';
import { type Prover, questions } from './prover.js';
import { SourceKind, type SourceVerdict, type WitnessSource } from './witnessSource.js';

/** Bytes of an answer: two accounts of mainnet with ten nodes each, and their slots, are 12,000. */
export const WITNESS_ANSWER_BYTES_MAX = 16_384;

/** A prover as a source of witnesses. */
export class ProverWitness implements WitnessSource {
  readonly #crypto: Crypto;
  readonly #prover: Prover;

  constructor(crypto: Crypto, prover: Prover) {
    this.#crypto = crypto;
    this.#prover = prover;
  }

  get name(): string {
    return this.#prover.name;
  }

  get kind(): SourceKind {
    return this.#prover.lastResort ? SourceKind.lastResort : SourceKind.prover;
  }

  get slow(): boolean {
    return this.#prover.slow ?? false;
  }

  prove(request: WitnessRequest): Promise<SourceVerdict> {
    // Not an async function: see rpc/client.ts.
    return this.#prover
      .ask(questions.witness(encodeWitnessRequest(request)), WITNESS_ANSWER_BYTES_MAX)
      .then(answer => {
        if (answer.verdict !== 'accepted') return answer;
        const witness = decodeWitness(answer.value);
        return witness.verdict === 'accepted' ? verifyWitness(this.#crypto, request, witness.value) : witness;
      });
  }
}
