/** A board's side of the tests of prover and beacon: it asks, verifies with the firmware's code, and goes on. */

import { parseBootstrap, verifyBootstrap } from '../../../firmware/beacon/bootstrap.js';
import { nextQuestion, type Question, step } from '../../../firmware/beacon/catchUp.js';
import type { BeaconChain, BeaconContext } from '../../../firmware/beacon/chain.js';
import { encodeState, type FinalityState, parseState } from '../../../firmware/beacon/state.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { blstBls } from '../../../host-sim/node/bls/blst.js';

export const contextOf = (chain: BeaconChain): BeaconContext => ({
  chain,
  crypto: portableCrypto(),
  bls: blstBls(),
});

export async function get(url: string, path: string): Promise<Uint8Array> {
  const response = await fetch(`${url}${path}`);
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return new Uint8Array(await response.arrayBuffer());
}

export async function beginAt(url: string, chain: BeaconChain, root: Uint8Array): Promise<FinalityState> {
  const parsed = parseBootstrap(await get(url, `/light/v1/bootstrap/${toHex(root)}`));
  if (parsed.verdict !== 'accepted') throw new Error(parsed.evidence);
  const verdict = verifyBootstrap(contextOf(chain), root, parsed.value);
  if (verdict.verdict !== 'accepted') throw new Error(verdict.evidence);
  return verdict.value;
}

export const pathOf = (question: Question): string =>
  question.kind === 'finality' ? '/light/v1/finality' : `/light/v1/committee/${question.period}`;

/** Goes on until there is nothing left to ask; the state travels as bytes, as over a restart. */
export async function catchUp(
  url: string,
  chain: BeaconChain,
  from: FinalityState,
): Promise<{ state: FinalityState; asked: Question[]; attestedSlot: number }> {
  let state = from;
  let attestedSlot = 0;
  const asked: Question[] = [];
  for (let question: Question | undefined = { kind: 'finality' }; question; ) {
    asked.push(question);
    const verdict = step(contextOf(chain), state, await get(url, pathOf(question)));
    const behind = verdict.verdict === 'undetermined' && verdict.cause === 'behind';
    if (verdict.verdict !== 'accepted' && !behind)
      throw new Error(`${pathOf(question)}: ${verdict.evidence}`);
    if (verdict.verdict === 'accepted') {
      attestedSlot = verdict.value.attestedSlot;
      const parsed = parseState(encodeState(verdict.value.state));
      if (parsed.verdict !== 'accepted') throw new Error(parsed.evidence);
      state = parsed.value;
    }
    question = nextQuestion(chain, state, question, verdict);
  }
  return { state, asked, attestedSlot };
}
