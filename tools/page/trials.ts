/**
 * The attacks that the page can try, each with the defence that should catch it. They are the demonstration's, with its
 * twins and with its watch over the board's store; what a setting does not allow is there too, with the reason.
 */
import type { Attack as Described } from '../../host-sim/page/protocol.js';
import { type AttackWords, begin, type Attack as Prepared, type Scheme } from '../demo/attack.js';
import { chainSchemes } from '../demo/chainAttacks.js';
import { stolenCheckpointKey } from '../demo/checkpointAttack.js';
import { envelopeSchemes } from '../demo/envelopeAttacks.js';
import { byOwnerAlone, byVendorAlone, imageSchemes } from '../demo/imageAttacks.js';
import { commanderSchemes } from '../demo/keyAttacks.js';
import { placeOrder } from '../demo/orders.js';
import { nodeSchemes, partSchemes } from '../demo/partAttacks.js';
import { collusion, proverAttack, proverLies } from '../demo/proverAttacks.js';
import type { Setting } from '../demo/setting.js';
import { disagreement, witnessAttack, witnessLies } from '../demo/witnessAttacks.js';
import { DEFENCES } from './defences.js';

/** An attack in words, and what prepares it. */
export interface Trial extends Described {
  /** @param count where it takes one */
  prepare(count?: number): Promise<Prepared>;
}

/** Words that take the place of the usual ones. */
type Extra = Pick<Described, 'lacks'> & { defence?: string };

/** Another position of the relay at each attack: an order that changes nothing shows little. */
let isOn = false;
const other = (): { on: boolean } => {
  isOn = !isOn;
  return { on: isOn };
};

const described = (from: string, { count, ...words }: AttackWords, extra: Extra): Described => ({
  ...words,
  from,
  defence: extra.defence ?? DEFENCES[words.code],
  ...(count && { count }),
  ...(extra.lacks !== undefined && { lacks: extra.lacks }),
});

const ALONE =
  'What cannot be undone takes the threshold of the fleet. What a commander may order alone, whoever has that key may ' +
  'too: until a guardian pauses the fleet, or its signers take the role away.';
const REVOKED = 'A newer epoch of the fleet makes void what was linked before it, whoever kept it back.';
const VENDOR = 'An image takes two parties: the release keys publish, and the owner approves.';
const REORGANISED = 'Nothing runs before its link is final, and what is final is not taken back.';
const ONCE =
  'The board writes down what it consumed before it acts: it has run, or was interrupted, and never runs again.';
const ROTTEN =
  'Each record of the journal has a code, and all of them have one: a journal that is not whole is none, and nothing runs by it.';
const PROVEN_TIME = 'Time is proven by blocks; the clock of the board only counts on from there.';
const COMMITTEE = 'Two thirds of the committee sign the block, and nobody has their keys.';

const NO_ENDPOINTS = 'The board was told no endpoint.';
const NO_PROVER = 'At level 1 the board has no prover: endpoints that agree are all that it has.';
const NO_COLLUSION = 'At level 1 endpoints that collude are what the board trusts: start it at level 4.';
const NOT_ON_NODE = 'This board is not on Node, whose flash and clock alone can be made to fail.';
const NO_CHECKPOINTS =
  'This board knows no checkpoint keys: it takes them beside a prover and endpoints, at level 4.';

/** The trials of this setting. Its app must have the actions of the relay, which they order. */
export function trialsOf(setting: Setting): readonly Trial[] {
  const { finality, oneSocket } = setting;
  const ofScheme = (from: string, scheme: Scheme, extra: Extra = {}): Trial => ({
    ...described(from, scheme, extra),
    prepare: count => begin(setting, scheme, { count }),
  });
  const lacksEndpoints = oneSocket ? NO_ENDPOINTS : undefined;
  const lacksProver = finality ? undefined : NO_PROVER;
  const endpoints = witnessLies.map(lie => {
    const code = finality ? (lie.codeWithFinality ?? lie.code) : lie.code;
    const twin = 'the same envelope, with honest endpoints';
    return {
      ...described(
        'the RPC endpoints',
        { ...lie, code, twin, expected: 'rejected' },
        { lacks: lacksEndpoints },
      ),
      prepare: async () => witnessAttack(setting, lie, await placeOrder(setting, 'relay.set', other())),
    };
  });
  const contradiction: Trial = {
    ...described(
      'the RPC endpoints',
      {
        ...{ name: 'two endpoints that disagree', expected: 'undetermined', code: 'no_quorum' },
        twin: 'the same envelope, once they agree',
      },
      { lacks: lacksEndpoints },
    ),
    prepare: async () => disagreement(setting, await placeOrder(setting, 'relay.set', other())),
  };
  const provers = [...proverLies, collusion].map(lie => {
    const twin = 'the same envelope, with an honest prover';
    const isCollusion = lie === collusion;
    const extra = isCollusion
      ? { defence: COMMITTEE, lacks: lacksProver && NO_COLLUSION }
      : { lacks: lacksProver };
    return {
      ...described('the prover', { ...lie, twin }, extra),
      prepare: async () => {
        await finality!.answerAtBroker(setting.broker);
        return proverAttack(setting, finality!, lie, other());
      },
    };
  });
  const [takenBack, stall] = chainSchemes;
  const [cutInWrite, drift] = nodeSchemes;
  const lacksNode = setting.engine === 'node' ? undefined : NOT_ON_NODE;
  const [aloneTooFar, afterwards] = commanderSchemes;
  return [
    ...envelopeSchemes.map(scheme => ofScheme('the broker', scheme)),
    ...endpoints,
    contradiction,
    ...provers,
    ...imageSchemes.map(scheme => ofScheme('the image server', scheme)),
    ofScheme('the chain', takenBack, { defence: REORGANISED }),
    ofScheme('the chain', stall),
    ofScheme('the parts of the board', cutInWrite, { defence: ONCE, lacks: lacksNode }),
    ofScheme('the parts of the board', drift, { defence: PROVEN_TIME, lacks: lacksNode }),
    ...partSchemes.map(scheme => ofScheme('the parts of the board', scheme, { defence: ROTTEN })),
    ofScheme(KEYS, aloneTooFar, { defence: ALONE }),
    ofScheme(KEYS, afterwards, { defence: REVOKED }),
    ofScheme(KEYS, named(byVendorAlone, 'stolen release keys'), { defence: VENDOR }),
    ofScheme(KEYS, named(byOwnerAlone, 'the owner’s stolen key'), { defence: VENDOR }),
    ofScheme(KEYS, stolenCheckpointKey, {
      defence: QUORUM_OF_KEYS,
      lacks: setting.checkpoints ? undefined : NO_CHECKPOINTS,
    }),
  ];
}

const KEYS = 'stolen keys';
const QUORUM_OF_KEYS = 'A checkpoint takes the signatures of a threshold of the fleet’s checkpoint keys.';

/** The same attack, as it looks from the key that was stolen. */
const named = (scheme: Scheme, key: string): Scheme => ({ ...scheme, name: `${key}: ${scheme.name}` });
