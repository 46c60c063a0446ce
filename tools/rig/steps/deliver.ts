/** Delivers an order that a step before linked or signed; the board must accept it. */
import * as v from 'valibot';
import { deliverUntilSettled } from '../../demo/orders.js';
import { acceptedOnly } from '../bench/accepted.js';
import { name } from '../bench/forms.js';
import { defineStep } from '../bench/step.js';

export const deliver = defineStep({
  summary: 'deliver an order, which the board must accept and receipt',
  example: 'deliver: { order: first }',
  form: v.strictObject({ order: name }),
  needs: () => [],
  run: async (bench, { order }) => acceptedOnly(await deliverUntilSettled(bench.world, bench.order(order))),
});
