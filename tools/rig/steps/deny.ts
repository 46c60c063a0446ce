/** Delivers an order that the board must refuse; its store must stay as it was. */
import * as v from 'valibot';
import { encodeParams } from '../../../firmware/app/params.js';
import { fromHex } from '../../../firmware/bytes/hex.js';
import { keysThatRefusalsMayChange, StoreKey } from '../../../firmware/ledger/keys.js';
import { altered } from '../../demo/envelopeAttacks.js';
import { type Order, observe } from '../../demo/orders.js';
import { aboutTheAnswer } from '../../demo/proverAttacks.js';
import type { Observed } from '../../demo/steps.js';
import { aboutTheWitness } from '../../demo/witnessAttacks.js';
import { ask } from '../../operator/order.js';
import { refusedOnly } from '../bench/accepted.js';
import type { Bench } from '../bench/bench.js';
import { code, name } from '../bench/forms.js';
import { StepFailure } from '../bench/outcome.js';
import { defineStep } from '../bench/step.js';
import { watchingBoard } from '../bench/watched.js';

const form = v.strictObject({
  order: name,
  /** The changes that somebody on the way makes in the envelope. */
  change: v.optional(
    v.strictObject({
      params: v.optional(v.unknown()),
      device: v.optional(v.pipe(v.string(), v.regex(/^0x[0-9a-f]{40}$/, 'is not an address'))),
    }),
  ),
  verdict: v.optional(v.picklist(['rejected', 'undetermined']), 'rejected'),
  code,
  /** The verdict is about the order, or about what an endpoint or a prover said while the order stayed undetermined. */
  about: v.optional(v.picklist(['order', 'endpoints', 'prover']), 'order'),
  /**
   * The part of the store that may change: the position of the queue, where the time of an order is over and the board
   * consumes it; anything, where a board has lost its journal.
   */
  changes: v.optional(v.picklist(['nothing', 'position', 'anything']), 'nothing'),
});

type Wish = v.InferOutput<typeof form>;

export const deny = defineStep({
  summary:
    'deliver an order, which the board must refuse with that code and an untouched store (of a real board: its signed position)',
  example: 'deny: { order: first, change: { params: { on: false } }, code: not_anchored }',
  form,
  needs: ({ about }) => (about === 'order' ? [] : [about]),
  async run(bench, wish) {
    const except = [
      ...keysThatRefusalsMayChange,
      ...(wish.changes === 'position' ? [StoreKey.position] : []),
    ];
    const [observed, isUnchanged] = await watchingBoard(bench, () => judge(bench, wish), except);
    const done = refusedOnly(observed, wish);
    // The position is what a board says of its store.
    const mayChange = wish.changes === 'anything' || (wish.changes === 'position' && !bench.seesFlash);
    if (!isUnchanged && !mayChange)
      throw new StepFailure(`${done.seen}, and yet the store of the board changed`, done.trail);
    return done;
  },
});

async function judge(bench: Bench, { about, change, order: name }: Wish): Promise<Observed> {
  const { world } = bench;
  const order = changed(bench, bench.order(name), change);
  const options = { subject: order.hash, milliseconds: world.patience };
  const response = await ask(world.boardChannel, 'envelope', order.bytes, options);
  if (about === 'endpoints') return aboutTheWitness(world, response);
  if (about === 'prover') return aboutTheAnswer(world, response);
  return observe(world, response);
}

function changed({ world }: Bench, order: Order, change: Wish['change']): Order {
  if (!change) return order;
  return altered(world, order, {
    ...('params' in change && { params: encodeParams(change.params) }),
    ...(change.device && { device: fromHex(change.device, 20)! }),
  });
}
