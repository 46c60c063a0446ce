/** The receipt of an order, however its run ended. */
import * as v from 'valibot';
import { type Outcome, outcomes } from '../../../firmware/ledger/receipt.js';
import { observe } from '../../demo/orders.js';
import { ask } from '../../operator/order.js';
import { type Bench, UNNAMED } from '../bench/bench.js';
import { type Done, StepFailure } from '../bench/outcome.js';
import { defineStep } from '../bench/step.js';

type Stated = Exclude<Outcome, 'none'>;
const outcome = v.picklist(outcomes.filter((each): each is Stated => each !== 'none'));

const one = v.pipe(v.string(), v.minLength(1));

export const receipt = defineStep({
  summary:
    'deliver orders, or deliver them again, until their receipts come; each outcome must be one of those named, or done',
  example: 'receipt: { order: first, outcomes: [done, interrupted] }',
  form: v.strictObject({
    /** Several are delivered at once: one may wait for another, or for the time that another shows the board. */
    order: v.optional(v.union([one, v.pipe(v.array(one), v.minLength(1), v.maxLength(8))]), UNNAMED),
    outcomes: v.optional(v.pipe(v.array(outcome), v.minLength(1)), ['done']),
  }),
  needs: () => [],
  async run(bench, { order, outcomes: allowed }) {
    const names = typeof order === 'string' ? [order] : order;
    const done = await Promise.all(names.map(name => settled(bench, name, allowed)));
    return { seen: done.map(({ seen }) => seen).join(', '), trail: done.at(-1)?.trail };
  },
});

async function settled(bench: Bench, name: string, allowed: readonly Stated[]): Promise<Done> {
  const { world } = bench;
  const { bytes, hash } = bench.order(name);
  const options = { subject: hash, final: true, milliseconds: 2 * world.patience };
  const response = await ask(world.boardChannel, 'envelope', bytes, options);
  const { evidence, trail } = await observe(world, response);
  const given = response.receipt?.receipt.outcome;
  if (given === undefined || !allowed.some(each => each === given))
    throw new StepFailure(`the receipt of "${name}" says ${given ?? 'nothing'}: ${evidence ?? ''}`, trail);
  return { seen: `receipt ${response.receipt?.receipt.counter}: ${given}`, trail };
}
