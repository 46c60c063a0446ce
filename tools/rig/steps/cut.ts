/** The power of the board fails: now, or while it works on an order. */
import * as v from 'valibot';
import type { Ability } from '../bench/ability.js';
import { cutInWrite } from '../bench/cutInWrite.js';
import { count, pattern } from '../bench/forms.js';
import { StepFailure } from '../bench/outcome.js';
import { waitBy } from '../bench/pace.js';
import { defineStep } from '../bench/step.js';

const LINES: readonly Ability[] = ['lines'];
const WRITES: readonly Ability[] = ['writes'];

const order = v.pipe(v.string(), v.minLength(1));

export const cut = defineStep({
  summary:
    'cut the power: at once, so long after an order was delivered, at a line that the board prints then, or inside its n-th write to flash',
  example: 'cut: { order: first, afterMilliseconds: 40 }',
  form: v.union([
    v.strictObject({}),
    v.strictObject({ order, afterMilliseconds: count(0, 60_000) }),
    v.strictObject({ order, atLine: pattern }),
    v.strictObject({ order, atWrite: count(1, 1000) }),
  ]),
  needs: wish => ['power', ...('atLine' in wish ? LINES : 'atWrite' in wish ? WRITES : [])],
  async run(bench, wish) {
    const { pace, watch, world } = bench;
    if ('atWrite' in wish) {
      const { bytes } = bench.order(wish.order);
      await cutInWrite(bench, wish.atWrite, () => world.boardChannel.send('envelope', bytes).then(() => {}));
    } else if ('order' in wish) {
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
