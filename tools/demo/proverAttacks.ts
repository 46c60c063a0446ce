/**
 * Attacks by the prover, who brings the board what the sync committee signed: it can change nothing that was signed,
 * and what it withholds is only late. At level 1 there is no prover, and nothing to tell.
 */

import { encodeUpdate, parseUpdate, type Update } from '../../firmware/beacon/update.js';
import type { ProverMutation } from '../../host-sim/attack/proverProxy.js';
import { forgeBlock } from '../../host-sim/attack/rpc/header.js';
import type { RpcMutation } from '../../host-sim/attack/rpc/proxy.js';
import { ask } from '../operator/order.js';
import { type Attack, attack } from './attack.js';
import type { FinalitySetting } from './finality.js';
import { deliverAfter, placeOrder } from './orders.js';
import type { Setting } from './setting.js';
import type { Observed, Steps } from './steps.js';
import { honest } from './witnessAttacks.js';

interface Lie {
  name: string;
  expected: 'rejected' | 'undetermined';
  code: string;
  mutation(finality: FinalitySetting): Promise<ProverMutation> | ProverMutation;
  /** Told at the same time by every endpoint. */
  ofEndpoints?: RpcMutation;
}

const flipped = (bytes: Uint8Array): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  copy[copy.length >> 1] ^= 1;
  return copy;
};

/** Changes finality messages, and nothing else. */
const finality =
  (committeeSize: number, change: (update: Update) => Update): ProverMutation =>
  (path, body) => {
    const parsed = parseUpdate(body, committeeSize);
    if (!path.endsWith('/finality') || parsed.verdict === 'rejected') return body;
    return encodeUpdate(change(parsed.value));
  };

const changed =
  (change: (update: Update) => Update): Lie['mutation'] =>
  ({ beacon }) =>
    finality(beacon.chain.committeeSize, change);

/** A third of the committee and one more are said not to have signed. */
const fewer = (bits: Uint8Array): Uint8Array => bits.map((byte, i) => (i % 2 === 0 ? byte & 0x11 : byte));

const anotherBlock = changed(update => ({
  ...update,
  finalized: { ...update.finalized, executionHeader: flipped(update.finalized.executionHeader) },
}));

/** Prover and endpoints, all of them, are in the same hands. */
export const collusion: Lie = {
  name: 'prover and endpoints collude on a block of their own',
  expected: 'rejected',
  code: 'proof_invalid',
  mutation: anotherBlock,
  ofEndpoints: forgeBlock(),
};

/** The lies of a prover about finality, each with the board’s verdict on it. */
export const proverLies: readonly Lie[] = [
  {
    name: 'a signature with a changed bit',
    expected: 'rejected',
    code: 'proof_invalid',
    mutation: changed(update => ({ ...update, signature: flipped(update.signature) })),
  },
  {
    name: 'another final block under a genuine signature',
    expected: 'rejected',
    code: 'proof_invalid',
    mutation: anotherBlock,
  },
  {
    name: 'a committee of which fewer than two thirds signed',
    expected: 'undetermined',
    code: 'no_quorum',
    mutation: changed(update => ({ ...update, bits: fewer(update.bits) })),
  },
  {
    name: 'keys of absent signers that are others’',
    expected: 'rejected',
    code: 'proof_invalid',
    mutation: changed(update => ({ ...update, absent: flipped(update.absent) })),
  },
  {
    name: 'prover’s nonsense',
    expected: 'rejected',
    code: 'malformed',
    mutation: () => () => Uint8Array.of(0xc3, 1, 2, 3),
  },
  {
    name: 'older finality, the newer withheld',
    expected: 'undetermined',
    code: 'level',
    mutation: async ({ known }) => {
      const old = await known();
      return (path, body) => (path.endsWith('/finality') ? old : body);
    },
  },
];

export async function attackProver(setting: Setting, steps: Steps): Promise<void> {
  const { finality: l4 } = setting;
  if (!l4) return;
  steps.chapter(
    'At the prover',
    'The board’s prover lies about what the sync committee signed. It has no key of the committee: a changed message is ' +
      'rejected, and of the command nothing is known until somebody shows the board what was signed.',
  );
  await l4.answerAtBroker(setting.broker);
  let on = false;
  for (const lie of proverLies) {
    on = !on;
    await attack(setting, steps, await proverAttack(setting, l4, lie, { on }));
  }
}

/** A lie about finality, told by the board's prover once an order with these params of `relay.set` is on chain. */
export async function proverAttack(
  setting: Setting,
  l4: FinalitySetting,
  { code, expected, mutation, name, ofEndpoints }: Lie,
  params: { on: boolean },
): Promise<Attack> {
  const lie = await mutation(l4);
  const order = await placeOrder(setting, 'relay.set', params);
  return {
    name,
    expected,
    code,
    act: async () => {
      l4.proxy.setMutation(lie);
      for (const proxy of setting.rpcProxies) proxy.setMutation(ofEndpoints);
      const response = await ask(setting.boardChannel, 'envelope', order.bytes, {
        subject: order.hash,
        milliseconds: setting.patience,
      });
      if (expected === 'rejected') return aboutTheAnswer(setting, response);
      const { code: cause = '', evidence, verdict } = response.answer;
      return { verdict, code: cause, evidence };
    },
    twin: 'the same envelope, with an honest prover',
    actTwin: () => deliverAfter(setting, order, () => honest(setting)),
  };
}

/**
 * The verdict on what the prover said, by itself or behind the broker, provided that the command stayed undetermined.
 */
export function aboutTheAnswer(
  { behind, finality, oneSocket }: Pick<Setting, 'behind' | 'finality' | 'oneSocket'>,
  { answer, witnesses }: Awaited<ReturnType<typeof ask>>,
): Observed {
  const name = oneSocket ? 'broker' : finality!.proxy.url;
  const said = witnesses.find(
    ({ subject, verdict }) => verdict === 'rejected' && behind(subject).startsWith(name),
  );
  if (answer.verdict !== 'undetermined' || !said) {
    const evidence = `the command was ${answer.verdict} (${answer.code ?? 'no code'}): ${answer.evidence ?? ''}`;
    return { verdict: 'failed', code: '', evidence };
  }
  const evidence = `${said.evidence ?? ''}; the command is undetermined (${answer.code})`;
  return { verdict: 'rejected', code: said.code ?? '', evidence };
}
