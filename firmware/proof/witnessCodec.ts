/**
 * A witness as compact bytes, so that it can come from anywhere: over a broker, a serial line, a file.
 *
 *     [1, header, [[address, nodes, [[slot, nodes], …]], …]]
 *
 * in RLP. `nodes` lists the nodes of a proof from the root on. A node that stood earlier in the witness is written
 * as the integer of its place among the distinct nodes so far: the proofs of several slots share most of theirs.
 */

import { minimalBytes, readNumber } from '../bytes/bigEndian.js';
import { toHex } from '../bytes/hex.js';
import { encodeRlp, RlpCursor, type RlpTree } from '../bytes/rlp.js';
import { accepted, rejected } from '../bytes/verdict.js';
import { ACCOUNTS_MAX, NODE_BYTES_MAX, PROOF_NODES_MAX, SLOTS_MAX, WITNESS_BYTES_MAX } from './limits.js';
import type { AccountWitness, SlotWitness, Witness, WitnessVerdict } from './witness.js';

const version = 1;
/** Bytes of a place: no node is as short, apart from that of an empty trie, which is left out. */
const PLACE_BYTES_MAX = 2;
const emptyNode = 0x80;

/** The compact bytes of a witness; the limits are not looked at. */
export function encodeWitness(witness: Witness): Uint8Array {
  const places = new Map<string, number>();
  const treeOf = (nodes: readonly Uint8Array[]): RlpTree => {
    const isEmptyTrie = nodes.length === 1 && nodes[0].length === 1 && nodes[0][0] === emptyNode;
    if (isEmptyTrie) return [];
    return nodes.map(node => {
      const key = toHex(node);
      const place = places.get(key);
      if (place !== undefined) return minimalBytes(place);
      places.set(key, places.size);
      return node;
    });
  };
  const accounts = witness.accounts.map(account => [
    account.address,
    treeOf(account.proof),
    account.slots.map(({ proof, slot }) => [slot, treeOf(proof)]),
  ]);
  return encodeRlp([Uint8Array.of(version), witness.header, accounts]);
}

/** Reads what `encodeWitness` gave, within the limits of limits.ts. The parts of the result are views of `bytes`. */
export function decodeWitness(bytes: Uint8Array): WitnessVerdict<Witness> {
  if (bytes.length > WITNESS_BYTES_MAX) return rejected('malformed', `witness of ${bytes.length} bytes`);
  const witness = new WitnessReader(bytes).witness();
  return witness ? accepted(witness) : rejected('malformed', 'not a witness');
}

class WitnessReader {
  #cursor: RlpCursor;
  /** The distinct nodes so far. */
  #nodes: Uint8Array[] = [];
  /** Bytes of all proofs, shared nodes counted each time: a short input must not stand for a long witness. */
  #proofBytes = 0;

  constructor(bytes: Uint8Array) {
    this.#cursor = new RlpCursor(bytes);
  }

  witness(): Witness | undefined {
    const cursor = this.#cursor;
    if (!cursor.readOnlyList()) return undefined;
    const limit = cursor.end;
    if (!cursor.readFixed(cursor.start, limit, 1) || cursor.payload[0] !== version) return undefined;
    if (!cursor.read(cursor.end, limit) || cursor.isList) return undefined;
    const header = cursor.payload;
    const accounts = this.#list(cursor.end, limit, ACCOUNTS_MAX, (at, end) => this.#account(at, end));
    return accounts && cursor.end === limit ? { header, accounts } : undefined;
  }

  #account(at: number, limit: number): AccountWitness | undefined {
    const cursor = this.#cursor;
    if (!cursor.readFixed(at, limit, 20)) return undefined;
    const address = cursor.payload;
    const proof = this.#proof(cursor.end, limit);
    const slots = proof && this.#list(cursor.end, limit, SLOTS_MAX, (from, end) => this.#slot(from, end));
    return slots && cursor.end === limit ? { address, proof, slots } : undefined;
  }

  #slot(at: number, limit: number): SlotWitness | undefined {
    const cursor = this.#cursor;
    if (!cursor.readFixed(at, limit, 32)) return undefined;
    const slot = cursor.payload;
    const proof = this.#proof(cursor.end, limit);
    return proof && cursor.end === limit ? { slot, proof } : undefined;
  }

  /** Reads a list of lists; `read` gets the range of the payload of each. */
  #list<T>(
    at: number,
    limit: number,
    maximum: number,
    read: (at: number, limit: number) => T | undefined,
  ): T[] | undefined {
    const cursor = this.#cursor;
    if (!cursor.read(at, limit) || !cursor.isList) return undefined;
    const end = cursor.end;
    const items: T[] = [];
    for (let next = cursor.start; next < end; next = cursor.end) {
      if (items.length === maximum || !cursor.read(next, end) || !cursor.isList) return undefined;
      const item = read(cursor.start, cursor.end);
      if (item === undefined) return undefined;
      items.push(item);
    }
    cursor.end = end;
    return items;
  }

  #proof(at: number, limit: number): Uint8Array[] | undefined {
    const cursor = this.#cursor;
    if (!cursor.read(at, limit) || !cursor.isList) return undefined;
    const end = cursor.end;
    const nodes: Uint8Array[] = [];
    for (let next = cursor.start; next < end; next = cursor.end) {
      if (nodes.length === PROOF_NODES_MAX || !cursor.read(next, end) || cursor.isList) return undefined;
      const { start } = cursor;
      const length = cursor.end - start;
      if (length > NODE_BYTES_MAX) return undefined;
      const node = length <= PLACE_BYTES_MAX ? this.#earlier() : cursor.bytes.subarray(start, start + length);
      if (node === undefined) return undefined;
      if (length > PLACE_BYTES_MAX) this.#nodes.push(node);
      this.#proofBytes += node.length;
      if (this.#proofBytes > WITNESS_BYTES_MAX) return undefined;
      nodes.push(node);
    }
    cursor.end = end;
    return nodes;
  }

  /** The earlier node whose place the cursor stands on. */
  #earlier(): Uint8Array | undefined {
    const { bytes, start, length } = this.#cursor;
    if (length > 0 && bytes[start] === 0) return undefined;
    const place = readNumber(bytes, start, length);
    return place === undefined ? undefined : this.#nodes[place];
  }
}
