/** A board's side of the tests of prover and beacon: it asks, verifies with the firmware's code, and goes on. */

import { type AdvanceVerdict, Examination } from '../../../firmware/beacon/advance.js';
import { parseBootstrap, verifyBootstrap } from '../../../firmware/beacon/bootstrap.js';
import { examine, nextQuestion, type Question } from '../../../firmware/beacon/catchUp.js';
import type { BeaconChain, BeaconContext } from '../../../firmware/beacon/chain.js';
import { encodeState, type FinalityState, parseState } from '../../../firmware/beacon/state.js';
import { toHex } from '../../../firmware/bytes/hex.js';
import { portableCrypto } from '../../../firmware/crypto/portable.js';
import { questions } from '../../../firmware/trust/prover.js';
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

/** The verdict on an answer of a prover, which is asked for the pieces that the answer lacks. */
export async function judged(
  url: string,
  chain: BeaconChain,
  state: FinalityState,
  answer: Uint8Array,
): Promise<AdvanceVerdict> {
  const examination = examine(contextOf(chain), state, answer);
  if (!(examination instanceof Examination)) return examination;
  for (let piece = examination.missing; piece; piece = examination.missing) {
    const refusal = examination.take(await get(url, questions.absent(piece)));
    if (refusal) return refusal;
  }
  return examination.judge();
}

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
    const verdict = await judged(url, chain, state, await get(url, pathOf(question)));
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
