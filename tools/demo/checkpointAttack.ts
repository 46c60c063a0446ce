/**
 * The checkpoint key of one operator is stolen. A board asks for checkpoints where the sync committee cannot speak, so the
 * committee contradicts itself first; then the thief signs a block of his own, and the board wants another key beside his.
 */
import { fromHex, toHex } from '../../firmware/bytes/hex.js';
import { encodeCheckpoint } from '../../firmware/trust/checkpoint.js';
import type { ProverMutation } from '../../host-sim/attack/proverProxy.js';
import { type CheckpointFile, signedCheckpoint } from '../checkpoint/file.js';
import { newCheckpoint, withSignatures } from '../checkpoint/sign.js';
import { ask } from '../operator/order.js';
import type { Part } from './accounts.js';
import type { Scheme } from './attack.js';
import { deliver, deliverAfter, placeOrder } from './orders.js';
import { CHECKPOINT_SIGNERS } from './organisation.js';
import { aboutTheAnswer } from './proverAttacks.js';
import type { Setting } from './setting.js';
import { honest } from './witnessAttacks.js';

/** A checkpoint that a board on this path asks for. */
const WANTED = /^\/light\/v1\/checkpoint\?challenge=(0x[0-9a-f]{64})/;
const ROBBED: Part = CHECKPOINT_SIGNERS[0];

/** Answers what boards ask about checkpoints with one that these people signed; anything else as `otherwise` has it. */
const signing =
  (
    { cast, fleet, rpc }: Setting,
    people: readonly Part[],
    of: (file: CheckpointFile) => CheckpointFile,
    otherwise: ProverMutation,
  ): ProverMutation =>
  async (path, body) => {
    const challenge = WANTED.exec(path)?.[1] as `0x${string}` | undefined;
    if (challenge === undefined) return otherwise(path, body);
    const keys = people.map(part => ({ ...cast[part], source: part }));
    const signed = await withSignatures(of(await newCheckpoint(rpc, fleet, [challenge])), keys);
    return encodeCheckpoint(signedCheckpoint(signed, fromHex(challenge, 32)).answer);
  };

/** The same height and time, and another block. */
function ofItsOwn(file: CheckpointFile): CheckpointFile {
  const hash = fromHex(file.blockHash, 32)!;
  hash[0] ^= 1;
  return { ...file, blockHash: toHex(hash) as `0x${string}` };
}

/** Of a board at level 4 that was told the fleet's checkpoint keys. */
export const stolenCheckpointKey: Scheme = {
  name: 'a stolen checkpoint key signs a block of its own, after the committee contradicted itself',
  expected: 'rejected',
  code: 'proof_invalid',
  twin: 'the same envelope, with a checkpoint that enough keys signed',
  async prepare(setting) {
    const { proxy, beacon } = setting.finality!;
    // The board knows the newest final block: what contradicts that is no newer one.
    await deliver(setting, await placeOrder(setting, 'relay.set', { on: false }));
    const { update } = await beacon.equivocate();
    const order = await placeOrder(setting, 'relay.set', { on: true });
    const contradiction: ProverMutation = (path, body) => (path.endsWith('/finality') ? update : body);
    return {
      async act() {
        proxy.setMutation(signing(setting, [ROBBED], ofItsOwn, contradiction));
        const milliseconds = setting.patience;
        const response = await ask(setting.boardChannel, 'envelope', order.bytes, {
          ...{ subject: order.hash, milliseconds },
        });
        const witnesses = response.witnesses.filter(({ code }) => code !== 'equivocation');
        return aboutTheAnswer(setting, { ...response, witnesses });
      },
      actTwin: () =>
        deliverAfter(setting, order, () => {
          honest(setting);
          proxy.setMutation(
            signing(
              setting,
              CHECKPOINT_SIGNERS,
              file => file,
              (_, body) => body,
            ),
          );
        }),
    };
  },
};
