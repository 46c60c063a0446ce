/** The image that follows Ethereum's finality for the bench: one update, from its bytes to a verdict. */
import { step } from '../../../firmware/beacon/catchUp.js';
import { parseChain } from '../../../firmware/beacon/chainWire.js';
import { parseState } from '../../../firmware/beacon/state.js';
import { fromHex } from '../../../firmware/bytes/hex.js';
import type { Ports } from '../../../firmware/port/ports.js';

/** The board's program gives it to images that are measured. */
declare const measure: { instructions(): number; use(): string };

export function start({ bls, console, crypto }: Ports): void {
  const inputs = new Map<string, Uint8Array>();
  const input = (name: string): Uint8Array => inputs.get(name) ?? new Uint8Array(0);
  const methods: Record<string, (parameters: never) => unknown> = {
    put({ name, size, at, hex }: { name: string; size: number; at: number; hex: string }) {
      if (at === 0) inputs.set(name, new Uint8Array(size));
      input(name).set(fromHex(hex)!, at);
      return null;
    },
    idle: () => 'idle',
    finality() {
      const chain = parseChain(input('chain'));
      const state = parseState(input('state'));
      if (!crypto || !bls || chain.verdict !== 'accepted' || state.verdict !== 'accepted') return null;
      const before = measure.instructions();
      const verdict = step({ chain: chain.value, crypto, bls }, state.value, input('update'));
      const instructions = measure.instructions() - before;
      return { instructions, verdict: verdict.verdict === 'accepted' ? 'accepted' : verdict.evidence };
    },
    use: () => JSON.parse(measure.use()),
  };
  console.onRequest(async (method, parameters) => methods[method](parameters as never));
}
