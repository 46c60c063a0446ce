/** An input of the board. */
import * as v from 'valibot';
import { count } from '../bench/forms.js';
import { defineStep } from '../bench/step.js';

export const input = defineStep({
  summary: 'set the reading of an analogue input, 0 to 4095',
  example: 'input: { pin: 2, value: 2048 }',
  form: v.strictObject({ pin: count(0, 255), value: count(0, 4095) }),
  needs: () => ['inputs'],
  async run({ world }, { pin, value }) {
    world.board.setInput(pin, value);
    return {};
  },
});
