/** What is timed, on whatever engine this runs: every operation says what it takes, in microseconds. */
import { fromHex } from '../../../firmware/bytes/hex.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import type { Crypto } from '../../../firmware/port/crypto.js';
import type { Ports } from '../../../firmware/port/ports.js';
import { verifyWitness } from '../../../firmware/proof/witness.js';

declare const witnessHex: {
  blockHash: string;
  number: number;
  header: string;
  address: string;
  codeHash: string;
  slot: string;
  account: string[];
  storage: string[];
};

/** Milliseconds that one measurement takes at least, and how many there are; the median counts. */
const least = 60;
const rounds = 5;

const bytes = (hex: string) => fromHex(hex)!;

function operations(crypto: Crypto): Record<string, () => unknown> {
  const node = new Uint8Array(532).fill(0x5a);
  const chunk = new Uint8Array(4096).fill(0xa5);
  const key = new Uint8Array(32).fill(7);
  const digest = crypto.keccak256(node);
  const signature = crypto.sign(digest, key);
  const signer = crypto.addressOf(key)!;
  const { blockHash, number, header, address, codeHash, slot, account, storage } = witnessHex;
  const request = {
    blockHash: bytes(blockHash),
    number,
    accounts: [{ address: bytes(address), codeHash: bytes(codeHash), slots: [bytes(slot)] }],
  };
  const witness = {
    header: bytes(header),
    accounts: [
      {
        address: bytes(address),
        proof: account.map(bytes),
        slots: [{ slot: bytes(slot), proof: storage.map(bytes) }],
      },
    ],
  };
  return {
    keccak: () => crypto.keccak256(node),
    sha256() {
      const hash = crypto.sha256();
      for (let i = 0; i < 256; i++) hash.update(chunk);
      return hash.digest();
    },
    recover: () => crypto.recoverAddress(digest, signature),
    verify: () => crypto.recoverAddress(digest, signature)?.every((byte, i) => byte === signer[i]),
    sign: () => crypto.sign(digest, key),
    witness() {
      const verdict = verifyWitness(crypto, request, witness);
      if (verdict.verdict !== 'accepted') throw new Error('the witness is refused');
    },
  };
}

function time(now: () => number, operation: () => unknown): number {
  const times: number[] = [];
  let count = 1;
  while (times.length < rounds) {
    const begin = now();
    for (let i = 0; i < count; i++) operation();
    const elapsed = now() - begin;
    // A single run of what takes long is enough.
    if (elapsed >= least) times.push((elapsed * 1000) / count);
    else count = Math.ceil(count * Math.min(10, (1.2 * least) / Math.max(elapsed, 1)));
    if (elapsed > 20 * least) break;
  }
  return times.sort((a, b) => a - b)[times.length >> 1];
}

/** Logs {"variant", "operation", "microseconds"} for each. */
export function start(ports: Ports): void {
  const variants: Record<string, Crypto> = { portable: portableCrypto() };
  if (ports.crypto) variants.native = ports.crypto;
  for (const [variant, crypto] of Object.entries(variants)) {
    for (const [operation, run] of Object.entries(operations(crypto))) {
      const microseconds = time(() => ports.clock.monotonic(), run);
      ports.console.log(JSON.stringify({ variant, operation, microseconds }));
    }
  }
  ports.boot.restart('update');
}
