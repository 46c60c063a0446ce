/** Builds a release that the board does not have yet, and puts it on the image server. */
import * as v from 'valibot';
import { buildRelease } from '../../demo/releases.js';
import { name } from '../bench/forms.js';
import { defineStep } from '../bench/step.js';

export const build = defineStep({
  summary: 'build an image of the next version and put it on the image server',
  example: 'build: { as: second }',
  form: v.strictObject({
    as: name,
    /** An action that only the image has, for scenarios that order it; a target without other code does not run them. */
    brings: v.optional(v.literal('relay.blink')),
  }),
  needs: ({ brings }) => (brings === undefined ? ['updates'] : ['updates', 'code']),
  async run(bench, { as }) {
    const release = await bench.pace.hold(buildRelease(bench.world, bench.nextVersion()));
    bench.keepRelease(as, release);
    return { seen: `version ${release.offer.version}, ${release.image.size} bytes` };
  },
});
