/** The power fails while the board works on an order: the order has one receipt, and the next one runs. */
import { scenario } from '../../tools/rig/scenario.js';

export default [0, 20, 60, 150].map(afterMilliseconds =>
  scenario({
    name: `the power fails ${afterMilliseconds} ms after an order was delivered: it runs once at most`,
    steps: [
      { order: { as: 'cut', action: 'relay.toggle' } },
      { cut: { order: 'cut', afterMilliseconds } },
      { boot: {} },
      // It shows the board the time, without which nothing runs after a restart.
      { order: { as: 'next', action: 'relay.set', params: { on: true } } },
      { receipt: { order: ['cut', 'next'], outcomes: ['done', 'interrupted'] } },
      { output: { pin: 4, is: true, state: { on: true } } },
      { state: { sequence: 'as on chain' } },
    ],
  }),
);
