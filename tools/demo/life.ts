/** A board's life: stopped and let go on, sold by a claim code, and set to the trust of its new owner. */
import { toHex } from '../../firmware/bytes/hex.js';
import { configurationHash, encodeConfiguration } from '../../firmware/trust/configuration.js';
import { claimCode, readClaimCode } from '../claim/code.js';
import { claimKeyOf, newClaimSecret } from '../claim/key.js';
import { signClaim } from '../console/claiming.js';
import { crypto } from '../operator/boardChannel.js';
import { attack } from './attack.js';
import { deliver, deliverAfter, placeOrder } from './orders.js';
import type { Setting } from './setting.js';
import type { Observed, Steps } from './steps.js';
import { deliverTrust, linkTrust } from './trustOrder.js';

/** Seconds that a claim of the demonstration is good for. */
const CLAIM_SECONDS = 1800;

export async function lifeChapter(setting: Setting, steps: Steps): Promise<void> {
  steps.chapter(
    'A board’s life',
    'A guardian suspends the board, its owner lets it go on. Then it is sold: the buyer, who has the board and the claim ' +
      'code from its box, claims it under a fleet of his own, and the board adopts his trust once it has proven itself by it.',
  );
  await suspension(setting, steps);
  const buyers = await sale(setting, steps);
  await newTrust(buyers, steps);
}

async function suspension(setting: Setting, steps: Steps): Promise<void> {
  const order = await placeOrder(setting, 'relay.set', { on: false });
  const guardian = await setting.as('guardian');
  await guardian.fleet.suspend(setting.fleet, setting.device);
  await attack(setting, steps, {
    name: 'an order to a board that a guardian suspended, not even final yet',
    expected: 'undetermined',
    code: 'suspended',
    act: () => deliver(setting, order),
    twin: 'the same bytes, once the owner lifted it',
    actTwin: () =>
      deliverAfter(setting, order, async () => {
        const owner = await setting.as('owner');
        const { blockNumber } = await owner.device.setStatus(setting.device, 'Active', 'Suspended');
        await setting.finalize(Number(blockNumber));
      }),
  });
}

/** The setting as the buyer has it: the stranger owns the board, and commands it through a fleet of his own. */
async function sale(setting: Setting, steps: Steps): Promise<Setting> {
  const { device } = setting;
  const owner = await setting.as('owner');
  const fleet = await buyersFleet(setting);
  const code = claimCode(newClaimSecret());
  await owner.device.offerClaim(device, claimKeyOf(readClaimCode(code)).address);
  await attack(setting, steps, {
    name: 'a claim with the code of another board, in front of the board itself',
    expected: 'rejected',
    code: 'NotPendingOwner',
    act: () => claim(setting, fleet, claimCode(newClaimSecret())),
    twin: 'the claim with the code from its own box',
    actTwin: () => claim(setting, fleet, code),
  });
  await setting.finalize(Number(await owner.chain.client.getBlockNumber()));
  const as: Setting['as'] = part => setting.as(part === 'operator' ? 'stranger' : part);
  return { ...setting, as, fleet };
}

async function buyersFleet(setting: Setting): Promise<`0x${string}`> {
  const { signerB, stranger } = setting.cast;
  const buyer = await setting.as('stranger');
  const expiry = (await setting.now()) + 30 * 86_400;
  const { fleet } = await buyer.factory.createFleet({
    signers: [stranger.address, signerB.address],
    threshold: 2,
    grants: [{ role: 'Commander', account: stranger.address, expiry }],
  });
  return fleet;
}

async function claim(setting: Setting, fleet: `0x${string}`, code: string): Promise<Observed> {
  const { board, channel, device, patience } = setting;
  const buyer = await setting.as('stranger');
  const { signerFromKey } = await import('../../contracts/client/index.js');
  const wish = {
    newOwner: setting.cast.stranger.address,
    fleet,
    channel,
    deadline: (await setting.now()) + CLAIM_SECONDS,
  };
  const console = {
    request: (method: string, parameters: unknown) =>
      board.request(method, parameters, { timeout: patience }),
    close: async () => {},
  };
  try {
    const ofBoard = await signClaim(console, buyer, await buyer.device.read(device), wish);
    const key = await signerFromKey(claimKeyOf(readClaimCode(code)).privateKey);
    const claimKey = await key.signTypedData(await buyer.device.claimData(device, wish));
    const { blockNumber } = await buyer.device.acceptClaim(device, wish, { board: ofBoard, claimKey });
    return { verdict: 'accepted', code: '', evidence: `the board is the buyer's since block ${blockNumber}` };
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    return { verdict: 'rejected', code: `${code}`, evidence: message };
  }
}

async function newTrust(setting: Setting, steps: Steps): Promise<void> {
  const early = await placeOrder(setting, 'relay.set', { on: true });
  const configuration = await setting.trust({ maximumAge: 1800 });
  const hash = configurationHash(crypto, configuration);
  const trust = { bytes: encodeConfiguration(configuration), hash };
  // No attack: the board enters the new epoch with it, and receipts what that voids.
  await steps.run(
    'an order of the new fleet, before the board has the trust of its new owner',
    'undetermined',
    'handover',
    () => deliver(setting, early),
  );
  const order = await linkTrust(setting, trust);
  await steps.run(
    '  twin: the new fleet’s threshold orders that trust; the board asks for it, tries it and adopts it',
    'accepted',
    '',
    () => deliverTrust(setting, order, trust),
  );
  const before = (await setting.boardChannel.status()).challenge;
  await setting.boardChannel.statusWhere(
    status => toHex(status.trustConfiguration) === toHex(hash) && toHex(status.challenge) !== toHex(before),
    setting.patience,
  );
  await steps.run('relay.set {on: true} by the operator of the new owner', 'accepted', '', async () =>
    deliver(setting, await placeOrder(setting, 'relay.set', { on: true })),
  );
}
