/** The timed operations, on any engine: each returns its microseconds. */
import { fromHex } from '../../../firmware/bytes/hex.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import type { Crypto } from '../../../firmware/port/crypto.js';
import type { Ports } from '../../../firmware/port/ports.js';
import { verifyWitness } from '../../../firmware/proof/witness.js';
import { command, type Known } from '../device/operations/command.js';

/** Inputs, fresh in every run of the bench; bytes as hex. */
export interface Given {
  /** A header, 8 nodes down to an account, 4 down to a slot. */
  witness: {
    blockHash: string;
    number: number;
    header: string;
    address: string;
    codeHash: string;
    slot: string;
    account: string[];
    storage: string[];
  };
  command: { known: Known; bytes: Record<string, string> };
}

declare const given: Given;

/** Milliseconds that one measurement takes at least, and how many there are; the median counts. */
const least = 60;
const rounds = 5;

const bytes = (hex: string) => fromHex(hex)!;

function witnessCase({
  account,
  address,
  blockHash,
  codeHash,
  header,
  number,
  slot,
  storage,
}: Given['witness']) {
  const [who, where] = [bytes(address), bytes(slot)];
  return {
    request: {
      ...{ blockHash: bytes(blockHash), number },
      accounts: [{ address: who, codeHash: bytes(codeHash), slots: [where] }],
    },
    witness: {
      header: bytes(header),
      accounts: [
        { address: who, proof: account.map(bytes), slots: [{ slot: where, proof: storage.map(bytes) }] },
      ],
    },
  };
}

function must(holds: boolean | undefined, what: string): void {
  if (!holds) throw new Error(`${what}: the wrong result`);
}

function operations(crypto: Crypto): Record<string, () => unknown> {
  const node = new Uint8Array(532).fill(0x5a);
  const chunk = new Uint8Array(4096).fill(0xa5);
  const key = new Uint8Array(32).fill(7);
  const digest = crypto.keccak256(node);
  const signature = crypto.sign(digest, key);
  const signer = crypto.addressOf(key)!;
  const { request, witness } = witnessCase(given.witness);
  const { known } = given.command;
  const inputs = new Map(Object.entries(given.command.bytes).map(([name, hex]) => [name, bytes(hex)]));
  const input = (name: string) => inputs.get(name)!;
  return {
    keccak: () => crypto.keccak256(node),
    sha256() {
      const hash = crypto.sha256();
      for (let i = 0; i < 256; i++) hash.update(chunk);
      return hash.digest();
    },
    recover: () => must(crypto.recoverAddress(digest, signature) !== undefined, 'recover'),
    verify: () =>
      must(
        crypto.recoverAddress(digest, signature)?.every((byte, i) => byte === signer[i]),
        'verify',
      ),
    sign: () => crypto.sign(digest, key),
    witness: () => must(verifyWitness(crypto, request, witness).verdict === 'accepted', 'witness'),
    command: () => must(command(crypto, input, known as never) === 'accepted', 'command'),
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
