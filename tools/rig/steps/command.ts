/** An order as an operator gives it: linked, final, delivered, accepted. */
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { observe, placeOrder } from '../../demo/orders.js';
import { ask } from '../../operator/order.js';
import { acceptedOnly } from '../bench/accepted.js';
import { action, commander, params } from '../bench/forms.js';
import { StepFailure } from '../bench/outcome.js';
import { resultOf } from '../bench/result.js';
import { defineStep } from '../bench/step.js';

export const command = defineStep({
  summary: 'order an action, which the board must accept and receipt',
  example: 'command: { action: relay.set, params: { on: true }, result: { on: true } }',
  form: v.strictObject({
    action,
    params,
    by: commander,
    /** The result that the action must give; any if left out. */
    result: v.optional(v.unknown()),
  }),
  needs: () => [],
  async run({ world }, { action, by, params, result }) {
    const order = await placeOrder(world, action, params, { by });
    const options = { subject: order.hash, final: true, milliseconds: world.patience };
    const response = await ask(world.boardChannel, 'envelope', order.bytes, options);
    const done = acceptedOnly(await observe(world, response));
    if (result === undefined) return done;
    const given = resultOf(response);
    if (!isDeepStrictEqual(given, result))
      throw new StepFailure(
        `the result is ${JSON.stringify(given)}, not ${JSON.stringify(result)}`,
        done.trail,
      );
    return { ...done, seen: `result ${JSON.stringify(given)}` };
  },
});
