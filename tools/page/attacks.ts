/**
 * The attacks that the page can try, with the defence that should catch each. They are the demonstration's, each with its
 * twin and with its watch over the board's store; only those that can be tried again are here.
 */
import type { Attempt, Attack as Described } from '../../host-sim/page/protocol.js';
import { type Attack, attack, STORE_CHANGED } from '../demo/attack.js';
import { changedEnvelope, late, misdirected, noise, replay } from '../demo/envelopeAttacks.js';
import { imageAttack, imageLies } from '../demo/imageAttacks.js';
import { deliver, placeOrder } from '../demo/orders.js';
import { proverAttack, proverLies } from '../demo/proverAttacks.js';
import type { Setting } from '../demo/setting.js';
import { asExpected, type Step, Steps } from '../demo/steps.js';
import { disagreement, witnessAttack, witnessLies } from '../demo/witnessAttacks.js';
import { beHonest } from '../rig/bench/honesty.js';
import { DEFENCES } from './defences.js';
import { nextVersion } from './releases.js';

/** An attack in words, and what begins it. */
export interface Trial extends Described {
  make(setting: Setting): Promise<Attack>;
}

const ENDPOINTS = 'the RPC endpoints';
const PROVER = 'the prover';
const BROKER = 'the broker';
const IMAGES = 'the image server';

const trial = (
  from: string,
  {
    code,
    expected = 'rejected',
    name,
    twin,
  }: { name: string; code: string; expected?: string; twin: string },
  make: Trial['make'],
): Trial => ({ name, from, defence: DEFENCES[code], expected, code, twin, make });

/** Another position of the relay at each attack: an order that changes nothing shows little. */
let isOn = false;
const other = (): { on: boolean } => {
  isOn = !isOn;
  return { on: isOn };
};

const broker: readonly Trial[] = [
  trial(
    BROKER,
    { name: 'an envelope with a changed byte', code: 'not_anchored', twin: 'the same envelope as it was' },
    changedEnvelope,
  ),
  trial(BROKER, { name: 'the same envelope again', code: 'replayed', twin: 'a new order' }, async setting => {
    const once = await placeOrder(setting, 'relay.toggle', {});
    await deliver(setting, once);
    return replay(setting, once);
  }),
  trial(
    BROKER,
    { name: 'an envelope that was kept back too long', code: 'expired', twin: 'an order in its time' },
    late,
  ),
  trial(
    BROKER,
    {
      name: 'an envelope for another board',
      code: 'wrong_target',
      twin: 'the same, addressed to this board',
    },
    misdirected,
  ),
  trial(BROKER, { name: 'random bytes', code: 'malformed', twin: 'an order after them' }, async setting =>
    noise(setting),
  ),
];

const endpoints: readonly Trial[] = [
  ...witnessLies.map(lie =>
    trial(ENDPOINTS, { ...lie, twin: 'the same envelope, with honest endpoints' }, async setting =>
      witnessAttack(setting, lie, await placeOrder(setting, 'relay.set', other())),
    ),
  ),
  trial(
    ENDPOINTS,
    {
      name: 'two endpoints that disagree',
      expected: 'undetermined',
      code: 'no_quorum',
      twin: 'the same envelope, once they agree',
    },
    async setting => disagreement(setting, await placeOrder(setting, 'relay.set', other())),
  ),
];

const prover: readonly Trial[] = proverLies.map(lie =>
  trial(PROVER, { ...lie, twin: 'the same envelope, with an honest prover' }, async setting => {
    await setting.finality!.answerAtBroker(setting.broker);
    return proverAttack(setting, setting.finality!, lie, other());
  }),
);

const images: readonly Trial[] = imageLies.map(lie =>
  trial(IMAGES, lie, async setting => imageAttack(setting, lie, await nextVersion(setting))),
);

/** The trials that this setting allows. Its app must have the actions of the relay, which they order. */
export const trialsOf = ({ finality, oneSocket }: Setting): readonly Trial[] => [
  ...broker,
  ...(oneSocket ? [] : endpoints),
  ...(finality ? prover : []),
  ...images,
];

/** Tries an attack and its twin, and tells how it stands. Afterwards everybody is honest. Never rejects. */
export async function tryAttack(
  setting: Setting,
  chosen: Trial,
  tell: (attempt: Attempt) => void,
): Promise<Attempt> {
  const said: Attempt['said'][number][] = [];
  const at = new Date().toISOString();
  const attempt = (state: Attempt['state']): Attempt => ({ name: chosen.name, state, said: [...said], at });
  const end = (step: Step): void => {
    const { code, evidence, verdict } = step;
    said.push({ of: said.length === 0 ? 'attack' : 'twin', verdict, code, evidence });
    tell(attempt('running'));
  };
  tell(attempt('running'));
  const steps = new Steps({ chapter: () => {}, skip: () => {}, begin: () => {}, end });
  try {
    await attack(setting, steps, await chosen.make(setting));
  } catch (error) {
    end({ name: '', verdict: 'failed', code: '', evidence: String(error) } as Step);
  }
  beHonest(setting);
  const final = attempt(judge(steps.all));
  tell(final);
  return final;
}

/** An attack worked when the board accepted it or its store changed; any other surprise is a failure of the attempt. */
export function judge(steps: readonly Step[]): Attempt['state'] {
  const [first, second] = steps;
  if (!first || !second) return 'failed';
  if (first.verdict === 'accepted' || first.evidence === STORE_CHANGED) return 'worked';
  return asExpected(first) && asExpected(second) ? 'caught' : 'failed';
}
