/** Measures operations on a board that runs guest.ts, each with inputs that are chosen when it is called. */
import { createHash, randomBytes } from 'node:crypto';
import { toHex } from '../../../firmware/bytes/hex.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import type { Board } from '../../../host-sim/process/board.js';
import { commandInput } from './inputs.js';

/** The figures of host-sim/rv32/host/measure.c: peaks since the operation began. */
export interface Use {
  heap: number;
  unclaimed: number;
  peakChunks: number;
  peakSlots: number;
  peakStack: number;
  cStack: number;
}

export interface Measured {
  verdict: string;
  /** The verdict is what it must be. */
  right: boolean;
  /** Without those of counting. */
  instructions: number;
  use: Use;
}

const crypto = portableCrypto();
const patience = { timeout: 300_000 };
/** A request has little room. */
const pieceLength = 1500;

export class Meter {
  readonly #board: Board;
  #overhead = 0;

  constructor(board: Board) {
    this.#board = board;
  }

  /** Learns what counting itself costs. */
  async calibrate(): Promise<void> {
    this.#overhead = (await this.#run('nothing', verdict => verdict === '')).instructions;
  }

  async command({ forged = false } = {}): Promise<Measured> {
    const { known, bytes } = commandInput();
    if (forged) bytes.witness[bytes.witness.length >> 1] ^= 1;
    for (const [name, each] of Object.entries(bytes)) await this.#give(name, each);
    return this.#run('command', verdict => (verdict === 'accepted') !== forged, known);
  }

  async recover(): Promise<Measured> {
    const [digest, key] = [new Uint8Array(randomBytes(32)), new Uint8Array(randomBytes(32))];
    await this.#give('digest', digest);
    await this.#give('signature', crypto.sign(digest, key));
    return this.#run('recover', verdict => verdict === toHex(crypto.addressOf(key)!));
  }

  async keccak(): Promise<Measured> {
    const node = new Uint8Array(randomBytes(532));
    await this.#give('node', node);
    return this.#run('keccak', verdict => verdict === toHex(crypto.keccak256(node)));
  }

  async sha256(): Promise<Measured> {
    const piece = new Uint8Array(randomBytes(4096));
    const pieces = 256;
    const hash = createHash('sha256');
    for (let i = 0; i < pieces; i++) hash.update(piece);
    const expected = toHex(hash.digest());
    await this.#give('piece', piece);
    return this.#run('sha256', verdict => verdict === expected, { pieces });
  }

  async #run(
    name: string,
    right: (verdict: string) => boolean,
    parameters: unknown = null,
  ): Promise<Measured> {
    const told = await this.#board.request('run', { name, parameters }, patience);
    const { instructions, use, verdict } = told as Omit<Measured, 'right'>;
    return { verdict, right: right(verdict), instructions: instructions - this.#overhead, use };
  }

  async #give(name: string, bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += pieceLength) {
      const hex = toHex(bytes.subarray(at, at + pieceLength));
      await this.#board.request('put', { name, size: bytes.length, at, hex });
    }
  }
}
