/** A batch for many boards: what it says to another board is no order to this one. */
import { encodeParams } from '../../firmware/app/params.js';
import { fromHex } from '../../firmware/bytes/hex.js';
import { Authority, CommandClass, type Envelope } from '../../firmware/command/envelope.js';
import { encodeDelivery } from '../../firmware/command/wire.js';
import { appendBatch } from '../operator/batch.js';
import { hashOf } from '../operator/order.js';
import { attack } from './attack.js';
import { deliver } from './orders.js';
import type { Setting } from './setting.js';
import type { Steps } from './steps.js';

export async function attackBatch(setting: Setting, steps: Steps): Promise<void> {
  const operator = await setting.as('operator');
  const fleet = await operator.fleet.read(setting.fleet);
  const { epoch } = await operator.device.read(setting.device);
  const notBefore = await setting.now();
  const order = (on: boolean, device: string = setting.device): Envelope => ({
    authority: Authority.batch,
    device: fromHex(device, 20)!,
    sequence: Number(fleet.batchNonce) + 1,
    epoch,
    fleetEpoch: fleet.epoch,
    notBefore,
    notAfter: notBefore + 3000,
    class: CommandClass.routine,
    challenge: new Uint8Array(32),
    follows: 0,
    receipts: 0,
    replyKey: setting.boardChannel.replyKey,
    action: 'relay.set',
    params: encodeParams({ on }),
    operator: fromHex(operator.chain.address!, 20)!,
    salt: new Uint8Array(32),
  });
  const mine = order(true);
  const hash = hashOf(setting, mine);
  const { chainId } = setting;
  const others = [
    '0x1111111111111111111111111111111111111111',
    '0x2222222222222222222222222222222222222222',
  ].map(device => hashOf({ chainId, device, fleet: setting.fleet }, order(false, device)));
  const batch = await appendBatch(operator, setting.fleet, [...others, hash], mine.notAfter);
  await setting.finalize(batch.blockNumber);
  const proof = await batch.proofOf(hash);
  const signature = new Uint8Array(0);
  const changed = order(false);

  await attack(setting, steps, {
    name: 'a batch for three boards: another order in this board’s place',
    expected: 'rejected',
    code: 'not_anchored',
    act: () => {
      const bytes = encodeDelivery({ envelope: changed, signature, batch: proof });
      return deliver(setting, { envelope: changed, hash: hashOf(setting, changed), bytes });
    },
    twin: 'the order that is in the batch',
    actTwin: () =>
      deliver(setting, {
        envelope: mine,
        hash,
        bytes: encodeDelivery({ envelope: mine, signature, batch: proof }),
      }),
  });
}
