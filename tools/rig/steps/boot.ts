/** The board gets its power, and is waited for. */
import { equal } from '../../../firmware/bytes/equal.js';
import { nothing } from '../bench/forms.js';
import { defineStep } from '../bench/step.js';

export const boot = defineStep({
  summary: 'give the board its power and wait until its signed status of this start arrives',
  example: 'boot: {}',
  form: nothing,
  needs: () => ['power'],
  async run({ world }) {
    const { board, boardChannel, patience } = world;
    const { challenge: before } = await boardChannel.status();
    await board.powerCut();
    await board.powerOn();
    // A board makes another challenge at each start.
    const { version } = await boardChannel.statusWhere(
      ({ challenge }) => !equal(challenge, before),
      patience,
    );
    return { seen: `image ${version} runs` };
  },
});
