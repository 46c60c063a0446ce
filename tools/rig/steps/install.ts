/** Offers a release, which the board must install, start and confirm. */
import * as v from 'valibot';
import { install as installRelease } from '../../demo/releases.js';
import { acceptedOnly } from '../bench/accepted.js';
import { name } from '../bench/forms.js';
import { defineStep } from '../bench/step.js';

export const install = defineStep({
  summary: 'offer a release, which the board must install, start and confirm',
  example: 'install: { release: second }',
  form: v.strictObject({ release: name }),
  needs: () => ['updates'],
  run: async (bench, { release }) => acceptedOnly(await installRelease(bench.world, bench.release(release))),
});
