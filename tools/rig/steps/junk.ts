/** Bytes of no meaning in an envelope's place. */
import { sendNoise } from '../../demo/envelopeAttacks.js';
import { refusedOnly } from '../bench/accepted.js';
import { nothing } from '../bench/forms.js';
import { defineStep } from '../bench/step.js';

export const junk = defineStep({
  summary: 'send random bytes in the place of an envelope, which the board must refuse as malformed',
  example: 'junk: {}',
  form: nothing,
  needs: () => [],
  run: async ({ world }) => refusedOnly(await sendNoise(world), { verdict: 'rejected', code: 'malformed' }),
});
