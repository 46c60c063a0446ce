/** The image that is measured: takes inputs at its console, works on them, and says what came out and what it cost. */
import { fromHex } from '../../../firmware/bytes/hex.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import type { Ports } from '../../../firmware/port/ports.js';
import { command } from './operations/command.js';
import { keccak } from './operations/keccak.js';
import type { Operation } from './operations/operation.js';
import { recover } from './operations/recover.js';
import { sha256 } from './operations/sha256.js';

/** The board's program gives it to images that are measured; host-sim/rv32/host/measure.h. */
declare const measure: { instructions(): number; use(): string; reset(): void };

export function start(ports: Ports): void {
  const crypto = ports.crypto ?? portableCrypto();
  const inputs = new Map<string, Uint8Array>();
  const input = (name: string): Uint8Array => inputs.get(name) ?? new Uint8Array(0);
  /** The cost of counting itself, and of the call of a function. */
  const nothing: Operation = () => '';
  const operations: Record<string, Operation> = { command, keccak, nothing, recover, sha256 };
  const methods: Record<string, (parameters: never) => unknown> = {
    put({ name, size, at, hex }: { name: string; size: number; at: number; hex: string }) {
      if (at === 0) inputs.set(name, new Uint8Array(size));
      input(name).set(fromHex(hex)!, at);
      return null;
    },
    run({ name, parameters }: { name: string; parameters: never }) {
      const work = operations[name];
      measure.reset();
      const before = measure.instructions();
      const verdict = work(crypto, input, parameters);
      const instructions = measure.instructions() - before;
      return { verdict, instructions, use: JSON.parse(measure.use()) };
    },
  };
  ports.console.onRequest(async (method, parameters) => methods[method](parameters as never));
}
