/** The cost of the firmware on the emulated board: instructions repeat, so that a test can hold them. */
import { benchDevice } from '../../bench/device.js';
import { testOnRv32 } from './withBoard.js';

testOnRv32(
  'every operation stays within its budget, and says what it must of inputs it never saw',
  async t => {
    const results = await benchDevice(() => {});
    // Wall time is told, and never held.
    const held = results.filter(({ unit }) => unit !== 'seconds');
    t.deepEqual(
      held.filter(({ failed }) => failed).map(({ name, value, budget }) => `${name}: ${value} of ${budget}`),
      [],
    );
    t.deepEqual(
      ['native', 'portable'].map(
        variant => held.find(({ name }) => name === `device.command.${variant}`)?.verdict,
      ),
      ['accepted', 'accepted'],
    );
    t.true(held.filter(({ budget }) => budget !== undefined).length >= 4);
  },
);
