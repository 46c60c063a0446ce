/** The operator links an order to the board's head; nothing is delivered yet. */
import * as v from 'valibot';
import { placeOrder } from '../../demo/orders.js';
import { action, commander, count, name, params } from '../bench/forms.js';
import { defineStep } from '../bench/step.js';

const DAY_SECONDS = 86_400;

export const order = defineStep({
  summary: 'link an order, and keep it for the steps that deliver it',
  example: 'order: { as: first, action: relay.set, params: { on: true } }',
  form: v.strictObject({
    as: name,
    action,
    params,
    by: commander,
    /** False: the order is in a block that is not final yet. */
    final: v.optional(v.boolean(), true),
    /** False: without the challenge that shows the board the time. */
    challenge: v.optional(v.boolean(), true),
    lifeSeconds: v.optional(count(60, DAY_SECONDS), 1800),
  }),
  needs: () => [],
  async run(bench, { action, as, by, challenge, final, lifeSeconds, params }) {
    const placed = await placeOrder(bench.world, action, params, { by, challenge, final, life: lifeSeconds });
    bench.keepOrder(as, placed);
    return { seen: `linked as sequence ${placed.envelope.sequence}` };
  },
});
