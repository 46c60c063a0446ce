/** Offers a release that the board must refuse; its store must stay as it was. */
import * as v from 'valibot';
import { offerTo } from '../../demo/releases.js';
import { watchingStore } from '../../demo/store.js';
import { refusedOnly } from '../bench/accepted.js';
import { code, name } from '../bench/forms.js';
import { StepFailure } from '../bench/outcome.js';
import { defineStep } from '../bench/step.js';

export const refuse = defineStep({
  summary: 'offer a release, which the board must refuse with that code and an untouched store',
  example: 'refuse: { release: second, code: not_approved }',
  form: v.strictObject({
    release: name,
    verdict: v.optional(v.picklist(['rejected', 'undetermined']), 'rejected'),
    code,
  }),
  needs: () => ['updates', 'flash'],
  async run(bench, wish) {
    const { world } = bench;
    const offer = () => offerTo(world, bench.release(wish.release));
    const [{ answer }, isUnchanged] = await watchingStore(world.directory, offer);
    const done = refusedOnly({ ...answer, code: answer.code ?? '' }, wish);
    if (!isUnchanged)
      throw new StepFailure(`${done.seen}, and yet the store of the board changed`, done.trail);
    return done;
  },
});
