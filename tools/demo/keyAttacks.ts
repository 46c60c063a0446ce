/** Attacks by whoever has stolen a key: each does what the key allows, and wants what it does not. */
import { TRUST_ACTION } from '../../firmware/command/trustOrder.js';
import { configurationHash } from '../../firmware/trust/configuration.js';
import { crypto } from '../operator/boardChannel.js';
import type { Scheme } from './attack.js';
import { deliver, placeOrder } from './orders.js';
import type { Setting } from './setting.js';

/** A role given back ends after so many seconds. */
const GRANT_SECONDS = 365 * 24 * 3600;
/** The commander whose key is stolen; the operator keeps another. */
const ROBBED = 'signerA';

const operatorsTwin = async (setting: Setting) =>
  deliver(setting, await placeOrder(setting, 'relay.set', { on: false }));

/** The thief orders alone what takes the threshold of the fleet: another trust for the board. */
const aloneTooFar: Scheme = {
  name: 'a commander’s stolen key orders that the board trust others',
  expected: 'rejected',
  code: 'class',
  twin: 'an order that a commander may give alone',
  async prepare(setting) {
    const hash = configurationHash(crypto, await setting.trust({ maximumAge: 1800 }));
    const order = await placeOrder(setting, TRUST_ACTION, { configuration: hash }, { by: ROBBED });
    return {
      consumes: true,
      act: () => deliver(setting, order),
      actTwin: () => operatorsTwin(setting),
    };
  },
};

/** The fleet's threshold takes the role away, with a newer epoch: what the thief linked before is void. */
const afterwards: Scheme = {
  name: 'an order by a commander’s stolen key, kept back until the fleet took its role away',
  expected: 'rejected',
  code: 'void',
  twin: 'an order of the commander whose key was not stolen',
  async prepare(setting) {
    const order = await placeOrder(setting, 'relay.set', { on: true }, { by: ROBBED });
    return {
      consumes: true,
      act: async () => {
        await setRole(setting, 0);
        return deliver(setting, order);
      },
      actTwin: async () => {
        await setRole(setting, (await setting.now()) + GRANT_SECONDS);
        return operatorsTwin(setting);
      },
    };
  },
};

/** Gives the robbed commander's role until then, or takes it; final before it resolves. */
async function setRole(setting: Setting, expiry: number): Promise<void> {
  const owner = await setting.as('owner');
  const grant = { role: 'Commander', account: setting.cast[ROBBED].address, expiry } as const;
  const { blockNumber } = await owner.fleet.setRole(
    setting.fleet,
    { ...grant, bumpEpoch: expiry === 0 },
    { signers: await setting.signers('owner', 'signerB') },
  );
  await setting.finalize(Number(blockNumber));
}

/** The attacks with a stolen key of a commander. */
export const commanderSchemes: readonly Scheme[] = [aloneTooFar, afterwards];
