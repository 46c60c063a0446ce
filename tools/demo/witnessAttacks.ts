/**
 * Attacks by JSON-RPC endpoints. Both of the board's endpoints lie in the same way, so that there is no honest one to
 * turn to: the witness is rejected, and of the command nothing is known, until somebody tells the truth.
 */

import type { ProverMutation } from '../../host-sim/attack/proverProxy.js';
import {
  anotherAccount,
  anotherHash,
  anotherSlot,
  flippedAccountProof,
  flippedHeader,
  flippedStorageProof,
  nonsense,
  olderBlock,
  type RpcMutation,
} from '../../host-sim/attack/rpc/mutations.js';
import { ask } from '../operator/order.js';
import { type Attack, attack } from './attack.js';
import { deliverAfter, type Order, placeOrder } from './orders.js';
import type { Setting } from './setting.js';
import type { Observed, Steps } from './steps.js';

interface Lie {
  name: string;
  code: string;
  /** The code at level 4, where it is another: the board has the final block's header from its finality, and asks for proofs alone. */
  codeWithFinality?: string;
  mutation: RpcMutation;
}

/** The lies of an endpoint about the witness that a board asks for, each with the board’s verdict on it. */
export const witnessLies: readonly Lie[] = [
  { name: 'witness with a changed byte in the header', code: 'header_mismatch', mutation: flippedHeader },
  {
    name: 'witness with a changed byte in the account proof',
    code: 'proof_invalid',
    mutation: flippedAccountProof,
  },
  {
    name: 'witness with a changed byte in the storage proof',
    code: 'proof_invalid',
    mutation: flippedStorageProof,
  },
  { name: 'witness of another slot', code: 'wrong_answer', mutation: anotherSlot },
  { name: 'witness of another account', code: 'wrong_answer', mutation: anotherAccount },
  {
    name: 'witness of an older block',
    code: 'wrong_answer',
    codeWithFinality: 'proof_invalid',
    mutation: olderBlock,
  },
  { name: 'RPC nonsense', code: 'malformed', mutation: nonsense },
];

export async function attackWitnesses(setting: Setting, steps: Steps): Promise<void> {
  if (setting.oneSocket) return;
  steps.chapter(
    'At the RPC endpoints',
    'Each endpoint of the board lies about one thing, and its prover has no witness. The witness is rejected; the command stays undetermined, because a ' +
      'liar says nothing about it.',
  );
  let on = false;
  for (const lie of witnessLies) {
    on = !on;
    const order = await placeOrder(setting, 'relay.set', { on });
    await attack(setting, steps, witnessAttack(setting, lie, order));
  }
  await attack(setting, steps, disagreement(setting, await placeOrder(setting, 'relay.set', { on: !on })));
}

/** A lie about the witness of an order that is on chain, told by every endpoint. */
export const witnessAttack = (
  setting: Setting,
  { code, codeWithFinality = code, mutation, name }: Lie,
  order: Order,
): Attack => ({
  name,
  expected: 'rejected',
  code: setting.finality ? codeWithFinality : code,
  act: async () => {
    for (const proxy of setting.rpcProxies) proxy.setMutation(mutation);
    setting.finality?.proxy.setMutation(withoutWitnesses);
    const response = await ask(setting.boardChannel, 'envelope', order.bytes, {
      subject: order.hash,
      milliseconds: setting.patience,
    });
    return aboutTheWitness(setting, response);
  },
  twin: 'the same envelope, with honest endpoints',
  actTwin: () => deliverAfter(setting, order, () => honest(setting)),
});

/** Endpoints of which one has another block, before an order that is on chain. */
export const disagreement = (setting: Setting, order: Order): Attack => ({
  name: 'two RPC endpoints that disagree',
  expected: 'undetermined',
  code: 'no_quorum',
  act: async () => {
    setting.rpcProxies[1].setMutation(anotherHash);
    const { answer } = await ask(setting.boardChannel, 'envelope', order.bytes, {
      subject: order.hash,
      milliseconds: setting.patience,
    });
    return { verdict: answer.verdict, code: answer.code ?? '', evidence: answer.evidence };
  },
  twin: 'the same envelope, once they agree',
  actTwin: () => deliverAfter(setting, order, () => honest(setting)),
});

/** Endpoints and prover tell the truth again. */
export const honest = (setting: Setting): void => {
  for (const proxy of setting.rpcProxies) proxy.setMutation(undefined);
  setting.finality?.proxy.setMutation(undefined);
};

/** A prover that has no witness: a board with an honest one would never ask an endpoint. */
export const withoutWitnesses: ProverMutation = (path, body) =>
  path.includes('/witness/') ? undefined : body;

/** The verdict on the witness, provided that the command stayed undetermined for want of one. */
export function aboutTheWitness(
  { behind, rpcProxies }: Pick<Setting, 'behind' | 'rpcProxies'>,
  { answer, witnesses }: Awaited<ReturnType<typeof ask>>,
): Observed {
  if (answer.verdict !== 'undetermined' || answer.code !== 'no_witness') {
    const evidence = `the command was ${answer.verdict} (${answer.code ?? 'no code'}): ${answer.evidence ?? ''}`;
    return { verdict: 'failed', code: '', evidence };
  }
  // A third endpoint lies as well, in its own way.
  const ofOurs = witnesses.filter(({ subject }) =>
    rpcProxies.some(({ url }) => behind(subject).startsWith(url)),
  );
  const { code = '', evidence, verdict } = ofOurs[ofOurs.length - 1] ?? { verdict: 'failed' };
  return { verdict, code, evidence: `${evidence}; the command is undetermined (no_witness)` };
}
