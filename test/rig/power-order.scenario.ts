/** The power fails while the board works on an order: the order has one receipt, and the next one runs. */
import { type StepInputs, scenario } from '../../tools/rig/scenario.js';

const runsOnce = (name: string, cut: StepInputs['cut']) =>
  scenario({
    name: `the power fails ${name}: it runs once at most`,
    steps: [
      { order: { as: 'cut', action: 'relay.toggle' } },
      { cut },
      { boot: {} },
      // It shows the board the time, without which nothing runs after a restart.
      { order: { as: 'next', action: 'relay.set', params: { on: true } } },
      { receipt: { order: ['cut', 'next'], outcomes: ['done', 'interrupted'] } },
      { output: { pin: 4, is: true, state: { on: true } } },
      { state: { sequence: 'as on chain' } },
    ],
  });

export default [
  ...[0, 20, 60, 150].map(afterMilliseconds =>
    runsOnce(`${afterMilliseconds} ms after an order was delivered`, { order: 'cut', afterMilliseconds }),
  ),
  runsOnce('inside the third write to flash after a delivery', { order: 'cut', atWrite: 3 }),
];
