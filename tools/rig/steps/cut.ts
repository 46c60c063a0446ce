/** The power of the board fails: now, or while it works on an order. */
import * as v from 'valibot';
import { count, pattern } from '../bench/forms.js';
import { StepFailure } from '../bench/outcome.js';
import { waitBy } from '../bench/pace.js';
import { defineStep } from '../bench/step.js';

const order = v.pipe(v.string(), v.minLength(1));

export const cut = defineStep({
  summary:
    'cut the power: at once, so long after an order was delivered, or at a line that the board prints then',
  example: 'cut: { order: first, afterMilliseconds: 40 }',
  form: v.union([
    v.strictObject({}),
    v.strictObject({ order, afterMilliseconds: count(0, 60_000) }),
    v.strictObject({ order, atLine: pattern }),
  ]),
  needs: wish => ('atLine' in wish ? ['power', 'lines'] : ['power']),
  async run(bench, wish) {
    const { pace, watch, world } = bench;
    if ('order' in wish) {
      await world.boardChannel.send('envelope', bench.order(wish.order).bytes);
      if ('atLine' in wish) {
        if ((await watch.line(new RegExp(wish.atLine), 30_000)) === undefined)
          throw new StepFailure(`the board printed no line that matches /${wish.atLine}/`);
      } else await waitBy(pace, pace.patient(wish.afterMilliseconds));
    }
    await world.board.powerCut();
    return {};
  },
});
