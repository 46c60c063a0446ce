/** A board without a network, or with a slow one, loses no order and goes on by itself. */
import { scenario } from '../../tools/rig/scenario.js';

export default [
  scenario({
    name: 'an order that was linked while the board had no network runs once the network is back',
    steps: [
      { order: { as: 'meanwhile', action: 'relay.set', params: { on: true } } },
      { network: { is: 'lost' } },
      { network: { is: 'whole' } },
      { receipt: { order: 'meanwhile' } },
      { output: { pin: 4, is: true, state: { on: true } } },
      { deny: { order: 'meanwhile', code: 'replayed' } },
    ],
  }),
  scenario({
    name: 'on a slow network an order runs once, and its receipt comes',
    steps: [
      { network: { is: 'slow', milliseconds: 100 } },
      { command: { action: 'relay.set', params: { on: true } } },
      { network: { is: 'whole' } },
      { state: { sequence: 'as on chain' } },
    ],
  }),
];
