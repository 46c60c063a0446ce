/** Somebody whom the fleet may or may not list signs an order, which needs no link then. */
import * as v from 'valibot';
import { strangersOrder } from '../../demo/authorityAttacks.js';
import { name } from '../bench/forms.js';
import { defineStep } from '../bench/step.js';

export const sign = defineStep({
  summary: 'let a stranger sign relay.set {on: true} as a delegate, and keep the order',
  example: 'sign: { as: forged }',
  form: v.strictObject({ as: name }),
  needs: () => [],
  async run(bench, { as }) {
    bench.keepOrder(as, await strangersOrder(bench.world));
    return {};
  },
});
