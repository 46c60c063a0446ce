/** Attacks by accounts without authority, and authority that its holders withhold: roles, delegates, pause. */
import { encodeParams } from '../../firmware/app/params.js';
import { fromHex } from '../../firmware/bytes/hex.js';
import { Authority, CommandClass, type Envelope } from '../../firmware/command/envelope.js';
import { crypto } from '../operator/boardChannel.js';
import { append, deliveryOf, directEnvelope, hashOf } from '../operator/order.js';
import { attack } from './attack.js';
import { attackBatch } from './batchAttack.js';
import { deliver, deliverAfter, type Order, placeOrder } from './orders.js';
import type { Setting } from './setting.js';
import type { Observed, Steps } from './steps.js';

export async function attackAuthority(setting: Setting, steps: Steps): Promise<void> {
  steps.chapter(
    'Without authority',
    'A stranger sends transactions and signs envelopes of its own; a guardian pauses the fleet.',
  );

  await attack(setting, steps, {
    name: "a stranger's transaction: append to the board's head",
    expected: 'rejected',
    code: 'unauthorized',
    act: () => strangersLink(setting),
    twin: "the operator's transaction",
    actTwin: async () => deliver(setting, await placeOrder(setting, 'relay.set', { on: false })),
  });

  const forged = await strangersOrder(setting);
  await attack(setting, steps, {
    name: 'a stranger signs an envelope as a delegate',
    expected: 'rejected',
    code: 'unauthorized',
    act: () => deliver(setting, forged),
    twin: 'the same bytes, once the fleet lists that key for relay.set',
    actTwin: async () => {
      await listStranger(setting);
      return deliver(setting, forged);
    },
  });

  await attackBatch(setting, steps);

  const order = await placeOrder(setting, 'relay.set', { on: true });
  const guardian = await setting.as('guardian');
  await guardian.fleet.pause(setting.fleet);
  await attack(setting, steps, {
    name: 'fleet paused by a guardian, not even final yet',
    expected: 'undetermined',
    code: 'paused',
    act: () => deliver(setting, order),
    twin: 'the same bytes, once the threshold resumed',
    actTwin: () =>
      deliverAfter(setting, order, async () => {
        const owner = await setting.as('owner');
        const authority = { signers: await setting.signers('owner', 'signerA') };
        const { blockNumber } = await owner.fleet.resume(setting.fleet, authority);
        await setting.finalize(Number(blockNumber));
      }),
  });
}

/** The chain refuses it, so no link exists; the verdict is the contract's. */
export async function strangersLink(setting: Setting): Promise<Observed> {
  const stranger = await setting.as('stranger');
  const notBefore = await setting.now();
  const wish = { action: 'relay.set', params: { on: true }, notBefore, notAfter: notBefore + 900 };
  const envelope = await directEnvelope(stranger, setting, wish);
  try {
    await append(stranger, setting, envelope);
  } catch (error) {
    const { code } = error as { code?: string };
    const evidence = `${code}: ${(error as Error).message}`;
    return { verdict: 'rejected', code: code === 'MissingRole' ? 'unauthorized' : `${code}`, evidence };
  }
  return { verdict: 'accepted', code: '', evidence: 'the contract took the link of a stranger' };
}

/** relay.set {on: true}, signed by somebody whom the fleet does not list. */
export async function strangersOrder(setting: Setting): Promise<Order> {
  const { privateKey, address } = setting.cast.stranger;
  const owner = await setting.as('owner');
  const fleet = await owner.fleet.read(setting.fleet);
  // The board has consumed it by now; its status may still be on the way.
  const { epoch, sequence } = await owner.device.read(setting.device);
  const now = await setting.now();
  const envelope: Envelope = {
    authority: Authority.delegate,
    device: setting.boardChannel.device,
    sequence: 1,
    epoch,
    fleetEpoch: fleet.epoch,
    notBefore: now,
    notAfter: now + 3000,
    class: CommandClass.routine,
    challenge: new Uint8Array(32),
    follows: sequence,
    receipts: 0,
    replyKey: setting.boardChannel.replyKey,
    action: 'relay.set',
    params: encodeParams({ on: true }),
    operator: fromHex(address, 20)!,
    salt: new Uint8Array(32),
  };
  const hash = hashOf(setting, envelope);
  const signature = crypto.sign(hash, fromHex(privateKey, 32)!);
  return { envelope, hash, bytes: deliveryOf(envelope, signature) };
}

/** The fleet's threshold lists the stranger as a delegate for relay.set; final before it resolves. */
export async function listStranger(setting: Setting): Promise<void> {
  const owner = await setting.as('owner');
  const listing = {
    delegate: setting.cast.stranger.address,
    action: 'relay.set',
    expiry: (await setting.now()) + 86_400,
  };
  const authority = { signers: await setting.signers('owner', 'signerB') };
  const { blockNumber } = await owner.fleet.setDelegate(setting.fleet, listing, authority);
  await setting.finalize(Number(blockNumber));
}
