/** Offers a release that the board must refuse; its store must stay as it was. */
import * as v from 'valibot';
import { keysThatRefusalsMayChange } from '../../../firmware/ledger/keys.js';
import { offerTo } from '../../demo/releases.js';
import { storeText } from '../../demo/store.js';
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
    const { directory } = bench.world;
    const before = storeText(directory, keysThatRefusalsMayChange);
    const { answer } = await offerTo(bench.world, bench.release(wish.release));
    const done = refusedOnly({ ...answer, code: answer.code ?? '' }, wish);
    if (storeText(directory, keysThatRefusalsMayChange) !== before)
      throw new StepFailure(`${done.seen}, and yet the store of the board changed`, done.trail);
    return done;
  },
});
