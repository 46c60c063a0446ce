/** Offers a release that the board must refuse; its store must stay as it was. */
import * as v from 'valibot';
import { keysThatRefusalsMayChange } from '../../../firmware/ledger/keys.js';
import { offerTo } from '../../demo/releases.js';
import { refusedOnly } from '../bench/accepted.js';
import { code, name } from '../bench/forms.js';
import { StepFailure } from '../bench/outcome.js';
import { defineStep } from '../bench/step.js';
import { watchingBoard } from '../bench/watched.js';

export const refuse = defineStep({
  summary:
    'offer a release, which the board must refuse with that code and an untouched store (of a board whose flash nobody reads: its signed position)',
  example: 'refuse: { release: second, code: not_approved }',
  form: v.strictObject({
    release: name,
    verdict: v.optional(v.picklist(['rejected', 'undetermined']), 'rejected'),
    code,
  }),
  needs: () => ['updates'],
  async run(bench, wish) {
    const { world } = bench;
    const offer = () => offerTo(world, bench.release(wish.release));
    const [{ answer }, isUnchanged] = await watchingBoard(bench, offer, keysThatRefusalsMayChange);
    const done = refusedOnly({ ...answer, code: answer.code ?? '' }, wish);
    if (!isUnchanged)
      throw new StepFailure(`${done.seen}, and yet the store of the board changed`, done.trail);
    return done;
  },
});
