// Promises of this board, whoever stands in the way: npm run rig
import { scenario } from 'holdfast/rig';

export default scenario({
  name: 'the relay obeys its operator, and nobody who changes an order on its way',
  steps: [
    { command: { action: 'relay.set', params: { on: true } } },
    { output: { pin: 4, is: true } },
    { order: { action: 'relay.set', params: { on: false } } },
    { deny: { change: { params: { on: true } }, code: 'not_anchored' } },
    { deliver: {} },
    { output: { pin: 4, is: false } },
  ],
});
