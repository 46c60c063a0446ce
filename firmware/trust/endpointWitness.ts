/** Witnesses from a JSON-RPC endpoint: a header, and one eth_getProof for each account. */

import { toHex } from '../bytes/hex.js';
import { accepted, type TrustCause, type Undetermined, undetermined } from '../bytes/verdict.js';
import type { Kept } from '../json/shape.js';
import type { Crypto } from '../port/crypto.js';
import type { HeaderFacts } from '../proof/header.js';
import { HEADER_KEPT_BYTES_MAX, headerFromJson, headerShape } from '../proof/headerFromJson.js';
import {
  type AccountRequest,
  type ProvenAccount,
  verifyAccountWitness,
  verifyHeader,
  type WitnessRequest,
  type WitnessVerdict,
} from '../proof/witness.js';
import { accountFromRpc, proofShape } from '../proof/witnessFromRpc.js';
import { headerCall } from '../rpc/blocks.js';
import type { RpcEndpoint } from '../rpc/client.js';
import { SourceKind, type SourceVerdict, type WitnessSource } from './witnessSource.js';

/** Bytes of the proofs of one witness, with what each of their values costs where it is kept. */
const WITNESS_BYTES_MAX = 16_384;

/** An endpoint as a source of witnesses. */
export class EndpointWitness implements WitnessSource {
  readonly kind = SourceKind.endpoint;
  readonly #crypto: Crypto;
  readonly #endpoint: RpcEndpoint;

  constructor(crypto: Crypto, endpoint: RpcEndpoint) {
    this.#crypto = crypto;
    this.#endpoint = endpoint;
  }

  get name(): string {
    return this.#endpoint.url;
  }

  get slow(): boolean {
    return this.#endpoint.slow;
  }

  async prove(request: WitnessRequest): Promise<SourceVerdict> {
    const endpoint = this.#endpoint;
    const facts = request.facts ? accepted(request.facts) : await this.#header(request);
    if (facts.verdict !== 'accepted') return facts;
    // Each account is proven before the next is asked for: of its proof nothing but words is left then.
    const accounts: ProvenAccount[] = [];
    let room = WITNESS_BYTES_MAX;
    for (const asked of request.accounts) {
      const proof = await endpoint.call({
        method: 'eth_getProof',
        params: [toHex(asked.address), asked.slots.map(toHex), `0x${request.number.toString(16)}`],
        result: proofShape,
        keptBytesMax: room,
      });
      if (proof.verdict !== 'accepted') return proof;
      room -= bytesOf(proof.value);
      const account = this.#prove(facts.value.stateRoot, asked, proof.value);
      if (account.verdict === 'rejected') return account;
      accounts.push(account.value);
    }
    return accepted({ ...facts.value, blockHash: request.blockHash, accounts });
  }

  /** The header alone, so that nothing of the answer is alive while accounts are asked for. */
  async #header(request: WitnessRequest): Promise<WitnessVerdict<HeaderFacts> | Undetermined<TrustCause>> {
    // By number, which every node can answer; the trusted hash decides about the block.
    const header = await this.#endpoint.call(headerCall(request.number, headerShape, HEADER_KEPT_BYTES_MAX));
    if (header.verdict !== 'accepted') return header;
    if (header.value === null) return undetermined('unreachable', `it does not know block ${request.number}`);
    const encoded = headerFromJson(header.value);
    return encoded.verdict === 'rejected' ? encoded : verifyHeader(this.#crypto, request, encoded.value);
  }

  #prove(
    stateRoot: Uint8Array,
    asked: AccountRequest,
    answer: Kept<typeof proofShape>,
  ): WitnessVerdict<ProvenAccount> {
    const witness = accountFromRpc(asked, answer);
    return witness.verdict === 'accepted'
      ? verifyAccountWitness(this.#crypto, stateRoot, asked, witness.value)
      : witness;
  }
}

function bytesOf(proof: Kept<typeof proofShape>): number {
  const nodes = [proof?.accountProof, ...(proof?.storageProof ?? []).map(slot => slot?.proof)];
  let bytes = 0;
  for (const list of nodes) for (const node of list ?? []) bytes += node?.length ?? 0;
  return bytes;
}
